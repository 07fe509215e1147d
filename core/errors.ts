/** What every error of Gateloop carries besides its message. */
export interface ErrorDetails {
  /** What was at fault, for logs and reports: names, places, limits. Never a secret, a token or a URL of a person. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The base of all errors that Gateloop raises itself.
 * The message says what was wrong, where, and what to do; `code` is stable and may be matched on;
 * `retryable` says whether the same call may succeed later without anyone changing anything.
 */
export class GateloopError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, retryable: boolean, { details = {}, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code;
    this.code = code;
    this.retryable = retryable;
    this.details = details;
  }
}
