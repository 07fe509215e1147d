import { visible, visibleStart } from '../text/visible.ts';

/** A message to people. */
export interface Message {
  /** As `emailSubject` returns it. */
  readonly subject: string;
  /** As `plainMessage` makes it. */
  readonly text: string;
  /** The durable link in the text, for channels that show it as a button. */
  readonly link?: string;
  /** Attributes for subscription filters and other programs. Never a secret. */
  readonly about: { readonly workspace: string; readonly event: string };
}

/** A message before its untrusted text is written out. */
export interface MessageParts extends Pick<Message, 'subject' | 'link' | 'about'> {
  /** Each begins with Gateloop's own words. A line break within a line is untrusted text. */
  readonly lines: readonly string[];
}

/** SNS accepts 256 KB for a message, and a manifest may name scopes of a megabyte; the page shows all of them. */
const MAX_LINE_LENGTH = 2000;

/**
 * The one way to make a message. Mail clients, chats and receivers of webhooks show the text as it is, so that no name, scope
 * or path in it may begin a line or hide a character.
 */
export function plainMessage({ subject, lines, about, ...parts }: MessageParts): Message {
  return {
    subject: emailSubject(subject),
    text: lines.map((text) => visibleStart(text, MAX_LINE_LENGTH)).join('\n'),
    ...parts,
    about: { workspace: visible(about.workspace), event: about.event },
  };
}

/** @returns a subject that SNS accepts for e-mail: fewer than 100 characters of printable ASCII (source: SNS Publish) */
export function emailSubject(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, 99);
}

/**
 * Adds where a message comes from: a name or a scope in it may hold a link to another site.
 *
 * @param authorizationUrl the base URL of the pages
 */
export function withSender(message: Message, authorizationUrl: string): Message {
  const sender = `Gateloop at ${authorizationUrl} sent this message. Gateloop's own links begin with this address; any other link is a part of what was uploaded or submitted.`;
  return { ...message, text: `${message.text}\n\n${sender}` };
}
