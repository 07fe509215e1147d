import type { PlannedOperation, PlannedRequest } from '../core/decide/decide.ts';
import { readMapping, readText, readTime } from './invalidEvent.ts';

/**
 * What the state machine does next:
 * `provision`, `sync`, `ask`: let that step do what was decided · `wait`: look again later · `settled`, `refused`: tell
 * the outcome and let go · `busy`: another execution holds the lease · `continue`: go on in a fresh execution
 */
export type Next = 'provision' | 'sync' | 'ask' | 'wait' | 'settled' | 'refused' | 'busy' | 'continue';

/** The state of a reconciliation between two steps: references and small lists, never manifests or schemas. */
export interface Turn {
  readonly workspace: string;
  /** Who holds the lease: the first execution's id. */
  readonly holder: string;
  /** How many turns were taken before this one. */
  readonly turn: number;
  /** Which upload was read; empty when none was. */
  readonly revision: string;
  readonly next: Next;
  readonly waitSeconds: number;
  readonly operations: readonly PlannedOperation[];
  readonly syncs: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  /** The name of the fresh execution that goes on. */
  readonly continueAs?: string;
}

/** A turn as a step gets it, with the time at which its state was entered, in ms since the epoch. */
export interface TurnEvent {
  readonly turn: Turn;
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseTurnEvent(event: unknown): TurnEvent {
  const { turn, now } = readMapping(event, 'a mapping with "turn" and "now"');
  const fields = readMapping(turn, 'the result of poll under "turn"');
  readText(fields.workspace, 'the name of a workspace under "turn.workspace"');
  readText(fields.holder, 'the holder of the lease under "turn.holder"');
  // Poll made it, one state earlier; the state machine passes it on as it is.
  return { turn: fields as unknown as Turn, now: readTime(now) };
}
