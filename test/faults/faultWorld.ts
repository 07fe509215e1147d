import { createHash } from 'node:crypto';
import type { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryToolLists } from '../../adapters/inMemory/inMemoryToolLists.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { openGuardrails } from '../../core/guardrails/guardrails.ts';
import { guardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { outcomeKey } from '../../core/storage/keys.ts';
import { type OutcomeDocument, outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import type { WriteLogEntry } from '../../local/agentcore/dispatcher.ts';
import { createRandom } from '../../local/agentcore/settings/random.ts';
import { directAgentCoreClients } from '../../local/agentcore/testing/directClients.ts';
import type { NewDelivery } from '../../local/aws/eventBridge/deliveries.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { createHandlers } from '../../local/testing/createHandlers.ts';
import { directPorts } from '../../local/testing/directPorts.ts';
import { PAGES_URL } from '../system/system.ts';
import { FaultClock } from './faultClock.ts';
import { FaultyPorts } from './faultyPorts.ts';
import type { DeliveryFault, Fault, Scenario } from './scenario.ts';
import { type StoredGateway, storedState } from './storedTargets.ts';
import {
  endpointOf,
  manifestText,
  newWorkspace,
  PROVIDER_SECRET,
  schemaFile,
  type TargetModel,
  type WorkspaceModel,
} from './workspaceModel.ts';

export type FaultWorldOptions = Pick<Scenario, 'seed' | 'behaviors' | 'trail' | 'faults' | 'workspaces'> & {
  /** Replaces a function's ports, so that a test plants a mistake. */
  readonly sabotage?: (ports: ReturnType<typeof directPorts>) => ReturnType<typeof directPorts>;
};

/** One system in simulated time with faults at its edges, and what the people around it want of it. */
export class FaultWorld {
  readonly gateloop: Gateloop;
  readonly clock: FaultClock;
  readonly ledger: InMemoryLedger;
  readonly ports: FaultyPorts;
  /** The tools of the teams' MCP servers. */
  readonly toolLists: InMemoryToolLists;
  /** By index. */
  readonly models: WorkspaceModel[];
  /** Every request that a function has opened, oldest first. */
  readonly requests: AuthorizationRequest[];
  /** A client that Gateloop does not know of, as the console is. */
  readonly foreign: BedrockAgentCoreControlClient;
  /** The indexes in the log of writes of what `foreign` wrote. */
  readonly foreignWrites = new Set<number>();
  /** The gateways on which another client has made a target. */
  readonly foreignTargets = new Set<string>();
  /** The highest version with which a target was seen ready, by `<workspace>/<target>`. */
  readonly readyVersions = new Map<string, number>();
  readonly #versions = new Map<string, number>();
  readonly #broken = new Set<string>();
  /** By the endpoint of the server. */
  readonly #editions = new Map<string, number>();
  #addedTargets = 0;

  private constructor(parts: {
    readonly gateloop: Gateloop;
    readonly clock: FaultClock;
    readonly ledger: InMemoryLedger;
    readonly ports: FaultyPorts;
    readonly toolLists: InMemoryToolLists;
    readonly models: WorkspaceModel[];
    readonly requests: AuthorizationRequest[];
  }) {
    this.gateloop = parts.gateloop;
    this.clock = parts.clock;
    this.ledger = parts.ledger;
    this.ports = parts.ports;
    this.toolLists = parts.toolLists;
    this.models = parts.models;
    this.requests = parts.requests;
    const { agentCore } = parts.gateloop;
    this.foreign = directAgentCoreClients(agentCore.handle, agentCore.url, 'AKIAFOREIGN').control;
  }

  static async start(options: FaultWorldOptions): Promise<FaultWorld> {
    const { seed, faults, sabotage = (ports) => ports } = options;
    const clock = new FaultClock();
    const ledger = new InMemoryLedger();
    const ports = new FaultyPorts(faults, clock);
    const toolLists = new InMemoryToolLists();
    const requests: AuthorizationRequest[] = [];
    const openRequest = ledger.openRequest.bind(ledger);
    ledger.openRequest = (request) => {
      requests.push(request);
      return openRequest(request);
    };
    let ids = 0;
    const newSecret = () => {
      ids += 1;
      return createHash('sha256').update(`${seed} ${ids}`).digest('hex');
    };
    const newId = () => newSecret().slice(0, 32);
    const random = createRandom(String(seed), 'steps').next;
    const gateloop: Gateloop = await startGateloop({
      // More than one deletion of an upload is asked about, as by default.
      guardrails: guardrailsFile({ ...openGuardrails, deletions: 1 }),
      clock: () => clock,
      authorizationUrl: PAGES_URL,
      schedules: false,
      trail: options.trail,
      secrets: { [PROVIDER_SECRET.name]: PROVIDER_SECRET.value },
      agentCore: {
        seed,
        behaviors: { unreachable: 'accepted', ...options.behaviors },
        faults: faults.flatMap((fault) => (fault.edge === 'service' ? [fault.rule] : [])),
      },
      createHandler: (name, environment) =>
        ports.handler(() => {
          const real = {
            ...directPorts(environment, { ...gateloop, ledger }),
            toolLists,
            newId,
            newSecret,
            random,
          };
          return createHandlers[name](ports.wrap(name, sabotage(real)));
        }),
    });
    strikeDeliveries(gateloop, clock, faults);
    const models = options.workspaces.map((spec, index) => newWorkspace(`team-${index}`, spec));
    return new FaultWorld({ gateloop, clock, ledger, ports, toolLists, models, requests });
  }

  async close(): Promise<void> {
    await this.gateloop.close();
  }

  /** Ends every fault. What has begun goes on. */
  endFaults(): void {
    this.ports.end();
    this.gateloop.agentCore.setFaults([]);
    deliveryFaults.delete(this.gateloop);
  }

  /** The workspace of a step. */
  model(index: number): WorkspaceModel {
    const model = this.models[index % this.models.length];
    if (!model) throw new RangeError('a scenario has a workspace');
    return model;
  }

  /** The gateway of a workspace as the service holds it. */
  gatewayOf({ name: wanted }: WorkspaceModel): StoredGateway | undefined {
    return storedState(this.gateloop).gateways.find(({ name }) => name === wanted);
  }

  /** The highest version that a team uploaded of a target; undefined for a target of others. */
  highestVersion(workspace: string, target: string): number | undefined {
    return this.#versions.get(`${workspace} ${target}`);
  }

  /** Numbers the targets that teams add, after those that they begin with. */
  nextTarget(): number {
    this.#addedTargets += 1;
    return 100 + this.#addedTargets;
  }

  setModel(model: WorkspaceModel): void {
    this.models.splice(
      this.models.findIndex(({ name }) => name === model.name),
      1,
      model,
    );
  }

  put(workspace: string, path: string, content: string): void {
    this.gateloop.aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/${path}`, content);
  }

  /** A team breaks a schema. Later uploads leave the file as it is, except for `repair`. */
  breakFile(workspace: string, path: string, content: string): void {
    this.#broken.add(`${workspace}/${path}`);
    this.put(workspace, path, content);
  }

  /** Uploads all files of a workspace, those that are broken too. */
  repair(model: WorkspaceModel): void {
    this.#broken.clear();
    this.upload(model);
  }

  /** Uploads the files of a workspace, the manifest last. */
  upload(model: WorkspaceModel): void {
    for (const target of model.targets) {
      this.#versions.set(`${model.name} ${target.name}`, target.version);
      if (target.kind === 'mcpServer') this.serveTools(target, this.#editions.get(endpointOf(target)));
      const file = schemaFile(target);
      if (file && !this.#broken.has(`${model.name}/${file.path}`)) this.put(model.name, file.path, file.text);
    }
    this.put(model.name, 'manifest.yaml', manifestText(model));
  }

  /** The MCP server of a target offers its tools, as many times changed as `edition` says. */
  serveTools(target: TargetModel, edition = 0): void {
    this.#editions.set(endpointOf(target), edition);
    const tools = ['find', `look_${edition}`].map((name) => ({ name, inputSchema: { type: 'object' } }));
    this.toolLists.put(endpointOf(target), { tools });
  }

  /** The MCP server of a target takes one tool away and offers another one. */
  changeServer(target: TargetModel): void {
    this.serveTools(target, (this.#editions.get(endpointOf(target)) ?? 0) + 1);
  }

  publish(detailType: string, detail: Record<string, string>): void {
    this.gateloop.aws.bus.publish({ bus: 'gateloop', source: 'operator', detailType, detail });
  }

  /** Does what the schedule does every fifteen minutes. */
  driftPass(): void {
    this.gateloop.aws.stateMachines.start('resync', { reason: 'drift' });
  }

  /** Does what the schedule does every minute. */
  async resyncTick(): Promise<void> {
    const now = new Date(this.clock.now()).toISOString();
    await this.gateloop.aws.functions.invoke('schedule', JSON.stringify({ reason: 'resync', now }));
  }

  /** An operator stops the executions that look after requests to people. */
  stopRequests(): void {
    const { stateMachines } = this.gateloop.aws;
    const running = stateMachines.list('authorize').filter(({ status }) => status === 'RUNNING');
    for (const { arn } of running) stateMachines.stop(arn, { error: 'Stopped', cause: 'by an operator' });
  }

  /** Lets another client write. @returns whether the service accepted it */
  async writeAsForeigner(
    write: (client: BedrockAgentCoreControlClient) => Promise<unknown>,
  ): Promise<boolean> {
    const before = this.gateloop.agentCore.writes().length;
    const isAccepted = await write(this.foreign).then(
      () => true,
      () => false,
    );
    const after = this.gateloop.agentCore.writes().length;
    for (let index = before; index < after; index += 1) this.foreignWrites.add(index);
    return isAccepted;
  }

  /** What Gateloop wrote, in order. */
  writes(): readonly WriteLogEntry[] {
    return this.gateloop.agentCore.writes().filter((_, index) => !this.foreignWrites.has(index));
  }

  /** Lets time pass until only executions run that wait for a person. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  outcome(workspace: string): OutcomeDocument | undefined {
    const { buckets } = this.gateloop.aws;
    const key = outcomeKey(workspace);
    if (!buckets.list(SPEC_BUCKET).some((object) => object.key === key)) return undefined;
    return outcomeDocument.parse(key, JSON.parse(buckets.text(SPEC_BUCKET, key)));
  }

  /** The requests that await a person now, with what the ledger knows of them. */
  openRequests(): AuthorizationRequest[] {
    // A repeated step opens the same request once more.
    return [...new Set(this.requests.map(({ reference }) => reference))]
      .flatMap((reference) => this.ledger.request(reference)?.request ?? [])
      .filter(({ state }) => state === 'open' || state === 'completing');
  }
}

interface MatchedDelivery {
  readonly fault: DeliveryFault;
  matched: number;
}

/** The faults of EventBridge of each running system. */
const deliveryFaults = new WeakMap<Gateloop, MatchedDelivery[]>();

/** Has EventBridge lose, repeat and delay what it delivers. */
function strikeDeliveries(gateloop: Gateloop, clock: FaultClock, faults: readonly Fault[]): void {
  const { deliveries } = gateloop.aws;
  deliveryFaults.set(
    gateloop,
    faults
      .filter((fault): fault is DeliveryFault => fault.edge === 'delivery')
      .map((fault) => ({ fault, matched: 0 })),
  );
  const enqueue = deliveries.enqueue.bind(deliveries);
  const accept = (delivery: NewDelivery) => {
    enqueue(delivery);
    deliveries.wake();
  };
  deliveries.enqueue = (delivery) => {
    const fault = nextDeliveryFault(deliveryFaults.get(gateloop) ?? []);
    if (fault?.kind === 'lost') return;
    if (fault?.kind === 'late') {
      clock.after(fault.seconds * 1000, () => accept(delivery));
      return;
    }
    enqueue(delivery);
    if (fault?.kind === 'duplicate') enqueue({ ...delivery, id: `again-${delivery.id}`.slice(0, 80) });
  };
}

function nextDeliveryFault(entries: readonly MatchedDelivery[]): DeliveryFault | undefined {
  let found: DeliveryFault | undefined;
  for (const entry of entries) {
    entry.matched += 1;
    const { skip, times } = entry.fault;
    if (entry.matched > skip && entry.matched <= skip + times) found ??= entry.fault;
  }
  return found;
}
