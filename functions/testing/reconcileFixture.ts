import { randomBytes } from 'node:crypto';
import { InMemoryControlPlane } from '../../adapters/inMemory/inMemoryControlPlane.ts';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryExecutionStarter } from '../../adapters/inMemory/inMemoryExecutionStarter.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { InMemoryRegistryRecords } from '../../adapters/inMemory/inMemoryRegistryRecords.ts';
import { InMemorySecrets } from '../../adapters/inMemory/inMemorySecrets.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { InMemoryToolLists } from '../../adapters/inMemory/inMemoryToolLists.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { GivenGrants } from '../../core/iam/callerGrants.ts';
import { omit } from '../../core/objects.ts';
import { defaultHealLimits, type HealLimits } from '../../core/reconcile/breaker.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { phases } from '../../core/status.ts';
import { notifyOutcome } from '../notify/notifyOutcome.ts';
import { poll } from '../poll/poll.ts';
import type { PollEvent } from '../poll/pollEvent.ts';
import { type Provisioned, provision } from '../provision/provision.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { watchTools } from '../watch-tools/watchTools.ts';

export const WORKSPACE = 'payments';
export const START = Date.UTC(2026, 0, 1);
export const PAGES_URL = 'https://pages.example.com';

/** The parts of a test manifest that differ between tests, as YAML. */
interface ManifestParts {
  readonly settings?: string;
  readonly endpoint?: string;
  /** False for a gateway without targets. */
  readonly hasTarget?: boolean;
  readonly comment?: string;
  /** More resources, from the first column on. */
  readonly more?: string;
}

/** A manifest with the gateway `front` and the target `issues`, whose tools the gateway lists from a server. */
export function manifestWith({
  settings = '{ prune: true, selfHeal: true }',
  endpoint = 'https://mcp.example.com/v1',
  hasTarget = true,
  comment = '',
  more = '',
}: ManifestParts = {}): string {
  const target = `    targets:
      issues: { targetConfiguration: { mcp: { mcpServer: { endpoint: '${endpoint}' } } } }
`;
  return `# ${comment}
settings: ${settings}
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    tags: { team: payments }
${hasTarget ? target : ''}${more}`;
}

/** A manifest with the gateway `front` and so many targets `t0`, `t1` and so on, of which none awaits a person. */
export function manifestWithTargets(count: number, settings?: string): string {
  const targets = Array.from(
    { length: count },
    (_, index) =>
      `      t${index}: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/${index}' } } } }\n`,
  );
  const gateway = manifestWith({ hasTarget: false, ...(settings !== undefined && { settings }) });
  return `${gateway}    targets:\n${targets.join('')}`;
}

/** More polls than any reconciliation of these tests needs. */
const MAX_POLLS = 20;

/** One workspace and its steps on in-memory ports. Time stands still unless a test moves it. */
export class ReconcileFixture {
  now = START;
  readonly ledger = new InMemoryLedger();
  readonly specBucket = new InMemorySpecBucket();
  readonly controlPlane = new InMemoryControlPlane(() => this.now);
  readonly secrets = new InMemorySecrets();
  readonly events = new InMemoryEvents();
  readonly starter = new InMemoryExecutionStarter();
  readonly taskCallbacks = new InMemoryTaskCallbacks();
  readonly notifier = new InMemoryNotifier();
  readonly newId = () => randomBytes(16).toString('hex');
  readonly records = new InMemoryRegistryRecords();
  readonly toolLists = new InMemoryToolLists();
  readonly documents = this.specBucket;
  readonly tokenPrefix = 'watch/';
  catalog: ShapeCatalog = resourceShapes;
  readonly authorizationUrl = PAGES_URL;
  healLimits: HealLimits = defaultHealLimits;
  callerGrants: GivenGrants = 'any';
  deploymentId = 'first';
  readonly clock = () => this.now;
  readonly random = () => 0.5;
  /** What happens while a step sleeps: the service ends every operation, unless a test says otherwise. */
  whileAsleep: () => void = () => this.settle();
  readonly sleep = async (ms: number) => {
    this.now += ms;
    this.whileAsleep();
  };

  /** @param manifest the text of the manifest that is uploaded first */
  constructor(manifest?: string) {
    if (manifest !== undefined) this.upload(manifest);
  }

  upload(manifest: string): void {
    this.specBucket.upload(WORKSPACE, 'manifest.yaml', manifest);
  }

  /** Runs poll as the first one of a reconciliation, unless the event says otherwise. */
  poll(event: Partial<PollEvent> = {}): Promise<ReconcileState> {
    const { iteration = 0 } = event;
    const first = { workspace: WORKSPACE, leaseHolder: 'execution', iteration, now: this.now };
    return poll({ isFull: iteration === 0, ...first, ...event }, this);
  }

  /** Reads the lists of tools that poll planned, and polls again. */
  async pollWatched(state: ReconcileState): Promise<ReconcileState> {
    const toolReadings = await watchTools({ state, now: this.now }, this);
    return this.poll({ iteration: state.iteration + 1, toolReadings });
  }

  /** Runs provision with the operations that poll planned, or others. It does not wait for what it has begun. */
  provision(state: ReconcileState): Promise<Provisioned> {
    return this.hold(omit(state, 'holdSeconds'));
  }

  /** Runs provision, which waits for what it has begun as long as poll lets it. */
  hold(state: ReconcileState): Promise<Provisioned> {
    return provision({ state, now: this.now }, this);
  }

  /** Publishes the outcome of a reconciliation, as its last step does. */
  async publishOutcome(state: ReconcileState): Promise<void> {
    await notifyOutcome({ state, now: this.now }, this);
  }

  /** Has the service end every operation that is under way with success. */
  settle(): void {
    for (const address of this.controlPlane.addresses()) {
      const status = this.controlPlane.resource(address)?.status;
      if (status && phases[status] === 'moving') this.controlPlane.settle(address);
    }
  }

  /**
   * Polls and provisions until the workspace is settled; the service ends each operation at once.
   *
   * @throws RangeError when it does not settle
   */
  async reconcile(): Promise<ReconcileState> {
    for (let iteration = 0; iteration < MAX_POLLS; iteration += 1) {
      const polled = await this.poll({ iteration });
      const state = polled.next === 'watch' ? await this.pollWatched(polled) : polled;
      if (state.next !== 'provision' && state.next !== 'wait') return state;
      if (state.next === 'provision') await this.provision(state);
      // Long enough for the rate of the account, and for `updatedAt` to differ between operations.
      this.now += 2000;
      this.settle();
    }
    throw new RangeError(`The workspace is not settled after ${MAX_POLLS} polls.`);
  }

  record(address: Address): ResourceRecord | undefined {
    return this.ledger.resource(WORKSPACE, address)?.record;
  }

  /** Changes the record of a resource as another step does, under the next version. */
  changeRecord(address: Address, change: Partial<ResourceRecord>): void {
    const record = this.record(address) ?? { address, state: 'in-progress', reasons: [], since: this.now };
    this.ledger.putResource(WORKSPACE, { ...record, ...change });
  }
}
