import type { PlannedOperation, PlannedRequest } from '../../core/reconcile/plan.ts';
import type { PlannedToolRead } from '../../core/toolContracts/toolWatch.ts';
import { readCount, readMapping, readText, readTime, readWorkspaceName } from './eventFields.ts';

/**
 * What the state machine does next:
 * - `provision`, `sync`, `ask`: runs the step that carries out the decision; provision also waits for what has begun
 * - `watch`: reads lists of tools, and polls again at once
 * - `wait`: waits `requeueAfterSeconds` and polls again
 * - `settled`, `refused`: publishes the outcome and releases the lease
 * - `absent`: releases the lease, since a workspace that never existed has no file
 * - `busy`: ends, since another execution holds the lease
 * - `continue`: continues in a fresh execution
 */
export type NextStep =
  | 'provision'
  | 'sync'
  | 'ask'
  | 'watch'
  | 'wait'
  | 'settled'
  | 'refused'
  | 'absent'
  | 'busy'
  | 'continue';

/** The state of a reconciliation between two steps: references and small lists, never manifests or schemas. */
export interface ReconcileState {
  readonly workspace: string;
  /** The holder of the lease: the id of the first execution of the reconciliation. */
  readonly leaseHolder: string;
  /** How many polls came before this one in the same reconciliation. */
  readonly iteration: number;
  /** The revision of the upload that poll read; empty when it read none. */
  readonly revision: string;
  readonly next: NextStep;
  readonly requeueAfterSeconds: number;
  readonly operations: readonly PlannedOperation[];
  /** Operations that are due and wait for a slot, in order. */
  readonly queued?: readonly PlannedOperation[];
  /** How long provision may wait for what Gateloop has begun, in whole seconds; absent: not at all. */
  readonly holdSeconds?: number;
  readonly syncs: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  readonly toolReads: readonly PlannedToolRead[];
  /** What could not be read, as the service had too many requests: the next poll reads it. Addresses, and `gatewayTarget/<gateway>/*`. */
  readonly unread?: readonly string[];
  /** The name of the fresh execution that continues; present with `continue` alone. */
  readonly continueAs?: string;
}

/** The event of a step after poll. */
export interface ReconcileStateEvent {
  readonly state: ReconcileState;
  /** When the state machine entered the step's state, in ms since the epoch. */
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseReconcileStateEvent(event: unknown): ReconcileStateEvent {
  const { state, now } = readMapping(event, 'a mapping with "state" and "now"');
  const fields = readMapping(state, 'the result of poll under "state"');
  readWorkspaceName(fields.workspace, 'the name of a workspace under "state.workspace"');
  readCount(fields.iteration, 'a count of polls under "state.iteration"');
  readText(fields.leaseHolder, 'the holder of the lease under "state.leaseHolder"');
  // The state is the result of poll, which the state machine passes on unchanged.
  return { state: fields as unknown as ReconcileState, now: readTime(now) };
}
