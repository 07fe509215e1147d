import type { Plane } from '../planes.ts';
import { ServiceError } from '../serviceError.ts';

/** An HTTP response to send. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The HTTP statuses of AWS front-end errors, which no service model lists. */
const FRONT_END_STATUSES: Readonly<Record<string, number>> = {
  SerializationException: 400,
  RequestTooLargeException: 413,
  MissingAuthenticationTokenException: 403,
  IncompleteSignatureException: 403,
  OperationNotEmulatedException: 501,
};

/** The HTTP status of errors that neither the model nor the front end defines. */
const UNKNOWN_STATUS = 500;

export function errorResponse(
  error: ServiceError,
  requestId: string,
  planes: readonly Plane[],
): WireResponse {
  const { code, message, reason, fields } = error;
  const modeled = planes.map(({ shapes }) => shapes.errorStatus(code)).find((status) => status !== undefined);
  return {
    status: modeled ?? FRONT_END_STATUSES[code] ?? UNKNOWN_STATUS,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
      ...(code === 'ThrottlingException' && { 'retry-after': '1' }),
    },
    body: JSON.stringify({
      message,
      ...(reason && { reason }),
      ...(fields.length > 0 && { fieldList: fields }),
    }),
  };
}

/** Wraps any other error in the one that the service returns for internal failures. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ServiceError('InternalServerException', `The emulator failed: ${text}`, { cause: error });
}
