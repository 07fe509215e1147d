import { GateloopError, type GateloopErrorOptions } from '../../core/errors.ts';

/** A field that a ValidationException is about. */
export interface ErrorField {
  readonly name: string;
  readonly message: string;
}

/** Why a ValidationException was raised, from the service's own list (`ValidationExceptionReason`). */
export type ValidationReason =
  | 'CannotParse'
  | 'FieldValidationFailed'
  | 'IdempotentParameterMismatchException'
  | 'ResourceConflict';

/** Errors that clients may try again unchanged. */
const RETRYABLE = new Set(['ThrottlingException', 'InternalServerException']);

/** An error that the service answers a request with; `code` is its name in the API. */
export class ServiceError extends GateloopError {
  readonly reason: ValidationReason | undefined;
  readonly fields: readonly ErrorField[];

  constructor(
    code: string,
    message: string,
    {
      reason,
      fields = [],
      ...rest
    }: Omit<GateloopErrorOptions, 'retryable'> & {
      reason?: ValidationReason;
      fields?: readonly ErrorField[];
    } = {},
  ) {
    super(code, message, { ...rest, retryable: RETRYABLE.has(code) });
    this.reason = reason;
    this.fields = fields;
  }
}

/** A request that breaks a rule of the service; the fields say which. */
export function invalid(message: string, ...fields: ErrorField[]): ServiceError {
  return new ServiceError('ValidationException', message, { reason: 'FieldValidationFailed', fields });
}

/** A request that is right but does not fit the resource's present state. */
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
