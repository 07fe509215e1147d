import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { Failure } from './taskFailure.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution of a state machine, with all that is needed to resume it after a crash. */
export interface Execution extends Failure {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly input: JsonValue;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly output?: JsonValue;
  /** The current state; of a failed execution, the state that failed. */
  readonly step?: Step;
  /** The number of history events. */
  readonly events: number;
  /** States entered plus retries, as the service bills them. */
  readonly transitions: number;
  readonly redrives: number;
}

/** The state that is running. Times are in simulated milliseconds since the epoch. */
export interface Step {
  readonly state: string;
  readonly input: JsonValue;
  readonly enteredAt: number;
  /** The number of the history event that entered it, which identifies the visit. */
  readonly visit: number;
  /** How often each retrier was used. */
  readonly retries: readonly number[];
  /** The number of retries in all. */
  readonly retryCount: number;
  /** When the wait ends or the next attempt starts. */
  readonly resumeAt?: number;
  /** When the current attempt started. */
  readonly triedAt?: number;
  /** The token that the current attempt waits for; `submitted` once its task was called. */
  readonly token?: { readonly value: string; readonly submitted: boolean };
}

/** A history event with the members of the API, except that its time is in milliseconds. */
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
