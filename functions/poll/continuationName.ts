import { createHash } from 'node:crypto';

/**
 * The name of the execution that goes on with the work of another. It follows from whose work it is and when it was
 * handed on, so that a repeated start finds the first one instead of running the work twice.
 *
 * @returns 64 hexadecimal characters; Step Functions takes 80
 */
export function continuationName(leaseHolder: string, now: number): string {
  return createHash('sha256').update(`${leaseHolder} ${now}`).digest('hex');
}
