import type { Contact, Owner } from '../manifest/owners.ts';
import type { Message } from '../messages/message.ts';

/** A contact that a message did not reach. */
export interface Failure {
  /** As `contactName` names it. */
  readonly contact: string;
  /** A code or a status, never an answer's text: that may hold anything. */
  readonly why: string;
}

/** How owners are reached. A channel that fails is told in the answer and never stops another. */
export interface People {
  tell(owner: Owner | undefined, message: Message): Promise<{ readonly failed: readonly Failure[] }>;
}

/** One way of reaching contacts. */
export interface Channel {
  /**
   * @param contact absent where nobody is named: whoever listens to everything is told
   * @returns why the message was not taken; undefined when it was
   */
  deliver(contact: Contact | undefined, message: Message): Promise<string | undefined>;
}

/** A contact in logs and in the ledger. An address that is a secret goes by the secret's name. */
export function contactName(contact: Contact | undefined): string {
  if (!contact) return 'nobody';
  const { channel, address } = contact;
  return `${channel} ${typeof address === 'string' ? address : address.secretsManager}`;
}
