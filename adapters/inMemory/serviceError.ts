import type { CallResult } from '../../core/ports/controlPlane.ts';

/**
 * The errors that a test may have a service answer with, and whether the same call may succeed later without a change.
 * `serviceError.test.ts` compares the table with what the AWS adapters make of the same errors.
 */
export const serviceErrors = {
  AccessDeniedException: { transient: false },
  ConflictException: { transient: false },
  InternalServerException: { transient: true },
  ResourceNotFoundException: { transient: false },
  ServiceQuotaExceededException: { transient: false },
  ThrottlingException: { transient: true },
  /** The client gave up on the answer: the call may have had its effect. */
  TimeoutError: { transient: true },
  ValidationException: { transient: false },
} as const;

export type ServiceErrorCode = keyof typeof serviceErrors;

/** What an SDK client throws: the exception's name in `name`. */
export class ServiceError extends Error {
  override readonly name: ServiceErrorCode;
  readonly transient: boolean;

  constructor(code: ServiceErrorCode, message: string = code) {
    super(message);
    this.name = code;
    this.transient = serviceErrors[code].transient;
  }
}

/** The end of a step's process in the middle of a call: no adapter turns it into an answer. */
export class StepKilled extends Error {
  override readonly name = 'StepKilled';

  constructor() {
    super('The step was killed.');
  }
}

/** Gives a service's refusal back as the ports do; whatever else is thrown goes on. */
export async function answerOf(call: Promise<CallResult>): Promise<CallResult> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { name: code, message, transient } = error;
    return { kind: 'rejected', code, message, transient };
  }
}
