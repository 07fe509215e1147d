/** Something to tell people, in a person's words. */
export interface Message {
  /** As `emailSubject` makes it. */
  readonly subject: string;
  readonly text: string;
  /** Gateloop's own link that the text names, for channels that make a button of it. */
  readonly link?: string;
  /** What the message is about, for filters and for machines. Never a secret. */
  readonly about: { readonly workspace: string; readonly event: string };
}

/** A subject that e-mail through SNS takes: fewer than 100 characters, printable ASCII. Source: SNS's Publish. */
export function emailSubject(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, 99);
}
