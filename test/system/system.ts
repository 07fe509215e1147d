import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AgentRegistryControlClient } from '../../adapters/agentRegistry/index.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { GUARDRAILS_KEY, outcomeKey } from '../../core/storage/keys.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import type { FunctionName } from '../../functions/functionCatalog.ts';
import {
  type Gateloop,
  type GateloopOptions,
  LEDGER_TABLE,
  SPEC_BUCKET,
  startGateloop,
} from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { createHandlers, type Ports } from '../../local/testing/createHandlers.ts';
import { directPorts } from '../../local/testing/directPorts.ts';

/** The address of the pages. No server listens there: tests hand requests to the handler. */
export const PAGES_URL = 'http://127.0.0.1:4700';

/** The links to pages in messages, in the order of the messages. */
export function linksIn(messages: readonly { readonly message: string }[]): string[] {
  return messages.flatMap(({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? []);
}

/** SDK settings for the clients of the emulated AgentCore at `endpoint`. */
export function emulatorSettings(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** The whole system under simulated time, with the actions and questions of tests. */
export class System<Storage extends Ledger = InMemoryLedger> {
  readonly gateloop: Gateloop;
  /** A client of the control plane that Gateloop does not know of, as the console is. */
  readonly control: BedrockAgentCoreControlClient;
  /** A client of Agent Registry that Gateloop does not know of. */
  readonly registry: AgentRegistryControlClient;
  readonly ledger: Storage;

  constructor(gateloop: Gateloop, ledger: Storage) {
    this.gateloop = gateloop;
    this.ledger = ledger;
    this.control = new BedrockAgentCoreControlClient(emulatorSettings(gateloop.agentCore.url));
    this.registry = new AgentRegistryControlClient(emulatorSettings(gateloop.agentCore.url));
  }

  async close(): Promise<void> {
    this.control.destroy();
    this.registry.destroy();
    await this.gateloop.close();
  }

  upload(workspace: string, path: string, content: string | Buffer): void {
    this.gateloop.aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/${path}`, content);
  }

  remove(workspace: string, path: string): void {
    this.gateloop.aws.buckets.delete(SPEC_BUCKET, `workspaces/${workspace}/${path}`);
  }

  /** Writes the operators' guardrails; undefined deletes them, so that the safe ones hold. */
  putGuardrails(text: string | undefined): void {
    const { buckets } = this.gateloop.aws;
    if (text === undefined) buckets.delete(SPEC_BUCKET, GUARDRAILS_KEY);
    else buckets.put(SPEC_BUCKET, GUARDRAILS_KEY, text);
  }

  /** Publishes a reconcile request, as schedules and operators do. `settle` carries it out. */
  requestReconcile(workspace: string): void {
    const { bus } = this.gateloop.aws;
    bus.publish({ source: 'test', detailType: 'Reconcile Requested', detail: { workspace } });
  }

  /** Reconciles a workspace to the end. */
  async reconcile(workspace: string): Promise<void> {
    this.requestReconcile(workspace);
    await this.settle();
  }

  /** Advances simulated time until nothing runs except executions that wait for a task token. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  /** Advances simulated time by `ms` milliseconds. */
  async advance(ms: number): Promise<void> {
    const { clock } = this.gateloop;
    if (!(clock instanceof SimulatedClock)) throw new TypeError('only a simulated clock can be advanced');
    await clock.advance(ms);
  }

  outcome(workspace: string): Outcome {
    const key = outcomeKey(workspace);
    return outcomeDocument.parse(key, JSON.parse(this.gateloop.aws.buckets.text(SPEC_BUCKET, key)));
  }

  /** Each resource's state by its name. */
  states(workspace: string): Record<string, string> {
    return Object.fromEntries(this.outcome(workspace).resources.map(({ name, state }) => [name, state]));
  }

  /** How many requests the control plane got while `work` ran, by operation. */
  async callsDuring(work: () => Promise<void>): Promise<Record<string, number>> {
    const before = this.gateloop.agentCore.calls();
    await work();
    const after = Object.entries(this.gateloop.agentCore.calls());
    return Object.fromEntries(
      after
        .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
        .filter(([, count]) => count > 0),
    );
  }

  messages(workspace: string): string[] {
    return this.gateloop.aws.outbox
      .list()
      .map(({ subject = '', message }) => `${subject}\n${message}`)
      .filter((text) => text.includes(workspace));
  }
}

/**
 * Starts a system without schedules, in an account without a trail. Close it with `close()`. Functions run in this process,
 * and the ledger is in memory: that takes a fifth of the processor time of threads, HTTP and DynamoDB.
 *
 * @param wrapPorts replaces ports of a function, so that a test makes a call fail or hang
 */
export async function startSystem(
  options: Partial<Omit<GateloopOptions, 'createHandler' | 'dataDirectory'>> = {},
  wrapPorts: (ports: Ports, name: FunctionName) => Ports = (ports) => ports,
): Promise<System> {
  const ledger = new InMemoryLedger();
  const gateloop = await startGateloop({
    ...testOptions(),
    createHandler: (name, environment) =>
      createHandlers[name](wrapPorts(directPorts(environment, { ...gateloop, ledger }), name)),
    ...options,
  });
  return new System(gateloop, ledger);
}

/** Starts a system as `startSystem` does, with functions in threads, HTTP between all parts, and the ledger in DynamoDB. */
export async function startThreadedSystem(
  options: Partial<Omit<GateloopOptions, 'createHandler'>> = {},
): Promise<System<DynamoLedger>> {
  const gateloop = await startGateloop({ ...testOptions(), ...options });
  const endpoint = gateloop.aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  return new System(gateloop, new DynamoLedger(LEDGER_TABLE, new DynamoDBClient(emulatorSettings(endpoint))));
}

function testOptions(): GateloopOptions {
  const clock = new SimulatedClock();
  return {
    ...{ clock: () => clock, authorizationUrl: PAGES_URL, schedules: false, trail: false },
    // The operators of tests allow everything; a test of guardrails writes its own file.
    guardrails: openGuardrailsFile,
  };
}

/** The calls that write, by operation. */
export function writesIn(calls: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(calls).filter(([name]) => !/^(AgentRegistry\.)?(Get|List)/.test(name)),
  );
}

const DEFAULT_TOOLS = ['find'];

/** A Lambda tool schema with one tool for each name. */
export function toolSchema(names: readonly string[] = DEFAULT_TOOLS, description = 'Finds things.'): string {
  const inputSchema = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };
  return JSON.stringify(names.map((name) => ({ name, description, inputSchema })));
}

export interface ManifestOptions {
  readonly gateway?: string;
  readonly settings?: string;
  /** Whether the gateway and its targets are adopted. */
  readonly adopt?: boolean;
  /** More lines for `targets`, indented by six spaces. */
  readonly moreTargets?: string;
}

/** A manifest with one gateway and Lambda targets, each with the schema `schemas/<target>.json`. */
export function manifestOf(targets: readonly string[], options: ManifestOptions = {}): string {
  const { gateway = 'front', settings = '{}', moreTargets = '', adopt = false } = options;
  return `owners: { default: { email: owner@example.com } }
settings: ${settings}
gateways:
  ${gateway}:
${adopt ? '    adopt: true\n' : ''}    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targets:
${targets.map((name) => lambdaTarget(name, adopt)).join('')}${moreTargets}`;
}

function lambdaTarget(name: string, adopt: boolean): string {
  return `      ${name}:
${adopt ? '        adopt: true\n' : ''}        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:us-east-1:123456789012:function:${name}
              toolSchema: { file: schemas/${name}.json }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;
}

/** Uploads a workspace of Lambda targets, the manifest last, as `npm start` does. */
export function uploadWorkspace(
  system: System<Ledger>,
  workspace: string,
  targets: readonly string[],
  options: ManifestOptions = {},
): void {
  for (const target of targets) system.upload(workspace, `schemas/${target}.json`, toolSchema());
  system.upload(workspace, 'manifest.yaml', manifestOf(targets, { gateway: workspace, ...options }));
}
