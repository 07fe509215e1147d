import { createHash } from 'node:crypto';
import type { Address } from '../address.ts';

/**
 * The token by which the service recognizes a repeated create. It is derived from the resource, its configuration and
 * the number of earlier creates, so that a step that crashed and runs again sends the same token.
 *
 * @returns 64 hexadecimal characters; the API takes 33 to 256 letters, digits and inner hyphens
 */
export function clientToken(create: {
  readonly workspace: string;
  readonly address: Address;
  readonly fingerprint: string;
  /** How many creates of this resource the service accepted before. */
  readonly generation: number;
  /** How many attempts at this configuration failed before. */
  readonly attempt: number;
}): string {
  const { workspace, address, fingerprint, generation, attempt } = create;
  return createHash('sha256')
    .update(JSON.stringify([workspace, address, fingerprint, generation, attempt]))
    .digest('hex');
}
