import { createHash } from 'node:crypto';

/**
 * Names a secret where the secret itself must not stand. A lookup by this name compares hashes, so that its duration
 * tells nothing about the secret.
 *
 * @returns SHA-256 in lower-case hex: 64 characters, within the 80 that Step Functions accepts as an execution's name
 */
export function hashId(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
