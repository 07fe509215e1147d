import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import {
  changeCommands,
  changeTagsCommands,
  getCommands,
  listCommands,
  synchronizeCommand,
  tagCommand,
} from '../../adapters/controlPlaneCommands.ts';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryRegistryRecords } from '../../adapters/inMemory/inMemoryRegistryRecords.ts';
import { InMemorySecrets } from '../../adapters/inMemory/inMemorySecrets.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { type Address, parseAddress } from '../../core/address.ts';
import type { IssuedLink } from '../../core/authorization/authorizationLink.ts';
import type { JsonObject } from '../../core/json.ts';
import { defaultHealLimits } from '../../core/reconcile/breaker.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { unwrapResponse } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { poll } from '../../functions/poll/poll.ts';
import { readDesired } from '../../functions/poll/readDesired.ts';
import { provision } from '../../functions/provision/provision.ts';
import type { ReconcileState } from '../../functions/runtime/reconcileState.ts';
import { sync } from '../../functions/sync/sync.ts';
import type { InProcessService } from './inProcessService.ts';

export const WORKSPACE = 'payments';

/** The value of every secret that a manifest of these tests names. */
const SECRET_VALUE = 'a-value-of-Secrets-Manager';

const COMMANDS = {
  ...getCommands,
  ...listCommands,
  ...tagCommand,
  ...changeTagsCommands,
  ...changeCommands,
  ...synchronizeCommand,
};

/** More polls than a pass over one resource needs, retries of a write included. */
const MAX_POLLS = 40;

/** Longer than any operation of the emulator takes, in ms. */
const SETTLE_TIME = 60_000;

/** The writes of one pass, and what it found at its end. */
export interface Pass {
  readonly next: ReconcileState['next'];
  /** The operations of the accepted and rejected calls that change something, in order. */
  readonly writes: readonly string[];
  readonly rejections: readonly string[];
  readonly records: ReadonlyMap<Address, ResourceRecord>;
}

/**
 * One workspace: the steps as they run in Lambda, with the adapter of the control plane before the emulator, and with
 * memory in place of the other services. One pass is what the state machine does until the workspace has settled.
 */
export class World {
  readonly ledger = new InMemoryLedger();
  readonly specBucket = new InMemorySpecBucket();
  readonly secrets = new InMemorySecrets({ 'payments/secret': SECRET_VALUE });
  readonly events = new InMemoryEvents();
  readonly taskCallbacks = new InMemoryTaskCallbacks();
  readonly records = new InMemoryRegistryRecords();
  readonly healLimits = { ...defaultHealLimits, fleetMaximum: Infinity };
  readonly callerGrants = 'any' as const;
  readonly catalog = resourceShapes;
  readonly authorizationUrl = 'https://pages.example.com';
  readonly controlPlane: AgentCoreControlPlane;
  readonly service: InProcessService;

  /** The sessions of the links that were used. */
  readonly #consented = new Set<string>();

  readonly clock = () => this.now;
  readonly sleep = (ms: number) => this.service.clock.advance(ms);
  readonly random = () => 0.5;

  /** @param service is reset: each world begins with an empty account */
  constructor(service: InProcessService) {
    this.service = service;
    service.reset();
    this.controlPlane = new AgentCoreControlPlane(COMMANDS, {
      agentCore: service.client,
      agentRegistry: service.registryClient,
    });
  }

  /** Uploads a manifest. */
  upload(manifest: JsonObject): void {
    const text = JSON.stringify({ owners: { default: { email: 'owner@example.com' } }, ...manifest });
    this.specBucket.upload(WORKSPACE, 'manifest.yaml', text);
  }

  /**
   * Runs the steps until nothing is left to do, or only a person or a long backoff is.
   *
   * @throws Error with the problems of a manifest that is refused
   */
  async pass(): Promise<Pass> {
    const before = this.service.writes.length;
    let state: ReconcileState | undefined;
    for (let iteration = 0; iteration < MAX_POLLS; iteration += 1) {
      const event = { workspace: WORKSPACE, leaseHolder: 'execution', iteration, now: this.now };
      state = await poll({ ...event, isFull: iteration === 0 }, this);
      if (state.next === 'provision') {
        state = await provision({ state, now: this.now }, this);
        for (const { address } of state.operations)
          await this.consent(await this.ledger.findLink(WORKSPACE, address));
      } else if (state.next === 'sync') await sync({ state, now: this.now }, this);
      else if (state.next !== 'wait') break;
      await this.service.clock.advance(Math.max(1, state.requeueAfterSeconds) * 1000);
    }
    if (state?.next === 'refused') {
      const { problems } = await readDesired(WORKSPACE, this.specBucket, this.catalog);
      throw new Error(`The manifest is refused: ${JSON.stringify(problems)}`);
    }
    const calls = this.service.writes.slice(before);
    const ledger = await this.ledger.readResources(WORKSPACE);
    return {
      next: state?.next ?? 'absent',
      // AgentCore and Agent Registry have operations of the same names.
      writes: calls.map(({ operation }) => operation.replace('AgentRegistry.', '')),
      rejections: calls.flatMap(({ operation, error }) =>
        error === undefined ? [] : `${operation} ${error}`,
      ),
      records: new Map([...ledger].map(([address, { record }]) => [address, record])),
    };
  }

  /** The answer of Get for a resource of the manifest. */
  async live(address: Address): Promise<JsonObject> {
    const { kind } = parseAddress(address);
    const answer = await this.controlPlane.get(kind, await this.idsOf(address));
    return unwrapResponse(resourceKinds[kind], answer ?? {});
  }

  async idsOf(address: Address): Promise<{ id: string; parentId?: string }> {
    const parent = parentOf(address);
    const parentId = parent && this.ledger.resource(WORKSPACE, parent)?.record.id;
    const id = this.ledger.resource(WORKSPACE, address)?.record.id ?? '';
    return { id, ...(parentId !== undefined && { parentId }) };
  }

  /** A person consents to what an operation waits for, once for each link. */
  async consent(link: IssuedLink | undefined): Promise<void> {
    if (!link || this.#consented.has(link.session)) return;
    this.#consented.add(link.session);
    await this.service.consent(link);
  }

  /** Lets every operation of the service end. */
  settle(): Promise<void> {
    return this.service.clock.advance(SETTLE_TIME);
  }

  get now(): number {
    return this.service.clock.now();
  }
}
