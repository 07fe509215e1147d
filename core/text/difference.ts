/** Two versions of a text, each cut where they differ. */
export interface TextDifference {
  /** Where the first difference is, in characters of the later text; counts from 1. */
  readonly position: number;
  readonly before: CutText;
  readonly after: CutText;
}

/** The three parts make up the whole text. */
export interface CutText {
  /** What both versions begin with. */
  readonly start: string;
  readonly changed: string;
  /** What both versions end with. */
  readonly end: string;
}

/** Finds what differs between two versions of a text. The length of white space makes no difference, as in comparisons. */
export function textDifference(before: string, after: string): TextDifference {
  const [one, other] = [tokens(before), tokens(after)];
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && isSame(one[start], other[start])) start += 1;
  let end = 0;
  while (end < shortest - start && isSame(one.at(-1 - end), other.at(-1 - end))) end += 1;
  const cut = (parts: readonly string[]): CutText => ({
    start: parts.slice(0, start).join(''),
    changed: parts.slice(start, parts.length - end).join(''),
    end: parts.slice(parts.length - end).join(''),
  });
  const later = cut(other);
  return { position: [...later.start].length + 1, before: cut(one), after: later };
}

/** @returns the characters of a text; a run of white space is one token, and no surrogate pair is split */
function tokens(text: string): string[] {
  return text.match(/\s+|[^\s]/gu) ?? [];
}

function isSame(one = '', other = ''): boolean {
  return one === other || (/^\s/.test(one) && /^\s/.test(other));
}
