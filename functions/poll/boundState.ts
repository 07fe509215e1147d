import type { Address } from '../../core/address.ts';
import { parentOf } from '../../core/resources/resourceKinds.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';

/**
 * The bytes that each list may take in the state between two steps. Step Functions holds 256 KB of input and output of a state
 * (262,144 bytes); these are 230 KB, and the step after poll adds the results of its calls or 100 references of 200 bytes.
 * What does not fit is planned again by the next poll.
 */
export const listBytes = {
  operations: 50_000,
  queued: 40_000,
  requests: 40_000,
  syncs: 15_000,
  toolReads: 15_000,
  unread: 70_000,
} as const;

/** Stands for all targets of a gateway. */
const EVERY_PART = '/*';

/**
 * Bounds the lists of a state, whatever the size of the workspace. The first item of a list stays in any case: without it, no
 * poll would get further.
 */
export function boundState(state: ReconcileState): ReconcileState {
  const { operations, queued, syncs, requests, toolReads, requeueAfterSeconds } = state;
  const bounded = {
    operations: within(operations, listBytes.operations),
    ...(queued && { queued: within(queued, listBytes.queued) }),
    requests: within(requests, listBytes.requests),
    syncs: within(syncs, listBytes.syncs),
    toolReads: within(toolReads, listBytes.toolReads),
  };
  const isShortened =
    bounded.requests.length < requests.length || bounded.operations.length < operations.length;
  return { ...state, ...bounded, requeueAfterSeconds: isShortened ? 1 : requeueAfterSeconds };
}

function within<Item>(items: readonly Item[], bytes: number): readonly Item[] {
  let left = bytes;
  const end = items.findIndex((item, index) => {
    left -= Buffer.byteLength(JSON.stringify(item)) + 1;
    return left < 0 && index > 0;
  });
  return end < 0 ? items : items.slice(0, end);
}

/**
 * Writes what a poll could not read for the next one. More parts of one resource than a few become their List, which
 * is one read as well: a thousand gateways, with names of 48 characters at most, take 66 KB.
 *
 * @returns addresses, and `gatewayTarget/<gateway>/*` for all targets of a gateway; at most `listBytes.unread` bytes
 */
export function writeUnread(unread: ReadonlySet<Address>): readonly string[] {
  const byList = Map.groupBy(unread, (address) => listOf(address));
  const entries = [...byList].flatMap(([list, addresses]) =>
    list !== undefined && addresses.length > 3 ? [list] : addresses,
  );
  return within(entries, listBytes.unread);
}

/** What the poll before could not read. */
export class Unread {
  readonly #entries: ReadonlySet<string>;

  /** @param entries as `writeUnread` returns them */
  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries);
  }

  has(address: Address): boolean {
    const list = listOf(address);
    return this.#entries.has(address) || (list !== undefined && this.#entries.has(list));
  }
}

/** The entry for all parts of one kind that a resource has. */
function listOf(address: Address): string | undefined {
  return parentOf(address) && `${address.slice(0, address.lastIndexOf('/'))}${EVERY_PART}`;
}
