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

/** Errors after which a client may repeat the request unchanged. */
const RETRYABLE = new Set(['ThrottlingException', 'InternalServerException']);

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

export function throttled(message: string): ServiceError {
  return new ServiceError('ThrottlingException', message);
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDeniedException', message);
}
