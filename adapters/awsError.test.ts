import { describe, expect, it } from 'vitest';
import { isException, rejection } from './awsError.ts';

const serviceException = (name: string, httpStatusCode: number | undefined, message = 'why') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('what an SDK client threw', () => {
  it.each([
    ['ThrottlingException', 429],
    ['ThrottlingException', 400],
    // Not in the table of names: the status alone says that it is throttling.
    ['SlowDown', 429],
    ['TooManyRequestsException', 400],
    ['InternalServerException', 500],
    ['ServiceUnavailable', 503],
    ['ConcurrentModificationException', 409],
    ['RetryableConflictException', 409],
  ])('is worth another try: %s with status %d', (name, status) => {
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
  ])('stays as it is until somebody changes something: %s with status %d', (name, status) => {
    expect(rejection(serviceException(name, status)).transient).toBe(false);
  });

  it('is worth another try when the service was not heard at all', () => {
    expect(rejection(new TypeError('socket hang up'))).toMatchObject({
      code: 'TypeError',
      transient: true,
    });
    expect(rejection('cut')).toEqual({ kind: 'rejected', code: 'Error', message: 'cut', transient: true });
  });

  it('is called by its name where it says nothing', () => {
    expect(rejection(serviceException('ConflictException', 409, '')).message).toBe('ConflictException');
  });

  it('is known by any of several names', () => {
    expect(isException(serviceException('NoSuchKey', 404), 'NotFound', 'NoSuchKey')).toBe(true);
    expect(isException(serviceException('AccessDenied', 403), 'NotFound', 'NoSuchKey')).toBe(false);
    expect(isException({ name: 'NoSuchKey' }, 'NoSuchKey')).toBe(false);
  });
});
