import { hashId } from '../authorization/hashId.ts';
import type { Contact, Owner } from '../manifest/owners.ts';
import { maskedContact } from '../manifest/owners.ts';
import type { Message } from '../messages/message.ts';

/** A contact that a message did not reach. */
export interface DeliveryFailure {
  /** As `contactName` names it. */
  readonly contact: string;
  /** A code or a status. Never the text of a response, which may contain anything. */
  readonly reason: string;
}

/** Sends messages to owners. A failed channel is in the result and does not affect the other channels. */
export interface Notifier {
  notify(
    owner: Owner | undefined,
    message: Message,
  ): Promise<{ readonly failed: readonly DeliveryFailure[] }>;
}

/** One way to send messages to contacts. */
export interface Channel {
  /**
   * @param contact absent where the manifest names no owner: subscribers without a filter get the message
   * @returns why the channel did not accept the message; undefined when it did
   */
  send(contact: Contact | undefined, message: Message): Promise<string | undefined>;
}

/** Characters of the hash; enough to tell the contacts of one owner apart. */
const DIGEST_LENGTH = 12;

/**
 * @returns the name of a contact in logs, histories of executions and the ledger. Many people can read those, so the name
 * contains the first characters of the address's hash, not the address
 */
export function contactName(contact: Contact | undefined): string {
  if (!contact) return 'nobody';
  const { channel, address } = contact;
  const label = maskedContact(contact);
  if (typeof address !== 'string' || channel === 'slack') return label;
  return `${label} (${hashId(address).slice(0, DIGEST_LENGTH)})`;
}
