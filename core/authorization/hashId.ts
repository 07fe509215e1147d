import { createHash } from 'node:crypto';

/**
 * Names a secret-like text where the text itself must not stand. Looking something up by this name compares hashes and
 * not the texts, so that the time it takes tells nothing about them.
 *
 * @returns SHA-256 in lower-case hex: 64 characters, which Step Functions takes as an execution's name
 */
export function hashId(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
