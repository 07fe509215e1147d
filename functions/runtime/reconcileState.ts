import type { PlannedOperation, PlannedRequest } from '../../core/reconcile/decide.ts';
import { readMapping, readText, readTime } from './eventFields.ts';

/**
 * What the state machine does next:
 * `provision`, `sync`, `ask`: let that step do what was decided · `wait`: look again later · `settled`, `refused`: tell
 * the outcome and let go · `busy`: another execution holds the lease · `continue`: go on in a fresh execution
 */
export type NextStep = 'provision' | 'sync' | 'ask' | 'wait' | 'settled' | 'refused' | 'busy' | 'continue';

/** The state of a reconciliation between two steps: references and small lists, never manifests or schemas. */
export interface ReconcileState {
  readonly workspace: string;
  /** Who holds the lease: the first execution's id. */
  readonly leaseHolder: string;
  /** How many turns were taken before this one. */
  readonly iteration: number;
  /** Which upload was read; empty when none was. */
  readonly revision: string;
  readonly next: NextStep;
  readonly requeueAfterSeconds: number;
  readonly operations: readonly PlannedOperation[];
  readonly syncs: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  /** The name of the fresh execution that goes on. */
  readonly continueAs?: string;
}

/** A turn as a step gets it, with the time at which its state was entered, in ms since the epoch. */
export interface ReconcileStateEvent {
  readonly state: ReconcileState;
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseReconcileStateEvent(event: unknown): ReconcileStateEvent {
  const { state, now } = readMapping(event, 'a mapping with "state" and "now"');
  const fields = readMapping(state, 'the result of poll under "state"');
  readText(fields.workspace, 'the name of a workspace under "state.workspace"');
  readText(fields.leaseHolder, 'the holder of the lease under "state.leaseHolder"');
  // Poll made it, one state earlier; the state machine passes it on as it is.
  return { state: fields as unknown as ReconcileState, now: readTime(now) };
}
