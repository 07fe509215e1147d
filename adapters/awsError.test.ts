import { describe, expect, it } from 'vitest';
import { isException, isFailedRequest, rejection } from './awsError.ts';

const serviceException = (name: string, httpStatusCode: number | undefined, message = 'why') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('rejection and isException', () => {
  it.each([
    ['ThrottlingException', 429],
    ['ThrottlingException', 400],
    // The table of names does not have this one: status 429 alone means throttling.
    ['SlowDown', 429],
    ['TooManyRequestsException', 400],
    ['InternalServerException', 500],
    // Not in the table of names either.
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
    ['ConcurrentModificationException', 409],
    ['RetryableConflictException', 409],
  ])('rejection: is transient for %s with status %d', (name, status) => {
    expect(rejection(serviceException(name, status))).toEqual({
      kind: 'rejected',
      code: name,
      message: 'why',
      transient: true,
    });
  });

  it.each([
    ['ValidationException', 400],
    ['ConflictException', 409],
    ['ServiceQuotaExceededException', 402],
    ['AccessDeniedException', 403],
    ['ResourceNotFoundException', 404],
  ])('rejection: is not transient for %s with status %d', (name, status) => {
    expect(rejection(serviceException(name, status)).transient).toBe(false);
  });

  it('rejection: is transient where IAM throttles AgentCore, although the status is that of a quota', () => {
    const message = 'Rate limit exceeded from IAM. Try again later.';
    expect(rejection(serviceException('ServiceQuotaExceededException', 402, message)).transient).toBe(true);
  });

  it('rejection: is transient when no response arrived', () => {
    expect(rejection(new TypeError('socket hang up'))).toMatchObject({
      code: 'TypeError',
      transient: true,
    });
    expect(rejection('cut')).toEqual({ kind: 'rejected', code: 'Error', message: 'cut', transient: true });
    expect(rejection(null)).toMatchObject({ code: 'Error', message: 'null', transient: true });
  });

  it('rejection: uses the name of an error without a message', () => {
    expect(rejection(serviceException('ConflictException', 409, '')).message).toBe('ConflictException');
  });

  it('isException: matches any of several names', () => {
    expect(isException(serviceException('NoSuchKey', 404), 'NotFound', 'NoSuchKey')).toBe(true);
    expect(isException(serviceException('AccessDenied', 403), 'NotFound', 'NoSuchKey')).toBe(false);
    expect(isException({ name: 'NoSuchKey' }, 'NoSuchKey')).toBe(false);
  });
});

describe('isFailedRequest', () => {
  it.each<[string, unknown, boolean]>([
    ['an exception of a service', serviceException('AccessDeniedException', 403), true],
    ['a lost connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), true],
    ['an error of the program', new RangeError('fault'), false],
    ['an error of Node', Object.assign(new TypeError('fault'), { code: 'ERR_INVALID_ARG_TYPE' }), false],
    ['what is no error', 'fault', false],
  ])('isFailedRequest: %s', (_, error, expected) => {
    expect(isFailedRequest(error)).toBe(expected);
  });
});
