import { hashId } from '../authorization/hashId.ts';
import type { Contact, Owner } from '../manifest/owners.ts';
import { maskedContact } from '../manifest/owners.ts';
import type { Message } from '../messages/message.ts';

/** A contact that a message did not reach. */
export interface DeliveryFailure {
  /** As `contactName` names it. */
  readonly contact: string;
  /** A code or a status, never an answer's text: that may hold anything. */
  readonly reason: string;
}

/** How owners are reached. A channel that fails is told in the answer and never stops another. */
export interface Notifier {
  notify(
    owner: Owner | undefined,
    message: Message,
  ): Promise<{ readonly failed: readonly DeliveryFailure[] }>;
}

/** One way of reaching contacts. */
export interface Channel {
  /**
   * @param contact absent where nobody is named: whoever listens to everything is told
   * @returns why the message was not taken; undefined when it was
   */
  send(contact: Contact | undefined, message: Message): Promise<string | undefined>;
}

/** Enough that no two contacts of an owner have the same. */
const DIGEST_LENGTH = 12;

/**
 * A contact in logs, in histories of executions and in the ledger: many can read those, so an address that could be
 * written to stands there as the beginning of its hash, which tells it apart from the owner's others.
 */
export function contactName(contact: Contact | undefined): string {
  if (!contact) return 'nobody';
  const { channel, address } = contact;
  const label = maskedContact(contact);
  if (typeof address !== 'string' || channel === 'slack') return label;
  return `${label} (${hashId(address).slice(0, DIGEST_LENGTH)})`;
}
