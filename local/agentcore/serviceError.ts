import { GateloopError, type GateloopErrorOptions } from '../../core/errors.ts';

/** An invalid field in a ValidationException. */
export interface ErrorField {
  readonly name: string;
  readonly message: string;
}

/** The reason of a ValidationException, from the service model (`ValidationExceptionReason`). */
export type ValidationReason =
  | 'CannotParse'
  | 'FieldValidationFailed'
  | 'IdempotentParameterMismatchException'
  | 'ResourceConflict';

/** The errors of all operations after which a client may repeat the request unchanged. */
type RetryableError = 'ThrottlingException' | 'InternalServerException';

/** What the five operations of memories call them. Source: the errors of CreateMemory and the others in the service model. */
const OF_MEMORIES: Readonly<Record<RetryableError, string>> = {
  ThrottlingException: 'ThrottledException',
  InternalServerException: 'ServiceException',
};

const RETRYABLE = new Set(Object.entries(OF_MEMORIES).flat());

/** @returns the name by which an operation calls an error of all operations */
export function errorNameOf(error: RetryableError, operation: string): string {
  return /Memor(y|ies)$/.test(operation) ? OF_MEMORIES[error] : error;
}

export interface ServiceErrorOptions extends Omit<GateloopErrorOptions, 'retryable'> {
  readonly reason?: ValidationReason;
  readonly fields?: readonly ErrorField[];
}

/** An error response of the service; `code` is its name in the API. */
export class ServiceError extends GateloopError {
  readonly reason: ValidationReason | undefined;
  readonly fields: readonly ErrorField[];

  constructor(code: string, message: string, options: ServiceErrorOptions = {}) {
    const { reason, fields = [], ...rest } = options;
    super(code, message, { ...rest, retryable: RETRYABLE.has(code) });
    this.reason = reason;
    this.fields = fields;
  }
}

/** The error for a request that violates a rule of the service in these fields. */
export function invalid(message: string, ...fields: ErrorField[]): ServiceError {
  return new ServiceError('ValidationException', message, { reason: 'FieldValidationFailed', fields });
}

/** The error for a valid request that conflicts with the resource's current state. */
export function conflict(message: string): ServiceError {
  return new ServiceError('ConflictException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message);
}

export function quotaExceeded(message: string): ServiceError {
  return new ServiceError('ServiceQuotaExceededException', message);
}

/** @param operation that has had too many requests in a second */
export function throttled(operation: string, message: string): ServiceError {
  return new ServiceError(errorNameOf('ThrottlingException', operation), message);
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDeniedException', message);
}
