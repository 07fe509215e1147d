/** The data that an error of Gateloop carries besides its code and its message. */
export interface GateloopErrorOptions {
  /** Whether the same call may succeed later without any change to the workspace or the deployment. Default: false. */
  readonly retryable?: boolean;
  /** Names, paths and limits for logs and reports. Never a secret, a token, or a URL that is meant for one person. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * The base class of all errors that Gateloop throws.
 * The message says what is wrong, where, and what to do; `code` is stable, so that callers can match on it.
 */
export class GateloopError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    { retryable = false, details = {}, cause }: GateloopErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code;
    this.code = code;
    this.retryable = retryable;
    this.details = details;
  }
}
