import type { Position } from '../problem.ts';
import { appendPointer } from './pointer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** @returns how many members the objects of a well-formed JSON text have, repeated names included: its colons outside strings */
export function countMembers(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === COLON) count += 1;
    else if (code === QUOTE) index = endOfString(text, index);
  }
  return count;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (
    let code = text.charCodeAt(index);
    code !== QUOTE && index < text.length;
    code = text.charCodeAt(index)
  )
    index += code === BACKSLASH ? 2 : 1;
  return index;
}

/** Something in a JSON text, met while it is read from front to back. */
export interface JsonLocation {
  readonly pointer: string;
  /** Of a member's name, or of an element's value. */
  readonly offset: number;
  /** Whether the object already has a member of this name. */
  readonly repeated: boolean;
}

/** Where and why a text stops being JSON. */
export interface JsonSyntaxError {
  readonly offset: number;
  readonly message: string;
}

/**
 * Reads a JSON text for its places rather than its value. Used only once something is wrong, so that a good document
 * costs no more than JSON.parse. (jsonc-parser would do this, but its CommonJS entry cannot be bundled for Lambda;
 * momoa builds a whole tree first: 655 ms and 80 MB for 5.9 MB of JSON.)
 *
 * @param depth levels of nesting to follow; deeper ones are a fault
 * @returns the first fault, after which nothing more is visited
 */
export function scanJson(
  text: string,
  depth: number,
  visit: (place: JsonLocation) => void,
): JsonSyntaxError | undefined {
  try {
    new JsonScanner(text, depth, visit).scan();
    return undefined;
  } catch (error) {
    if (error instanceof ScanError) return { offset: error.offset, message: error.message };
    throw error;
  }
}

class ScanError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class JsonScanner {
  readonly #text: string;
  readonly #depth: number;
  readonly #visit: (place: JsonLocation) => void;
  #offset = 0;

  constructor(text: string, depth: number, visit: (place: JsonLocation) => void) {
    this.#text = text;
    this.#depth = depth;
    this.#visit = visit;
  }

  scan(): void {
    this.#skipSpace();
    this.#visit({ pointer: '', offset: this.#offset, repeated: false });
    this.#value('', 0);
    if (this.#offset < this.#text.length) throw this.#unexpected('the end of the file');
  }

  #value(pointer: string, depth: number): void {
    if (depth > this.#depth)
      throw new ScanError(this.#offset, `The nesting is deeper than ${this.#depth} levels.`);
    const first = this.#text[this.#offset];
    if (first === '{') this.#object(pointer, depth);
    else if (first === '[') this.#array(pointer, depth);
    else if (first === '"') this.#string('a value');
    else this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y, 'a value');
    this.#skipSpace();
  }

  #object(pointer: string, depth: number): void {
    const names = new Set<string>();
    this.#expectSign('{');
    if (this.#skipSign('}')) return;
    do {
      const offset = this.#offset;
      const name = this.#string('a name in double quotes');
      const place = { pointer: appendPointer(pointer, name), offset, repeated: names.has(name) };
      this.#visit(place);
      names.add(name);
      this.#skipSpace();
      this.#expectSign(':');
      this.#value(place.pointer, depth + 1);
    } while (this.#skipSign(','));
    this.#expectSign('}', '"," or "}"');
  }

  #array(pointer: string, depth: number): void {
    this.#expectSign('[');
    if (this.#skipSign(']')) return;
    let index = 0;
    do {
      const place = { pointer: appendPointer(pointer, index), offset: this.#offset, repeated: false };
      this.#visit(place);
      this.#value(place.pointer, depth + 1);
      index += 1;
    } while (this.#skipSign(','));
    this.#expectSign(']', '"," or "]"');
  }

  #string(expected: string): string {
    const start = this.#offset;
    if (this.#text.charCodeAt(start) !== QUOTE) throw this.#unexpected(expected);
    const end = endOfString(this.#text, start);
    if (end >= this.#text.length) throw new ScanError(start, 'The string that begins here has no end.');
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end + 1));
      this.#offset = end + 1;
      return String(value);
    } catch {
      // Only a bad escape or a raw control character is left to be wrong.
      throw new ScanError(start, 'The string that begins here holds a bad escape or a raw line break.');
    }
  }

  #expectSign(sign: string, expected = `"${sign}"`): void {
    if (!this.#skipSign(sign)) throw this.#unexpected(expected);
  }

  #skipSign(sign: string): boolean {
    if (this.#text[this.#offset] !== sign) return false;
    this.#offset += 1;
    this.#skipSpace();
    return true;
  }

  #match(pattern: RegExp, expected: string): void {
    pattern.lastIndex = this.#offset;
    const taken = pattern.exec(this.#text);
    if (taken === null) throw this.#unexpected(expected);
    this.#offset += taken[0].length;
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text[this.#offset] ?? 'end')) this.#offset += 1;
  }

  /** The last comma of a list is right in most languages that people write, and the commonest fault in JSON. */
  #commaHint(): string {
    return this.#text.slice(0, this.#offset).trimEnd().endsWith(',') ? ' Take the comma before it away.' : '';
  }

  #unexpected(expected: string): ScanError {
    const found = this.#text[this.#offset];
    const what = found === undefined ? 'the file ends' : `there is ${JSON.stringify(found)}`;
    const hint = found === '}' || found === ']' ? this.#commaHint() : '';
    return new ScanError(this.#offset, `Not JSON: ${what} where ${expected} should be.${hint}`);
  }
}

/** Turns offsets in a text into lines and columns, both from 1; finds the lines only when first asked. */
export class LinePositions {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): Position {
    this.#starts ??= lineStarts(this.#text);
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1))
    starts.push(index + 1);
  return starts;
}
