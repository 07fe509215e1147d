import type { Contact, Owner } from '../../core/manifest/owners.ts';
import { emailSubject, type Message } from '../../core/messages/message.ts';
import { contactName, type DeliveryFailure, type Notifier } from '../../core/ports/notifier.ts';
import { CallScript } from './callScript.ts';

/** A message that a contact received; `contact` is undefined for the subscribers without a filter. */
export interface ReceivedMessage {
  readonly contact: Contact | undefined;
  readonly message: Message;
}

/** A notifier in memory, for tests of steps. It stores the messages of each contact; a contact can be unreachable. */
export class InMemoryNotifier implements Notifier {
  readonly script = new CallScript<Notifier>();
  readonly #received: ReceivedMessage[] = [];
  readonly #unreachable = new Map<string, string>();

  /** @returns the delivered messages, oldest first */
  received(): readonly ReceivedMessage[] {
    return [...this.#received];
  }

  /**
   * Makes every later delivery to a contact fail.
   *
   * @param contact undefined stands for the subscribers without a filter, who get messages without a contact
   * @param reason such as `status 500`
   */
  breakContact(contact: Contact | undefined, reason: string): void {
    this.#unreachable.set(contactName(contact), reason);
  }

  /** Makes a broken contact reachable again. @throws RangeError for a contact that is not broken */
  restoreContact(contact: Contact | undefined): void {
    if (!this.#unreachable.delete(contactName(contact)))
      throw new RangeError(`The contact ${contactName(contact)} is not broken.`);
  }

  /** @throws RangeError for a subject that SNS would reject */
  notify(owner: Owner | undefined, message: Message): Promise<{ failed: DeliveryFailure[] }> {
    return this.script.run('notify', [owner, message], () => {
      if (message.subject !== emailSubject(message.subject))
        throw new RangeError(`SNS rejects the subject: ${message.subject}`);
      const contacts: readonly (Contact | undefined)[] = owner?.contacts.length
        ? owner.contacts
        : [undefined];
      const failed = contacts.flatMap((contact): DeliveryFailure[] => {
        const reason = this.#unreachable.get(contactName(contact));
        if (reason !== undefined) return [{ contact: contactName(contact), reason }];
        this.#received.push(structuredClone({ contact, message }));
        return [];
      });
      return { failed };
    });
  }
}
