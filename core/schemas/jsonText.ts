import { endOfString } from '../textBounds.ts';
import { appendPointer } from './pointer.ts';

const QUOTE = 0x22;
const COLON = 0x3a;

/** @returns the number of members in a valid JSON text, with duplicates: the number of colons outside strings */
export function countMembers(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === COLON) count += 1;
    else if (code === QUOTE) index = endOfString(text, index);
  }
  return count;
}

/** A value in a JSON text and its location, in reading order. */
export interface JsonLocation {
  readonly pointer: string;
  /** The offset of a member's name, or of an element's value. */
  readonly offset: number;
  /** Whether an earlier member of the object has the same name. */
  readonly repeated: boolean;
}

/** Where and why a text is not valid JSON. */
export interface JsonSyntaxError {
  readonly offset: number;
  readonly message: string;
}

/**
 * Scans a JSON text for the locations of its values. Only documents with problems are scanned, so a valid document
 * costs no more than JSON.parse. (jsonc-parser does the same, but its CommonJS entry cannot be bundled for Lambda;
 * momoa builds a whole tree first: 655 ms and 80 MB for 5.9 MB of JSON.)
 *
 * @param depth the maximum number of nested levels; a deeper level is an error
 * @returns the first error, at which the scan stops
 */
export function scanJson(
  text: string,
  depth: number,
  visit: (location: JsonLocation) => void,
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
  readonly #visit: (location: JsonLocation) => void;
  #offset = 0;

  constructor(text: string, depth: number, visit: (location: JsonLocation) => void) {
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
      throw new ScanError(this.#offset, `The document is nested more than ${this.#depth} levels deep.`);
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
      const location = { pointer: appendPointer(pointer, name), offset, repeated: names.has(name) };
      this.#visit(location);
      names.add(name);
      this.#skipSpace();
      this.#expectSign(':');
      this.#value(location.pointer, depth + 1);
    } while (this.#skipSign(','));
    this.#expectSign('}', '"," or "}"');
  }

  #array(pointer: string, depth: number): void {
    this.#expectSign('[');
    if (this.#skipSign(']')) return;
    let index = 0;
    do {
      const location = { pointer: appendPointer(pointer, index), offset: this.#offset, repeated: false };
      this.#visit(location);
      this.#value(location.pointer, depth + 1);
      index += 1;
    } while (this.#skipSign(','));
    this.#expectSign(']', '"," or "]"');
  }

  #string(expected: string): string {
    const start = this.#offset;
    if (this.#text.charCodeAt(start) !== QUOTE) throw this.#unexpected(expected);
    const end = endOfString(this.#text, start);
    if (end >= this.#text.length)
      throw new ScanError(start, 'The string that begins here has no closing quote.');
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end + 1));
      this.#offset = end + 1;
      return String(value);
    } catch {
      // The string has quotes at both ends, so the error is a bad escape or a control character.
      throw new ScanError(
        start,
        'The string that begins here contains an invalid escape or an unescaped line break.',
      );
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
    const match = pattern.exec(this.#text);
    if (match === null) throw this.#unexpected(expected);
    this.#offset += match[0].length;
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text[this.#offset] ?? 'end')) this.#offset += 1;
  }

  /** A trailing comma, which most programming languages allow, is the most common error in JSON. */
  #commaHint(): string {
    return this.#text.slice(0, this.#offset).trimEnd().endsWith(',') ? ' Remove the comma before it.' : '';
  }

  #unexpected(expected: string): ScanError {
    const found = this.#text[this.#offset];
    const what = found === undefined ? 'the file ends' : `found ${JSON.stringify(found)}`;
    const hint = found === '}' || found === ']' ? this.#commaHint() : '';
    return new ScanError(this.#offset, `Invalid JSON: ${what}, expected ${expected}.${hint}`);
  }
}
