import type { Address } from '../address.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { Latencies } from './latencyEstimator.ts';
import type { OpenRequest, Operation, ResourceCondition, ResourceRecord } from './resourceRecord.ts';

/** A call to make now. */
export interface PlannedOperation {
  readonly address: Address;
  readonly operation: Operation;
  /** Of what is wanted: under it attempts are counted. Empty for a resource that left the manifest. */
  readonly fingerprint: string;
  /** Fingerprint of the configuration to send; absent for delete and sync. For a rollback it is not the wanted one. */
  readonly configuration?: string;
  readonly id?: string;
  /** The id of the gateway that a target belongs to. */
  readonly parentId?: string;
  /** The resource has failed, and the service may refuse to update it. */
  readonly repair?: boolean;
  /** For a sync: `lastSynchronizedAt` before the call, in ms since the epoch. */
  readonly baseline?: number;
}

/** A person to ask. Who asks sets `request` in memory, or the next decision asks again. */
export interface PlannedRequest {
  readonly address: Address;
  readonly kind: OpenRequest['kind'];
  /** Of the configuration that is asked about. */
  readonly fingerprint: string;
  readonly reason: AuthorizationReason;
}

export interface ResourceReport {
  readonly address: Address;
  readonly kind: KindName;
  readonly name: string;
  readonly id?: string;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
}

export interface ReconcileResult {
  /** `act`: there are calls to make or people to ask. `wait`: something moves. `settled`: nothing more comes of waiting. */
  readonly next: 'act' | 'wait' | 'settled';
  /** One sort of work a turn: operations, or syncs, or requests. Writes are at most as many as slots are free. */
  readonly operations: readonly PlannedOperation[];
  readonly syncs: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  /**
   * What should be read with a Get before this decision is acted on: with `config` (and the reasons of a failure) in
   * the world, decide again. Where a read fails, the decision stands; it only knows less.
   */
  readonly reads: readonly Address[];
  /** How long to wait after that before the next look, in whole seconds, at least 1. */
  readonly requeueAfterSeconds: number;
  /** What is to be remembered differently from before. */
  readonly upserts: readonly ResourceRecord[];
  readonly deletes: readonly Address[];
  readonly latencies: Latencies;
  readonly resources: readonly ResourceReport[];
}
