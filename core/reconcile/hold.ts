import type { Address } from '../address.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';
import { concurrencyGroupOf, defaultQuotas } from './concurrency.ts';
import { diffResource } from './diff.ts';
import type { OpenOperation, ResourceRecord } from './ledgerRecord.ts';
import type { ComparedResource } from './liveComparison.ts';
import type { PlannedOperation } from './plan.ts';
import { settle } from './settle.ts';

/*
 * A hold: provision waits in its function for the operations that Gateloop has begun, and begins those that `decide` has
 * queued as slots come free. A state transition costs as much as 3.75 s of a function of 512 MB that sleeps, and a Wait
 * state takes whole seconds: a target of 0.7 s would be waited for longer than it takes.
 */

/** How long one hold lasts at most, in ms: with two calls that hang, within the time limit of the function. */
export const longestHold = 60_000;

/** A pause in ms. The service grants ten Lists of targets a second to the account: four holds with shorter ones exceed it. */
const SHORTEST_PAUSE = 400;
/** A longer pause is cheaper as a Wait state, in ms. */
const LONGEST_PAUSE = 9_000;
/**
 * The share of an operation's age after which it is looked at again: each is found within a twentieth of its own time. A tenth
 * saves at most one read in seven, and costs five targets of 4 to 12 s another 0.4 s.
 */
const PAUSE_SHARE = 0.05;

/**
 * The operations that a decision queues at most. A hold begins 300 at the account's rate, and 100 take 40 KB of the
 * 256 KB that a state machine passes.
 */
export const longestQueue = 100;

/**
 * How many holds all workspaces may have at a time. A new account runs ten functions at a time, of which half are left to
 * the pages and the other steps. Five gateways with full windows begin more than the account's five writes a second, unless
 * their operations take longer than five seconds.
 */
export const maxHolds = 5;

/** The pause before the next look, in ms, by the start of the youngest operation: those of one kind take about as long. */
export function pauseBeforeLook(youngestStart: number, now: number): number {
  return Math.max(SHORTEST_PAUSE, Math.round((now - youngestStart) * PAUSE_SHARE));
}

/** Whether a hold is worth its time until the next look. */
export function isShortPause(pause: number): boolean {
  return pause <= LONGEST_PAUSE;
}

/** The holds of all workspaces: when each ends by itself, in ms since the epoch, by its holder. */
export type Holds = Readonly<Record<string, number>>;

/** @returns the holds with another one; undefined where there are `maxHolds` already */
export function grantHold(holds: Holds, holder: string, until: number, now: number): Holds | undefined {
  const others = Object.entries(holds).filter(([name, end]) => name !== holder && end > now);
  return others.length < maxHolds ? Object.fromEntries([...others, [holder, until]]) : undefined;
}

/** The operation of a resource that a hold waits for: neither a person's consent, nor one that is known to have succeeded. */
export function awaitedOperation({ operation }: ResourceRecord): OpenOperation | undefined {
  return operation?.awaitedConsent || operation?.verifiedAt !== undefined ? undefined : operation;
}

/** The operation is under way; it has succeeded; or it has failed or awaits a person, which poll judges. */
export type AwaitedResult = 'moving' | 'succeeded' | 'unclear';

/**
 * What a look shows of an operation in the ledger, by the rules of poll.
 *
 * @param observed undefined where the service does not show the resource
 */
export function judgeAwaited(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  now: number,
): AwaitedResult {
  const { inProgress, hasEnded } = settle(record, observed, true, now);
  if (inProgress) return 'moving';
  const hasSucceeded = hasEnded && (!observed || phases[observed.status] === 'ready');
  return hasSucceeded ? 'succeeded' : 'unclear';
}

/**
 * The queued operations that have a free slot now, in order.
 *
 * @param moving the resources with an operation under way, of Gateloop or of others
 */
export function withFreeSlot(
  queue: readonly PlannedOperation[],
  moving: Iterable<Address>,
  { concurrencyLimit, writesPerTurn } = defaultQuotas,
): PlannedOperation[] {
  const used = new Map<Address, number>();
  const take = (address: Address) => {
    const group = concurrencyGroupOf(address);
    const count = (used.get(group) ?? 0) + 1;
    used.set(group, count);
    return count;
  };
  for (const address of new Set(moving)) take(address);
  return queue.filter(({ address }) => take(address) <= concurrencyLimit).slice(0, writesPerTurn);
}

/**
 * The record of a resource after a write that has succeeded, where a Get proves that the service has what was sent. Poll
 * needs no Get of it then, and closes the operation.
 *
 * @returns undefined where poll has to judge what the service made of the write
 */
export function verifiedRecord(
  record: ResourceRecord,
  observed: ObservedResource,
  desired: ComparedResource,
  now: number,
): ResourceRecord | undefined {
  if (judgeAwaited(record, observed, now) !== 'succeeded') return undefined;
  const { record: settled } = settle(record, observed, true, now);
  if (!settled.applied?.unverified) return undefined;
  const { status, record: compared } = diffResource(desired, observed, settled, now);
  const isVerified = status === 'upToDate' && !compared.drift && !compared.applied?.unverified;
  if (!isVerified || !record.operation) return undefined;
  return { ...compared, operation: { ...record.operation, verifiedAt: observed.updatedAt } };
}
