import { GateloopError } from '../../core/errors.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';

/**
 * The service errors that a test can arrange. `transient` says whether the same call may succeed later. A test in
 * `callScript.test.ts` compares the table with the AWS adapters.
 */
export const serviceErrors = {
  AccessDeniedException: { transient: false },
  ConflictException: { transient: false },
  InternalServerException: { transient: true },
  ResourceNotFoundException: { transient: false },
  ServiceQuotaExceededException: { transient: false },
  ThrottlingException: { transient: true },
  /** The client stopped waiting for the response: the call may have had its effect. */
  TimeoutError: { transient: true },
  ValidationException: { transient: false },
} as const;

export type ServiceErrorCode = keyof typeof serviceErrors;

/** An error as an SDK client throws it: `name` is the code of the service exception. */
export class ServiceError extends Error {
  override readonly name: ServiceErrorCode;
  readonly transient: boolean;

  constructor(code: ServiceErrorCode, message: string = code) {
    super(message);
    this.name = code;
    this.transient = serviceErrors[code].transient;
  }
}

/** Simulates the end of the step's process during a call. No adapter returns it as a result. */
export class StepKilled extends Error {
  override readonly name = 'StepKilled';

  constructor() {
    super('The step was killed.');
  }
}

/** Converts a thrown `ServiceError` into the error of a failed read, as the ports do. Throws other errors unchanged. */
export async function resultOf<Result>(read: Promise<Result>): Promise<Result> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new GateloopError(error.name, error.message, { retryable: error.transient });
  }
}

/** Converts a thrown `ServiceError` into a rejection, as the ports do. Throws other errors unchanged. */
export async function answerOf(call: Promise<CallResult>): Promise<CallResult> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { name: code, message, transient } = error;
    return { kind: 'rejected', code, message, transient };
  }
}
