/**
 * Characters that a reader does not see or that change how the text around them is shown: control characters, escapes and
 * line breaks (Cc, Zl, Zp), marks of direction, zero-width and tag characters (Cf), lone surrogates, private and unassigned
 * ones (Cs, Co, Cn), and what fonts draw as nothing (Default_Ignorable_Code_Point, such as variation selectors and Hangul
 * fillers; the blank Braille pattern). Source: Unicode Standard Annex 44, and UTS 39 on security.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** The same without the line feed. */
const HIDDEN_IN_LINES = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Writes out the characters of untrusted text that a reader would not see, such as `\u{202e}`. Every output that people read
 * passes it: pages, messages, Slack, terminals, logs and annotations. It changes nothing that it has written out before.
 *
 * @returns the text on one line
 */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, written);
}

/** @returns the text with its line feeds as they are, for an output that sets lines apart by other means, such as a frame */
export function visibleLines(text: string): string {
  return text.replaceAll(HIDDEN_IN_LINES, written);
}

function written(hidden: string): string {
  return `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`;
}

/** @returns the text, visible, with at most `maxLength` characters and an ellipsis for the rest */
export function visibleStart(text: string, maxLength: number): string {
  // Writing out makes a text longer, so that the rest of a long one need not be written out.
  const shown = visible(text.slice(0, maxLength + 1));
  return shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown;
}
