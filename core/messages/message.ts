/** A message to people. */
export interface Message {
  /** As `emailSubject` returns it. */
  readonly subject: string;
  readonly text: string;
  /** The durable link in the text, for channels that show it as a button. */
  readonly link?: string;
  /** Attributes for subscription filters and other programs. Never a secret. */
  readonly about: { readonly workspace: string; readonly event: string };
}

/** @returns a subject that SNS accepts for e-mail: fewer than 100 characters of printable ASCII (source: SNS Publish) */
export function emailSubject(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, 99);
}
