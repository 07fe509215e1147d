import { isDeepStrictEqual } from 'node:util';
import type { Contact, Owner, Owners } from './owners.ts';

/**
 * What an owner goes by where many can read: on the dashboard, in logs, in outcome documents. The name under "owners",
 * or else what the contacts show without an address that could be written to: e-mail addresses and the paths of
 * webhooks belong into messages alone.
 *
 * @returns such as `platform`, `#payments`, `e-mail at example.com`, `webhook at hooks.example.com`
 */
export function ownerName(owner: Owner | undefined, owners: Owners): string {
  if (!owner) return 'nobody';
  const named = Object.entries(owners).find(([, each]) => isDeepStrictEqual(each, owner));
  return named ? named[0] : [...new Set(owner.contacts.map(maskedContact))].join(', ');
}

/** @returns what a contact shows without an address that could be written to */
export function maskedContact({ channel, address }: Contact): string {
  if (typeof address !== 'string') return `${channel} of the secret ${address.secretsManager}`;
  switch (channel) {
    case 'email':
      return `e-mail at ${address.slice(address.lastIndexOf('@') + 1)}`;
    case 'slack':
      return address;
    case 'webhook':
      return `webhook at ${new URL(address).hostname}`;
  }
}
