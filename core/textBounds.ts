import type { JsonValue } from './json.ts';

/**
 * What a text may hold at most. A reader checks it in one pass over the text, before anything is built: a parser makes
 * objects of a hundred times the size of a text such as `[[],[],[],…`, and many parsers recurse for each level.
 */
export interface TextBounds {
  /** Values, keys and signs (`-`, `:`, `,`, brackets). */
  readonly tokens: number;
  /** Lists and mappings within each other. */
  readonly depth: number;
}

/** Where a text exceeds a bound. */
export interface BoundExcess<Bound extends string = keyof TextBounds> {
  readonly bound: Bound;
  readonly offset: number;
  /** What is too much, and what to do. */
  readonly message: string;
}

export function tooManyTokens(offset: number, tokens: number): BoundExcess<'tokens'> {
  const message = `The file has more than ${tokens} values, keys and signs; this is where the last allowed one ends. Split it into smaller files.`;
  return { bound: 'tokens', offset, message };
}

export function tooDeep(offset: number, depth: number): BoundExcess<'depth'> {
  const message = `The file is nested more than ${depth} levels deep. Remove levels, or close the brackets that are open here.`;
  return { bound: 'depth', offset, message };
}

/** Which characters of a JSON text are tokens, and what they do to the depth. Names and values come with a comma or a bracket. */
const depthChanges = new Map([
  [0x2c, 0], // ,
  [0x5b, 1], // [
  [0x5d, -1], // ]
  [0x7b, 1], // {
  [0x7d, -1], // }
]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Counts the commas and brackets outside of strings, without memory: 25 ms for 10 MB.
 *
 * @param text of any kind; what is no JSON is for the parser to refuse
 */
export function jsonExcess(text: string, { tokens, depth }: TextBounds): BoundExcess | undefined {
  let count = 0;
  let level = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      continue;
    }
    // Most characters of a JSON text are below or between these signs, and need no look into the table.
    const change = code === 0x2c || code >= 0x5b ? depthChanges.get(code) : undefined;
    if (change === undefined) continue;
    count += 1;
    level += change;
    if (count > tokens) return tooManyTokens(index, tokens);
    if (level > depth) return tooDeep(index, depth);
  }
  return undefined;
}

/** @returns the offset of the quote that closes the string, or a greater one than the text has */
export function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (
    let code = text.charCodeAt(index);
    code !== QUOTE && index < text.length;
    code = text.charCodeAt(index)
  )
    index += code === BACKSLASH ? 2 : 1;
  return index;
}

/**
 * Parses the JSON of a stranger.
 *
 * @returns undefined for what is not JSON, and for what exceeds the bounds
 */
export function parseJsonWithin(text: string, bounds: TextBounds): JsonValue | undefined {
  if (jsonExcess(text, bounds)) return undefined;
  try {
    // JSON.parse returns nothing but JSON values.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
