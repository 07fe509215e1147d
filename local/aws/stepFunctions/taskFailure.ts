/** The failure of a state, as `Retry` and `Catch` see it. */
export class TaskFailure extends Error {
  /**
   * @param name the error's name in the Amazon States Language, such as `States.Timeout`
   * @param message the cause
   */
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The error and cause of a failed state or execution. A Fail state may omit either. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** The service's limit for the data between states. */
const MAX_DATA_BYTES = 256 * 1024;

/** @throws TaskFailure `States.DataLimitExceeded` when `value` is too large to pass on */
export function checkDataLimit(value: unknown, state: string): void {
  if (Buffer.byteLength(JSON.stringify(value) ?? '') <= MAX_DATA_BYTES) return;
  throw new TaskFailure(
    'States.DataLimitExceeded',
    `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
