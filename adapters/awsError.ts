import { GateloopError } from '../core/errors.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';

type Rejection = Extract<CallResult, { kind: 'rejected' }>;

/** Exceptions after which the same call may succeed later, besides every 5xx status and every lost connection. */
const TRANSIENT = new Set([
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'InternalServerException',
  'ServiceException',
  'RetryableConflictException',
  'ConcurrentModificationException',
  'TimeoutError',
]);

/** Texts of rejections after which the same call may succeed later, whatever their exception and status. */
const TRANSIENT_TEXTS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  {
    pattern: /rate limit exceeded from IAM/i,
    source:
      'creations that make a service-linked role: IAM throttles AgentCore, which answers with status 402, as for a quota',
  },
];

/** Reads an error that an SDK client threw. An error without an HTTP status is transient: the service did not respond. */
export function rejection(error: unknown): Rejection {
  const { name = 'Error', message = '', $metadata } = describe(error);
  const status = $metadata?.httpStatusCode;
  const transient =
    status === undefined ||
    status >= 500 ||
    status === 429 ||
    TRANSIENT.has(name) ||
    TRANSIENT_TEXTS.some(({ pattern }) => pattern.test(message));
  return { kind: 'rejected', code: name, message: message || name, transient };
}

/**
 * @returns what an SDK client threw in a read, as an error of Gateloop with the code of the exception; unchanged where it is a
 * fault of the program
 */
export function readFailure(error: unknown): unknown {
  if (!isFailedRequest(error)) return error;
  const { code, message, transient } = rejection(error);
  return new GateloopError(code, message, { retryable: transient, cause: error });
}

/** Whether an SDK client threw the exception of this name. */
export function isException(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/**
 * Whether an SDK client threw the error because the service rejected the request or did not respond (`ECONNREFUSED` and
 * the like). Other errors are faults of the program, or of the client's configuration.
 */
export function isFailedRequest(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return '$metadata' in error || ('code' in error && /^E[A-Z]+$/.test(String(error.code)));
}

interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function describe(error: unknown): ServiceError {
  return typeof error === 'object' && error !== null ? error : { message: String(error) };
}
