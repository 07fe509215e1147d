import type { Address } from '../../address.ts';
import { fingerprint } from '../../desired/desired.ts';
import type { JsonObject } from '../../json.ts';
import type { CallResult } from '../../ports/controlPlane.ts';
import { clientToken } from '../../resources/clientToken.ts';
import { applyCallResult } from '../applyCallResult.ts';
import { decide } from '../decide.ts';
import type { Latencies } from '../latencyEstimator.ts';
import type { ResourceRecord } from '../ledgerRecord.ts';
import type { PlannedOperation, ReconcileInput, ReconcileResult } from '../plan.ts';
import { needsReplacement } from '../repair.ts';
import { catalog } from './catalog.ts';
import { resolvedConfig } from './inputs.ts';
import type { ModelControlPlane } from './modelControlPlane.ts';

/** The result of one reconciliation. */
export interface Pass {
  readonly decision: ReconcileResult;
  readonly turns: number;
  readonly acts: number;
  readonly crashed: boolean;
}

export interface LoopOptions {
  /** Whether the step crashes after a call and before its result is recorded. */
  readonly crashes?: () => boolean;
  /** Called with each input and its result. */
  readonly onDecision?: (input: ReconcileInput, result: ReconcileResult) => void;
  /** Called before each poll. */
  readonly beforePoll?: () => void;
}

/** The duration of a turn without its delay, in ms: four transitions and two invocations. */
const TURN_OVERHEAD = 150;
const MAX_TURNS = 5000;

/**
 * The steps and the state machine in miniature: poll, decide, call, record, wait, repeat. Between two reconciliations
 * it keeps what the ledger keeps, and the desired state.
 */
export class ModelLoop {
  desired: ReconcileInput['desired'];
  readonly service: ModelControlPlane;
  readonly recorded = new Map<Address, ResourceRecord>();
  latencies: Latencies = {};
  readonly #options: LoopOptions;
  readonly #configurations = new Map<string, JsonObject>();
  #requests = 0;

  constructor(desired: ReconcileInput['desired'], service: ModelControlPlane, options: LoopOptions = {}) {
    this.desired = desired;
    this.service = service;
    this.#options = options;
  }

  /** Runs turns until the workspace has settled, or a step crashes. */
  pass(): Pass {
    let acts = 0;
    for (let turns = 1; turns <= MAX_TURNS; turns += 1) {
      this.#options.beforePoll?.();
      const result = this.poll();
      if (result.next === 'settled') return { decision: result, turns, acts, crashed: false };
      if (result.next === 'act') acts += 1;
      if (this.#act(result)) return { decision: result, turns, acts, crashed: true };
      this.service.advanceTo(this.service.now + result.requeueAfterSeconds * 1000 + TURN_OVERHEAD);
    }
    throw new Error(`the reconciliation did not end after ${MAX_TURNS} turns`);
  }

  /** Lists, decides, reads the requested resources and decides again, and stores the records. */
  poll(): ReconcileResult {
    const observed = this.service.list();
    const input = (): ReconcileInput => ({
      desired: this.desired,
      observed,
      recorded: this.recorded,
      latencies: this.latencies,
      now: this.service.now,
    });
    let result = decide(input(), catalog);
    for (let round = 0; round < 2 && result.reads.length + result.tagReads.length > 0; round += 1) {
      for (const address of result.reads) {
        const read = this.service.get(address);
        if (read) observed.set(address, read);
      }
      for (const address of result.tagReads) {
        const known = observed.get(address);
        if (known) observed.set(address, { ...known, tags: this.service.tags(address) });
      }
      result = decide(input(), catalog);
    }
    this.#options.onDecision?.(input(), result);
    for (const record of result.upserts) this.recorded.set(record.address, record);
    for (const address of result.deletes) this.recorded.delete(address);
    this.latencies = result.latencies;
    return result;
  }

  /**
   * Clicks the durable link. If the service has a usable link, the person consents. Otherwise the click is recorded, a
   * reconciliation restarts the operation, and the person consents then. The person agrees to a replacement.
   */
  click(address: Address): void {
    for (let clicks = 1; clicks <= 2; clicks += 1) {
      const record = this.recorded.get(address);
      if (!record?.request || this.service.consent(address)) return;
      const { request } = record;
      const mayReplace = needsReplacement(record, request.fingerprint ?? '') && { mayReplace: true as const };
      this.recorded.set(address, {
        ...record,
        request: { ...request, clickedAt: this.service.now, ...mayReplace },
      });
      this.pass();
    }
    this.service.consent(address);
  }

  /** @returns whether the step crashed before a result was recorded */
  #act({ operations, syncs, requests }: ReconcileResult): boolean {
    for (const { address, ...details } of requests) {
      const record = this.recorded.get(address);
      const { now } = this.service;
      this.#requests += 1;
      const request = { id: `request-${this.#requests}`, ...details, askedAt: now, notifiedAt: now };
      if (record) this.recorded.set(address, { ...record, request });
    }
    for (const planned of [...operations, ...syncs]) {
      const result = this.#call(planned);
      if (this.#options.crashes?.()) return true;
      const record = this.recorded.get(planned.address);
      if (!record) throw new Error(`poll has no record of ${planned.address}`);
      this.recorded.set(planned.address, applyCallResult(record, planned, result, this.service.now));
    }
    return false;
  }

  #call(planned: PlannedOperation): CallResult {
    const { address, operation, id = '' } = planned;
    switch (operation) {
      case 'create':
        return this.service.create(address, this.#configuration(planned), this.#token(planned));
      case 'update':
      case 'rollback':
        return this.service.update(address, id, this.#configuration(planned));
      case 'delete':
        return this.service.delete(address, id);
      case 'sync':
        return this.service.sync(address, id);
      case 'tag':
      case 'unmanage':
        return this.service.tag(address, planned.tags?.set ?? {}, planned.tags?.remove ?? []);
    }
  }

  /** Stores each sent configuration under its fingerprint, for a rollback. */
  #configuration({ address, configuration = '' }: PlannedOperation): JsonObject {
    const resource = this.desired.resources.find((each) => each.address === address);
    const config = resource && resolvedConfig(resource);
    if (config && fingerprint(config) === configuration) this.#configurations.set(configuration, config);
    const sent = this.#configurations.get(configuration);
    if (!sent) throw new Error(`no configuration is known for ${address}`);
    return sent;
  }

  #token({ address, fingerprint: desired }: PlannedOperation): string {
    const { retry, generation = 0 } = this.recorded.get(address) ?? {};
    const attempt = retry?.fingerprint === desired ? retry.count : 0;
    return clientToken({
      workspace: this.desired.workspace,
      address,
      fingerprint: desired,
      generation,
      attempt,
    });
  }
}
