import type { OutboxMessage } from '../../local/aws/sns/outbox.ts';

/** The same text within this time is one message to several contacts; later, it is a new message. Simulated ms. */
const SAME_MS = 60_000;

/** Formats messages to people: a message to several contacts once, and each link once. */
export class MessageLines {
  readonly #shownAt = new Map<string, number>();
  readonly #links = new Set<string>();

  /** @returns undefined for a message that was already shown */
  linesOf({ at, subject = '', message }: OutboxMessage): string[] | undefined {
    const text = `${subject}\n${message}`;
    const before = this.#shownAt.get(text);
    this.#shownAt.set(text, at);
    if (before !== undefined && at - before < SAME_MS) return undefined;
    const link = linkIn(message);
    return link !== undefined && this.isFirst(link) ? [subject, link] : [subject];
  }

  /** Whether a link is shown for the first time. */
  isFirst(link: string): boolean {
    const isNew = !this.#links.has(link);
    this.#links.add(link);
    return isNew;
  }
}

function linkIn(message: string): string | undefined {
  return /https?:\/\/\S+\/authorizations\/\S+/.exec(message)?.[0];
}
