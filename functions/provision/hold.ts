import { type Address, parseAddress } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import { addressItems } from '../../core/comparison/addressItems.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { isRatedRead, type RatedRead } from '../../core/reconcile/callRate.ts';
import {
  awaitedOperation,
  isShortPause,
  judgeAwaited,
  longestHold,
  pauseBeforeLook,
  verifiedRecord,
  withFreeSlot,
} from '../../core/reconcile/hold.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { type ObservedResource, observe } from '../../core/resources/observe.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { phases } from '../../core/status.ts';
import type { StepClock, StepSleep } from '../runtime/lambdaStep.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { resolvedConfig } from './executeOperation.ts';
import type { PlannedCalls } from './plannedCalls.ts';

export interface HoldPorts extends StepClock, StepSleep {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
  readonly catalog: ShapeCatalog;
}

/**
 * How long the state machine waits where other steps hold on, in seconds: they use the account's writes, and a poll a second of
 * each further workspace would use up its reads.
 */
const BUSY_SECONDS = 5;

/** After what time a hold asks again for a write that the account had no room for: a fifth of the second that it waits for at most. */
const WRITE_RETRY_MS = 150;

/** What a look shows: the resources that Gateloop awaits, and the targets beside them. */
type Observed = ReadonlyMap<Address, ObservedResource>;

/**
 * Waits for the operations that Gateloop has begun, and begins the queued ones as slots come free. It makes only calls that
 * poll has planned, and judges nothing: where an operation has failed, awaits a person, or lets other work begin, the next
 * poll comes at once.
 */
export class Hold {
  readonly #state: ReconcileState;
  readonly #desired: DesiredState;
  readonly #calls: PlannedCalls;
  readonly #ports: HoldPorts;
  readonly #enteredAt: number;
  readonly #end: number;
  #queue: readonly PlannedOperation[];
  /** The account had no write left for an operation that has a slot. */
  #isShortOfWrites = false;
  /** The starts of the operations that are under way, in ms since the epoch. */
  readonly #awaited: Map<Address, number>;
  /** The targets that others change. */
  #external: Observed = new Map();
  /** The writes that have succeeded, and whose results were not read back. */
  readonly #unverified = new Set<Address>();

  /** @param now when the step began, in ms since the epoch */
  constructor(
    state: ReconcileState,
    now: number,
    queue: readonly PlannedOperation[],
    { desired, calls, ports }: { desired: DesiredState; calls: PlannedCalls; ports: HoldPorts },
  ) {
    this.#state = state;
    this.#desired = desired;
    this.#calls = calls;
    this.#ports = ports;
    this.#enteredAt = now;
    this.#end = now + Math.min(longestHold, (state.holdSeconds ?? 0) * 1000);
    this.#queue = queue;
    this.#awaited = new Map(
      [...calls.entries].flatMap(([address, { record }]) => {
        const operation = awaitedOperation(record);
        return operation ? [[address, operation.startedAt] as const] : [];
      }),
    );
  }

  /** @returns when the next poll is to come, in whole seconds from now; undefined where there is no hold */
  async run(): Promise<number | undefined> {
    const { leaseHolder } = this.#state;
    const { ledger } = this.#ports;
    if (this.#end <= this.#now()) return undefined;
    if (this.#isDone()) return 0;
    if (!(await ledger.beginHold(leaseHolder, this.#end, this.#now()))) return BUSY_SECONDS;
    const seconds = await this.#hold();
    await ledger.endHold(leaseHolder);
    return seconds;
  }

  async #hold(): Promise<number> {
    for (;;) {
      const pause = pauseBeforeLook(this.#youngestStart(), this.#now());
      if (!isShortPause(pause) || this.#now() + pause > this.#end) return Math.floor(pause / 1000);
      if (await this.#pause(pause)) return 1;
      const { workspace, leaseHolder } = this.#state;
      if (await this.#ports.ledger.isPollWanted(workspace, leaseHolder)) return 0;
      const observed = await this.#look();
      if (!observed) continue;
      const awaited = [...this.#awaited.keys()];
      const judgment = this.#judge(observed);
      const ended = awaited.filter((address) => !this.#awaited.has(address));
      await this.#calls.endSlots(ended, this.#now());
      const [isStopped] = await inParallel([this.#begin(), this.#verify()]);
      if (judgment === 'unclear' || isStopped) return 1;
      if (judgment === 'unblocked' || this.#isDone()) return 0;
    }
  }

  /**
   * Sleeps until the next look. Where the account had no write left for a queued operation, asks again meanwhile: a look a write
   * late of each hold would leave a tenth of the account's writes unused.
   *
   * @returns whether the hold must end
   */
  async #pause(ms: number): Promise<boolean> {
    const end = this.#now() + ms;
    while (this.#isShortOfWrites && this.#now() + WRITE_RETRY_MS < end) {
      await this.#ports.sleep(WRITE_RETRY_MS);
      if (await this.#begin()) return true;
    }
    await this.#ports.sleep(Math.max(0, end - this.#now()));
    return false;
  }

  #isDone(): boolean {
    return this.#awaited.size + this.#queue.length === 0;
  }

  #now(): number {
    return Math.max(this.#enteredAt, this.#ports.clock());
  }

  #youngestStart(): number {
    const external = [...this.#external.values()].map(({ updatedAt }) => Math.min(this.#now(), updatedAt));
    const starts = [...this.#awaited.values(), ...external];
    return starts.length > 0 ? Math.max(...starts) : this.#now();
  }

  /** Reads what is awaited. @returns undefined where the account has no reads left for now, or the service refuses one */
  async #look(): Promise<Observed | undefined> {
    const parts = [...this.#awaited.keys(), ...this.#queue.map(({ address }) => address)].filter(parentOf);
    const lists = new Map(parts.map((address) => [listOf(address), address]));
    const others = [...this.#awaited.keys()].filter((address) => !parentOf(address));
    const reads: Record<string, number> = {};
    for (const [verb, addresses] of [
      ['list', [...lists.values()]],
      ['get', others],
    ] as const)
      for (const address of addresses) {
        const operation = `${verb} ${parseAddress(address).kind}`;
        reads[operation] = (reads[operation] ?? 0) + 1;
      }
    for (const [operation, count] of Object.entries(reads))
      if (isRatedRead(operation) && !(await this.#reserve(operation, count))) return undefined;
    return unlessRefused(async () => {
      const listed = await Promise.all([...lists.values()].map((part) => this.#listBeside(part)));
      const gets = await Promise.all(others.map((address) => this.#get(address)));
      return new Map([...listed.flat(), ...gets.flat()].map((resource) => [resource.address, resource]));
    });
  }

  async #reserve(operation: RatedRead, count: number): Promise<boolean> {
    if (count === 0) return true;
    return (await this.#ports.ledger.reserveReads(operation, count, this.#now())) === count;
  }

  /** Lists a part of a resource, with the others of its kind. */
  async #listBeside(part: Address): Promise<ObservedResource[]> {
    const { kind } = parseAddress(part);
    const parent = parentOf(part);
    const id = parent && this.#idOf(parent);
    if (!parent || id === undefined) return [];
    const row = resourceKinds[kind];
    const items = await this.#ports.controlPlane.list(kind, id);
    const records = new Map([...this.#calls.entries].map(([address, { record }]) => [address, record]));
    const known = { records, desired: new Map(), catalog: this.#ports.catalog };
    return addressItems(row, parent, items, known).map(([address, item]) =>
      observe(row, address, item, false),
    );
  }

  async #get(address: Address): Promise<ObservedResource[]> {
    const { kind } = parseAddress(address);
    const parent = parentOf(address);
    const id = this.#idOf(address);
    const parentId = parent && this.#idOf(parent);
    const response =
      id === undefined
        ? undefined
        : await this.#ports.controlPlane.get(kind, { id, ...defined({ parentId }) });
    return response ? [observe(resourceKinds[kind], address, response, true)] : [];
  }

  #idOf(address: Address): string | undefined {
    return this.#calls.entries.get(address)?.record.id;
  }

  /**
   * Takes what has succeeded from the awaited operations.
   *
   * @returns `unclear` where poll has to judge an operation; `unblocked` where other work may begin now
   */
  #judge(observed: Observed): 'unclear' | 'unblocked' | 'moving' {
    let judgment: 'unclear' | 'unblocked' | 'moving' = 'moving';
    for (const address of [...this.#awaited.keys()]) {
      const record = this.#calls.entries.get(address)?.record;
      if (!record) continue;
      const seen = observed.get(address);
      // Another resource has the name by now, or still has it: a List may be older than the deletion of that one.
      const own = seen?.id === record.id ? seen : undefined;
      const result = judgeAwaited(record, own, this.#now());
      if (result === 'moving') continue;
      this.#awaited.delete(address);
      if (result === 'unclear') judgment = 'unclear';
      else if (judgment === 'moving' && this.#unblocksOthers(address)) judgment = 'unblocked';
      if (result === 'succeeded' && own && parentOf(address)) this.#unverified.add(address);
    }
    this.#external = new Map(
      [...observed].filter(
        ([address, { status }]) => phases[status] === 'moving' && !this.#awaited.has(address),
      ),
    );
    return judgment;
  }

  /** Targets wait for gateways and providers; a target that is replaced is deleted before it is created again. */
  #unblocksOthers(address: Address): boolean {
    if (!parentOf(address)) return true;
    const { operation } = this.#calls.entries.get(address)?.record ?? {};
    return (
      operation?.operation === 'delete' && this.#desired.resources.some((each) => each.address === address)
    );
  }

  /** Begins the queued operations that have a slot. @returns whether the hold must end */
  async #begin(): Promise<boolean> {
    const due = withFreeSlot(this.#queue, [...this.#awaited.keys(), ...this.#external.keys()]);
    this.#isShortOfWrites = false;
    if (due.length === 0 || this.#now() > this.#end) return false;
    const { granted, isStopped } = await this.#calls.make(due, this.#now());
    this.#isShortOfWrites = granted.length < due.length;
    this.#queue = this.#queue.filter((each) => !granted.includes(each));
    for (const { address } of granted) {
      const operation = this.#calls.entries.get(address)?.record.operation;
      if (operation) this.#awaited.set(address, operation.startedAt);
    }
    return isStopped;
  }

  /** Reads back what was written, as far as the account has reads left. Poll reads the rest. */
  async #verify(): Promise<void> {
    const byKind = Map.groupBy(this.#unverified, (address) => `get ${parseAddress(address).kind}`);
    for (const [operation, addresses] of byKind) {
      const granted = isRatedRead(operation)
        ? await this.#ports.ledger.reserveReads(operation, addresses.length, this.#now())
        : addresses.length;
      await inParallel(addresses.slice(0, granted).map((address) => this.#verifyOne(address)));
    }
  }

  async #verifyOne(address: Address): Promise<void> {
    this.#unverified.delete(address);
    const entry = this.#calls.entries.get(address);
    const resource = this.#desired.resources.find((each) => each.address === address);
    if (!entry || !resource) return;
    const [observed] = (await unlessRefused(() => this.#get(address))) ?? [];
    const config = resolvedConfig(resource, this.#calls.entries);
    if (!observed || !config) return;
    const desired = {
      config,
      fingerprint: fingerprint(config),
      row: resourceKinds[resource.kind],
      catalog: this.#ports.catalog,
      selfHeal: this.#desired.settings.selfHeal,
      ...defined({ adopt: resource.adopt }),
    };
    const verified = verifiedRecord(entry.record, observed, desired, this.#now());
    if (verified) await this.#calls.write(verified, entry.version);
  }
}

/** Names the List that shows a part of a resource. */
function listOf(part: Address): string {
  return part.slice(0, part.lastIndexOf('/'));
}

/** @returns undefined where the service refuses the read: the next look repeats it */
async function unlessRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GateloopError) return undefined;
    throw error;
  }
}

/** Waits for all of them, so that none goes on after the step, and then throws the first error. */
async function inParallel<T extends readonly unknown[]>(
  work: {
    [Index in keyof T]: Promise<T[Index]>;
  },
): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as unknown as Promise<T>;
}
