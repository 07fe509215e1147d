import type { Contact, Owner } from '../../core/manifest/owners.ts';
import { emailSubject, type Message } from '../../core/messages/message.ts';
import { contactName, type DeliveryFailure, type Notifier } from '../../core/ports/notifier.ts';
import { CallScript } from './callScript.ts';

/** A message as a contact got it; no contact where the manifest names none. */
export interface ReceivedMessage {
  readonly contact: Contact | undefined;
  readonly message: Message;
}

/** Contacts in memory, for tests of steps: each keeps the messages that reached it, and can be out of reach. */
export class InMemoryNotifier implements Notifier {
  readonly script = new CallScript<Notifier>();
  readonly #received: ReceivedMessage[] = [];
  readonly #unreachable = new Map<string, string>();

  /** The messages that arrived, oldest first. */
  received(): readonly ReceivedMessage[] {
    return [...this.#received];
  }

  /**
   * Has a contact take no message from now on.
   *
   * @param contact undefined stands for the listeners to everything, who are told where the manifest names no contact
   * @param why such as `status 500`
   */
  breakContact(contact: Contact | undefined, why: string): void {
    this.#unreachable.set(contactName(contact), why);
  }

  /** Has a broken contact take messages again. @throws RangeError for one that is not broken */
  mendContact(contact: Contact | undefined): void {
    if (!this.#unreachable.delete(contactName(contact)))
      throw new RangeError(`The contact ${contactName(contact)} is not broken.`);
  }

  /** @throws RangeError for a subject that SNS would refuse */
  notify(owner: Owner | undefined, message: Message): Promise<{ failed: DeliveryFailure[] }> {
    return this.script.run('notify', [owner, message], () => {
      if (message.subject !== emailSubject(message.subject))
        throw new RangeError(`SNS takes no such subject: ${message.subject}`);
      const contacts: readonly (Contact | undefined)[] = owner?.contacts.length
        ? owner.contacts
        : [undefined];
      const failed = contacts.flatMap((contact): DeliveryFailure[] => {
        const why = this.#unreachable.get(contactName(contact));
        if (why !== undefined) return [{ contact: contactName(contact), reason: why }];
        this.#received.push(structuredClone({ contact, message }));
        return [];
      });
      return { failed };
    });
  }
}
