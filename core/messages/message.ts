/** Something to tell people, in a person's words. */
export interface Message {
  /** At most 100 characters, which is what e-mail through SNS takes. */
  readonly subject: string;
  readonly text: string;
  /** Gateloop's own link that the text names, for channels that make a button of it. */
  readonly link?: string;
  /** What the message is about, for filters and for machines. Never a secret. */
  readonly about: { readonly workspace: string; readonly event: string };
}
