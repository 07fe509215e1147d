import { randomBytes } from 'node:crypto';
import type { JsonValue } from '../../../core/json.ts';
import type { Clock, Timer } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { AwsError } from '../http/awsError.ts';
import { TaskFailure } from './taskFailure.ts';

export type TaskResult = { readonly output: JsonValue } | { readonly error: string; readonly cause: string };

interface TokenRecord {
  readonly execution: string;
  readonly state: string;
  readonly heartbeatAt: number;
  readonly answer?: TaskResult;
  readonly isClosed?: true;
}

export interface TokenDeadlines {
  /** Simulated milliseconds since the epoch. */
  readonly timeoutAt?: number;
  readonly heartbeatMs?: number;
}

/** The task tokens of waiting tasks. A result is on disk before it is acknowledged. */
export class TaskTokens {
  readonly #clock: Clock;
  readonly #records: Table<TokenRecord>;
  readonly #changed = new Map<string, () => void>();

  constructor(store: Store, clock: Clock) {
    this.#clock = clock;
    this.#records = store.table('states/tokens');
  }

  static generate(): string {
    return `AQCE${randomBytes(120).toString('base64')}`;
  }

  /** Accepts a result for a token. Opening it again keeps a result that has arrived. */
  open(token: string, execution: string, state: string): void {
    const known = this.#records.get(token);
    if (known && !known.isClosed) return;
    this.#records.put(token, { execution, state, heartbeatAt: this.#clock.now() });
  }

  /** Discards the result of a token and accepts another, because the task is retried. */
  reopen(token: string, execution: string, state: string): void {
    this.#records.put(token, { execution, state, heartbeatAt: this.#clock.now() });
  }

  /** Restarts the heartbeat timeout. */
  restartHeartbeat(token: string): void {
    const record = this.#records.get(token);
    if (record) this.#records.put(token, { ...record, heartbeatAt: this.#clock.now() });
  }

  /** @throws AwsError `InvalidToken`, or `TaskTimedOut` when the task is over */
  complete(token: string, answer: TaskResult): void {
    this.#records.put(token, { ...this.#openRecord(token), answer });
    this.#changed.get(token)?.();
  }

  /** @throws AwsError `InvalidToken`, or `TaskTimedOut` when the task is over */
  heartbeat(token: string): void {
    this.#records.put(token, { ...this.#openRecord(token), heartbeatAt: this.#clock.now() });
    this.#changed.get(token)?.();
  }

  /** Rejects results from now on. */
  close(token: string): void {
    const record = this.#records.get(token);
    if (record) this.#records.put(token, { ...record, isClosed: true });
  }

  /**
   * Resolves to the output that completes the token.
   * @throws TaskFailure with the answered error, `States.Timeout` or `States.HeartbeatTimeout`
   */
  waitForResult(token: string, deadlines: TokenDeadlines, signal: AbortSignal): Promise<JsonValue> {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const settle = (finish: () => void) => {
        timer?.cancel();
        this.#changed.delete(token);
        signal.removeEventListener('abort', abort);
        finish();
      };
      const abort = () => settle(() => reject(signal.reason));
      const check = () => {
        timer?.cancel();
        const state = this.#evaluate(token, deadlines);
        if (state === undefined) return;
        if (typeof state === 'number') timer = this.#clock.after(state - this.#clock.now(), check);
        else if (state instanceof TaskFailure) settle(() => reject(state));
        else settle(() => resolve(state.output));
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#changed.set(token, check);
      check();
    });
  }

  /** The result, the failure, or the time of the next check. */
  #evaluate(token: string, { timeoutAt, heartbeatMs }: TokenDeadlines) {
    const record = this.#records.get(token);
    if (!record) return new TaskFailure('States.Runtime', 'The task token is unknown.');
    const { answer, heartbeatAt } = record;
    if (answer) return 'output' in answer ? answer : new TaskFailure(answer.error, answer.cause);
    const now = this.#clock.now();
    const heartbeatDueAt = heartbeatMs === undefined ? undefined : heartbeatAt + heartbeatMs;
    if (timeoutAt !== undefined && timeoutAt <= now) return new TaskFailure('States.Timeout', '');
    if (heartbeatDueAt !== undefined && heartbeatDueAt <= now)
      return new TaskFailure('States.HeartbeatTimeout', '');
    const next = Math.min(timeoutAt ?? Number.POSITIVE_INFINITY, heartbeatDueAt ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(next) ? next : undefined;
  }

  #openRecord(token: string): TokenRecord {
    const record = this.#records.get(token);
    if (!record) throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
    if (record.isClosed || record.answer) {
      throw new AwsError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
    }
    return record;
  }
}
