import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { Failure } from './taskFailure.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution of a state machine: all that is needed to go on with it after a crash. */
export interface Execution extends Failure {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly input: JsonValue;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly output?: JsonValue;
  /** Where it stands; of a failed one, where it failed. */
  readonly step?: Step;
  /** How many history events it has. */
  readonly events: number;
  /** States entered, and tries repeated, as the service bills them. */
  readonly transitions: number;
  readonly redrives: number;
}

/** A state under way. Times are in simulated milliseconds since the epoch. */
export interface Step {
  readonly state: string;
  readonly input: JsonValue;
  readonly enteredAt: number;
  /** The number of the history event by which it was entered: tells one visit to a state from another. */
  readonly visit: number;
  /** How often each retrier was used. */
  readonly retries: readonly number[];
  /** How often it was tried again in all. */
  readonly retryCount: number;
  /** Nothing happens before: a wait's end, or the next try. */
  readonly resumeAt?: number;
  /** When the current try began. */
  readonly triedAt?: number;
  /** The token that the current try waits for; `submitted` once its task has been called. */
  readonly token?: { readonly value: string; readonly submitted: boolean };
}

/** One line of an execution's history, in the members of the API except for its time in milliseconds. */
export interface HistoryEvent {
  readonly id: number;
  readonly at: number;
  readonly type: string;
  /** The name of the member that carries `details`, such as `stateEnteredEventDetails`. */
  readonly detailsName?: string;
  readonly details?: JsonObject;
}

export type NewHistoryEvent = Omit<HistoryEvent, 'id' | 'at'>;

/** The service ends an execution that reaches this many events. */
export const MAX_HISTORY_EVENTS = 25_000;
