import type { Address } from '../address.ts';
import type { ObservedLink } from '../authorization/request.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';

/** What a resource is in, in the words that owners, events and `--json` use. */
export type ResourceCondition =
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
  /** Of what was wanted: under it a failure is counted. Empty for a resource that left the manifest. */
  readonly fingerprint: string;
  /** Fingerprint of the configuration that was sent; absent for delete and sync. */
  readonly configuration?: string;
  readonly startedAt: number;
  /** `updatedAt` in the service's own answer: a List that shows an older one is stale. */
  readonly updatedAt?: number;
  /** For a sync: `lastSynchronizedAt` before the call. Only a newer one proves that the sync happened. */
  readonly baseline?: number;
  /** It has stopped at a person's consent: how long it takes says nothing about the service any more. */
  readonly awaitedConsent?: true;
}

/** Failed attempts at one configuration. Another fingerprint starts afresh. */
export interface RetryState {
  readonly fingerprint: string;
  /** How many attempts ended in a failure that counts; throttling and conflicts do not. */
  readonly count: number;
  /** When the first of them was made, which bounds the patience with a role that is still spreading. */
  readonly firstAt: number;
  /** Not to be tried again before this time. */
  readonly nextAt: number;
  /** How often in a row the call was put off: throttled, in conflict, or an error of the service. */
  readonly deferrals: number;
  /** The service refuses gentler calls to the failed resource in its state: the next attempt goes this way. */
  readonly escalation?: Escalation;
  /** The resource was taken back to its last good configuration, and this one is not tried again. */
  readonly rolledBack?: true;
  readonly reasons: readonly string[];
}

/** A failed sync is mended by an update, a failed update by delete and create. */
export type Escalation = 'update' | 'replace';

/** A request to a person that is open: an authorization link, or an approval. */
export interface OpenRequest {
  /** Opaque, random, 128 bits: it is what the durable link carries. */
  readonly id: string;
  readonly kind: 'authorization' | 'approval';
  readonly askedAt: number;
  /** When the message was handed over; until then it has to be sent (again). */
  readonly notifiedAt?: number;
  /** When the person gave consent. What fails after that has not lapsed, it has failed. */
  readonly answeredAt?: number;
  /** Of the configuration that is asked about; absent in requests of earlier versions. */
  readonly fingerprint?: string;
  /** When somebody last asked for a link that has to be made afresh. */
  readonly clickedAt?: number;
  /** Somebody was told that the target must be deleted and made again, and wants that. */
  readonly mayReplace?: true;
  /** How it ended, if not by consent. Nobody is asked the same again until somebody wants that. */
  readonly closed?: 'refused' | 'expired';
  /** When it ended so. */
  readonly closedAt?: number;
  /** What the consent is for. A synchronisation is asked for while the target is ready, and goes on being so. */
  readonly reason?: AuthorizationReason;
}

/**
 * What the ledger holds of one resource: only what cannot be read back from the control plane. Losing it costs reads
 * and another question to people, never a wrong call.
 */
export interface ResourceRecord {
  readonly address: Address;
  readonly id?: string;
  /** The output members that other resources refer to, as last observed. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** How many creates were accepted, so that a resource that is created again gets another client token. */
  readonly generation?: number;
  /** The configuration that settled last, and the `updatedAt` it settled with: a newer one means another hand. */
  readonly applied?: { readonly fingerprint: string; readonly updatedAt: number };
  /** The `updatedAt` of a change by another hand that was read and found to differ from what is wanted. */
  readonly drift?: number;
  /** The last configuration with which the resource was ready. */
  readonly lastGood?: string;
  readonly operation?: OpenOperation;
  readonly retry?: RetryState;
  readonly request?: OpenRequest;
  /** The configuration whose change of tools a person has approved. */
  readonly approvedFingerprint?: string;
  /** The service's link for a person that was seen last, while one is awaited. */
  readonly link?: ObservedLink;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  /** Since when the resource is in `state`. */
  readonly since: number;
}

/** Memory after an operation has come to its end, or was never begun. */
export function withoutOperation({ operation: _, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

/** Memory after a person's request was answered, or nothing awaits it any more. */
export function withoutRequest({ request: _, link: __, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

/** Memory of a resource that is about to be deleted, or to be read before it is judged again. */
export function withoutApplied(record: ResourceRecord): ResourceRecord {
  const { applied: _applied, drift: _drift, ...rest } = record;
  return rest;
}

/** Memory of a resource that is gone: what is created in its place is another one. */
export function withoutResource(record: ResourceRecord): ResourceRecord {
  const { id: _id, outputs: _outputs, operation: _operation, ...rest } = withoutApplied(record);
  return rest;
}
