import type { Address } from '../resources/resourceKinds.ts';

/** What a resource is in, in the words that owners, events and `--json` use. */
export type ResourceState =
  | 'ready'
  | 'awaiting-authorization'
  | 'awaiting-approval'
  | 'in-progress'
  | 'failed'
  | 'refused'
  | 'absent';

/** A call to make, as history remembers it. */
export type Operation = 'create' | 'update' | 'delete' | 'sync' | 'rollback';

/** An operation that Gateloop began and has not yet seen settled. Times are ms since the epoch. */
export interface OpenOperation {
  readonly operation: Operation;
  /** Fingerprint of the configuration that was sent; absent for delete and sync. */
  readonly fingerprint?: string;
  readonly startedAt: number;
  /** `updatedAt` in the service's own answer: a List that shows an older one is stale. */
  readonly updatedAt?: number;
  /** For a sync: `lastSynchronizedAt` before the call. Only a newer one proves that the sync happened. */
  readonly baseline?: number;
}

/** Failed attempts at one configuration. Another fingerprint starts afresh. */
export interface Attempts {
  readonly fingerprint: string;
  /** How many attempts ended in a failure that counts; throttling and conflicts do not. */
  readonly count: number;
  /** When the first of them was made, which bounds the patience with a role that is still spreading. */
  readonly firstAt: number;
  /** Not to be tried again before this time. */
  readonly nextAt: number;
  /** How often in a row the call was put off: throttled, in conflict, or an error of the service. */
  readonly deferrals: number;
  /** The service would not update the failed resource: the next attempt replaces it. */
  readonly updateRefused?: boolean;
  readonly reasons: readonly string[];
}

/** A request to a person that is open: an authorization link, or an approval. */
export interface OpenRequest {
  /** Opaque, random, 128 bits: it is what the durable link carries. */
  readonly id: string;
  readonly kind: 'authorization' | 'approval';
  readonly askedAt: number;
}

/**
 * What the ledger holds of one resource: only what cannot be read back from the control plane. Losing it costs reads
 * and another question to people, never a wrong call.
 */
export interface Memory {
  readonly address: Address;
  readonly id?: string;
  /** The output members that other resources refer to, as last observed. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** How many creates were accepted, so that a resource that is created again gets another client token. */
  readonly generation?: number;
  /** The configuration that settled last, and the `updatedAt` it settled with: a newer one means another hand. */
  readonly applied?: { readonly fingerprint: string; readonly updatedAt: number };
  /** The last configuration with which the resource was ready. */
  readonly lastGood?: string;
  readonly operation?: OpenOperation;
  readonly attempts?: Attempts;
  readonly request?: OpenRequest;
  readonly state: ResourceState;
  readonly reasons: readonly string[];
  /** Since when the resource is in `state`. */
  readonly since: number;
}
