import type { Address } from '../../address.ts';
import { fingerprint } from '../../desired/desired.ts';
import type { JsonObject } from '../../json.ts';
import type { CallResult } from '../../ports/controlPlane.ts';
import { clientToken } from '../../resources/clientToken.ts';
import type { ObservedResource } from '../../resources/observe.ts';
import { parentOf, resourceKinds } from '../../resources/resourceKinds.ts';
import { phases } from '../../status.ts';
import { applyCallResult } from '../applyCallResult.ts';
import { grantCalls, writesPerSecond } from '../callRate.ts';
import { decide } from '../decide.ts';
import {
  type AwaitedResult,
  awaitedOperation,
  isShortPause,
  judgeAwaited,
  pauseBeforeLook,
  verifiedRecord,
  withFreeSlot,
} from '../hold.ts';
import type { ResourceRecord } from '../ledgerRecord.ts';
import type { PlannedOperation, ReconcileInput, ReconcileResult } from '../plan.ts';
import { needsReplacement } from '../repair.ts';
import { catalog } from './catalog.ts';
import { resolvedConfig } from './inputs.ts';
import type { ModelControlPlane } from './modelControlPlane.ts';

/** What one reconciliation took. */
export interface Effort {
  readonly turns: number;
  readonly transitions: number;
  /** How long functions ran, in ms. */
  readonly pollTime: number;
  readonly provisionTime: number;
}

/** The result of one reconciliation. */
export interface Pass extends Effort {
  readonly decision: ReconcileResult;
  readonly crashed: boolean;
}

/** What the steps take besides the operations of the service, in ms. */
export interface Overheads {
  readonly transition: number;
  /** A warm function without its calls. */
  readonly invocation: number;
  /** A call to the service; several at a time take as long as one. */
  readonly call: number;
}

export interface LoopOptions {
  /** Whether the step crashes after a call and before its result is recorded. */
  readonly crashes?: () => boolean;
  /** Called with each input and its result. */
  readonly onDecision?: (input: ReconcileInput, result: ReconcileResult) => void;
  /** Called before each poll. */
  readonly beforePoll?: () => void;
  readonly overheads?: Overheads;
}

const defaultOverheads: Overheads = { transition: 40, invocation: 150, call: 100 };
const MAX_TURNS = 5000;
/** The states after the last poll and its choice: the outcome, the lease, the choice whether it is dirty, the end. */
const LAST_TRANSITIONS = 4;

/**
 * The steps and the state machine in miniature: poll, decide, call, record, hold on or wait, repeat. Between two
 * reconciliations it keeps what the ledger keeps, and the desired state.
 */
export class ModelLoop {
  desired: ReconcileInput['desired'];
  readonly service: ModelControlPlane;
  readonly recorded = new Map<Address, ResourceRecord>();
  readonly #options: LoopOptions;
  readonly #overheads: Overheads;
  readonly #configurations = new Map<string, JsonObject>();
  #requests = 0;
  #writeTimes: readonly number[] = [];
  #effort = { turns: 0, transitions: 0, pollTime: 0, provisionTime: 0 };

  constructor(desired: ReconcileInput['desired'], service: ModelControlPlane, options: LoopOptions = {}) {
    this.desired = desired;
    this.service = service;
    this.#options = options;
    this.#overheads = options.overheads ?? defaultOverheads;
  }

  /** Runs turns until the workspace has settled, or a step crashes. */
  pass(): Pass {
    this.#effort = { turns: 0, transitions: 0, pollTime: 0, provisionTime: 0 };
    for (let turns = 1; turns <= MAX_TURNS; turns += 1) {
      this.#effort.turns = turns;
      this.#options.beforePoll?.();
      const result = this.#step('pollTime', () => this.poll());
      this.#transition();
      if (result.next === 'settled') {
        this.#effort.transitions += LAST_TRANSITIONS;
        return { decision: result, ...this.#effort, crashed: false };
      }
      const seconds = this.#act(result);
      if (seconds === undefined) return { decision: result, ...this.#effort, crashed: true };
      this.#transition();
      this.#sleep(seconds * 1000);
    }
    throw new Error(`the reconciliation did not end after ${MAX_TURNS} turns`);
  }

  /** Lists, decides, reads the requested resources and decides again, and stores the records. */
  poll(): ReconcileResult {
    const observed = this.#withLatency(() => this.service.list());
    const input = (): ReconcileInput => ({
      desired: this.desired,
      observed,
      recorded: this.recorded,
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

  #transition(): void {
    this.#effort.transitions += 1;
    this.#sleep(this.#overheads.transition);
  }

  #sleep(ms: number): void {
    this.service.advanceTo(this.service.now + ms);
  }

  /** Runs a step in a function of its own. */
  #step<T>(bill: 'pollTime' | 'provisionTime', run: () => T): T {
    this.#transition();
    const { now } = this.service;
    this.#sleep(this.#overheads.invocation);
    const result = run();
    this.#effort[bill] += this.service.now - now;
    return result;
  }

  /** The service sees a call after half of its time. */
  #withLatency<T>(call: () => T): T {
    this.#sleep(this.#overheads.call / 2);
    const result = call();
    this.#sleep(this.#overheads.call / 2);
    return result;
  }

  /** @returns the seconds until the next poll; undefined where the step crashed before a result was recorded */
  #act(result: ReconcileResult): number | undefined {
    const { operations, syncs, requests, requeueAfterSeconds, holdSeconds } = result;
    if (requests.length > 0) {
      this.#transition();
      this.#ask(requests);
      return requeueAfterSeconds;
    }
    if (result.next === 'wait' && holdSeconds === 0) return requeueAfterSeconds;
    if (syncs.length > 0) {
      const batch = this.#step('provisionTime', () => this.#make(syncs));
      if (!batch) return undefined;
    }
    return this.#step('provisionTime', () => {
      const batch = this.#make(operations);
      if (!batch) return undefined;
      if (batch.isStopped) return 1;
      const left = operations.filter((each) => !batch.granted.includes(each));
      return this.#hold([...left, ...result.queued], result);
    });
  }

  #ask(requests: ReconcileResult['requests']): void {
    for (const { address, ...details } of requests) {
      const record = this.recorded.get(address);
      const { now } = this.service;
      this.#requests += 1;
      const request = { id: `request-${this.#requests}`, ...details, askedAt: now, notifiedAt: now };
      if (record) this.recorded.set(address, { ...record, request });
    }
  }

  /** Makes the calls that the account's rate allows. @returns undefined where the step crashed */
  #make(planned: readonly PlannedOperation[]) {
    if (planned.length === 0) return { granted: [], isStopped: false };
    const { now } = this.service;
    const { granted: count, times } = grantCalls(this.#writeTimes, planned.length, now, writesPerSecond);
    this.#writeTimes = times;
    const granted = planned.slice(0, count);
    return this.#withLatency(() => {
      let isStopped = false;
      for (const each of granted) {
        const record = this.recorded.get(each.address);
        if (!record) throw new Error(`poll has no record of ${each.address}`);
        const marked = each.operation === 'create' ? { ...record, creating: true as const } : record;
        this.recorded.set(each.address, marked);
        const result = this.#call(each);
        if (this.#options.crashes?.()) return undefined;
        this.recorded.set(each.address, applyCallResult(marked, each, result, this.service.now));
        isStopped ||= result.kind === 'rejected';
      }
      return { granted, isStopped };
    });
  }

  /** As provision holds on. @returns the seconds until the next poll; undefined where the step crashed */
  #hold(queued: readonly PlannedOperation[], { holdSeconds }: ReconcileResult): number | undefined {
    const end = this.service.now + holdSeconds * 1000;
    let queue = queued;
    let external: readonly ObservedResource[] = [];
    while (this.#awaited().length + queue.length > 0) {
      const pause = pauseBeforeLook(this.#youngestStart(external), this.service.now);
      if (!isShortPause(pause) || this.service.now + pause > end) return Math.floor(pause / 1000);
      this.#sleep(pause);
      const observed = this.#withLatency(() => this.service.list());
      const { results, moving } = this.#judge(observed);
      external = [...observed.values()].filter(
        ({ address, status }) => phases[status] === 'moving' && !moving.includes(address),
      );
      const batch = this.#make(withFreeSlot(queue, [...moving, ...external.map(({ address }) => address)]));
      if (!batch) return undefined;
      queue = queue.filter((each) => !batch.granted.includes(each));
      if (results.has('unclear') || batch.isStopped) return 1;
      if (results.has('unblocked') || moving.length + batch.granted.length + queue.length === 0) return 0;
    }
    return 0;
  }

  #youngestStart(external: readonly ObservedResource[]): number {
    const { now } = this.service;
    const starts = [
      ...this.#awaited().map(({ operation }) => operation.startedAt),
      ...external.map(({ updatedAt }) => updatedAt),
    ];
    return starts.length > 0 ? Math.min(now, Math.max(...starts)) : now;
  }

  #judge(observed: ReadonlyMap<Address, ObservedResource>) {
    const results = new Set<AwaitedResult | 'unblocked'>();
    const moving: Address[] = [];
    for (const { record, operation } of this.#awaited()) {
      const seen = observed.get(record.address);
      const result = judgeAwaited(record, seen?.id === record.id ? seen : undefined, this.service.now);
      results.add(result);
      if (result === 'moving') moving.push(record.address);
      if (result !== 'succeeded') continue;
      const isDesired = this.desired.resources.some(({ address }) => address === record.address);
      if (!parentOf(record.address) || (operation.operation === 'delete' && isDesired))
        results.add('unblocked');
      this.#verify(record);
    }
    return { results, moving };
  }

  #awaited() {
    return [...this.recorded.values()].flatMap((record) => {
      const operation = awaitedOperation(record);
      return operation ? [{ record, operation }] : [];
    });
  }

  /** Reads back what a write has done. */
  #verify(record: ResourceRecord): void {
    const resource = this.desired.resources.find(({ address }) => address === record.address);
    const observed = this.service.get(record.address);
    if (!resource || !observed) return;
    const config = resolvedConfig(resource);
    const row = resourceKinds[resource.kind];
    const { selfHeal } = this.desired.settings;
    const desired = { config, fingerprint: fingerprint(config), row, catalog, selfHeal };
    const verified = verifiedRecord(record, observed, desired, this.service.now);
    if (verified) this.recorded.set(record.address, verified);
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
      case 'submit':
      case 'deprecate':
        throw new Error(`the model has no registry records: ${address}`);
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
