import { CST, Lexer } from 'yaml';
import { type BoundExcess, type TextBounds, tooDeep, tooManyTokens } from '../textBounds.ts';
import type { YamlLimits } from './limits.ts';

type YamlExcess = BoundExcess<keyof TextBounds | 'lines' | 'documents'>;

/**
 * Finds where a YAML text exceeds what may be built of it, with the tokens of the library's own lexer: it knows what is
 * within quotes, comments and block texts, keeps no token, and takes a tenth of the time of the parser.
 *
 * @returns the first excess; a second document is one, since the library builds each of them
 */
export function yamlExcess(text: string, limits: YamlLimits): YamlExcess | undefined {
  const scan = new YamlScan(limits);
  for (const token of new Lexer().lex(text)) {
    const excess = scan.take(token);
    if (excess) return excess;
  }
  return undefined;
}

/** Tokens that stand for no text: they mark states of the lexer. */
const marks: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/** Tokens of which the library keeps little, and that are bounded by the number of lines. */
const quiet: readonly (CST.Token['type'] | null)[] = ['byte-order-mark', 'space', 'comment', 'newline'];

class YamlScan {
  readonly #limits: YamlLimits;
  #offset = 0;
  #lineStart = 0;
  #tokens = 0;
  #lines = 0;
  #flowDepth = 0;
  /** A list at column 4 is within a mapping at column 4, so it counts as 4.5. */
  readonly #columns: number[] = [];
  /** The column of the first token since the line began, or since the last `-`, `?` or `:`. */
  #nodeColumn: number | undefined;
  #isLineStart = true;
  #document: 'none' | 'begun' | 'ended' = 'none';
  /** The text of a plain or block scalar may look like any other token. */
  #isScalarNext = false;

  constructor(limits: YamlLimits) {
    this.#limits = limits;
  }

  take(token: string): YamlExcess | undefined {
    if (token === CST.FLOW_END) this.#flowDepth = 0;
    if (marks.includes(token)) {
      this.#isScalarNext = token === CST.SCALAR;
      return undefined;
    }
    const type = this.#isScalarNext ? 'scalar' : CST.tokenType(token);
    this.#isScalarNext = false;
    const excess = quiet.includes(type) ? this.#line(type) : this.#token(type);
    this.#offset += token.length;
    const lastBreak = token.lastIndexOf('\n');
    if (lastBreak >= 0) {
      this.#lineStart = this.#offset - token.length + lastBreak + 1;
      this.#isLineStart = true;
    }
    return excess;
  }

  #line(type: CST.Token['type'] | null): YamlExcess | undefined {
    if (type !== 'newline') return undefined;
    this.#lines += 1;
    const { lines } = this.#limits;
    if (this.#lines <= lines) return undefined;
    const message = `The file has more than ${lines} lines. Split it into smaller files.`;
    return { bound: 'lines', offset: this.#offset, message };
  }

  #token(type: CST.Token['type'] | null): YamlExcess | undefined {
    const { tokens, depth } = this.#limits;
    this.#tokens += 1;
    if (this.#tokens > tokens) return tooManyTokens(this.#offset, tokens);
    const second = this.#isSecondDocument(type);
    if (second) {
      const message = 'The file contains more than one YAML document. Keep one, and remove the "---" line.';
      return { bound: 'documents', offset: this.#offset, message };
    }
    if (this.#flowDepth === 0) this.#block(type);
    if (type === 'flow-map-start' || type === 'flow-seq-start') this.#flowDepth += 1;
    else if (type === 'flow-map-end' || type === 'flow-seq-end')
      this.#flowDepth = Math.max(0, this.#flowDepth - 1);
    return this.#columns.length + this.#flowDepth > depth ? tooDeep(this.#offset, depth) : undefined;
  }

  #isSecondDocument(type: CST.Token['type'] | null): boolean {
    if (type === 'directive-line') return false;
    const before = this.#document;
    this.#document = type === 'doc-end' ? 'ended' : 'begun';
    return before === 'ended' || (before === 'begun' && type === 'doc-start');
  }

  /** Tracks the indentation of lists and mappings: each opens a level, and a line that begins before it ends it. */
  #block(type: CST.Token['type'] | null): void {
    const column = this.#offset - this.#lineStart;
    if (this.#isLineStart) {
      this.#isLineStart = false;
      this.#nodeColumn = undefined;
      this.#endLevelsBeyond(type === 'seq-item-ind' ? column + 0.5 : column);
    }
    if (type === 'seq-item-ind') this.#openLevel(column + 0.5);
    else if (type === 'explicit-key-ind') this.#openLevel(column);
    else if (type === 'map-value-ind') this.#openLevel(this.#nodeColumn ?? column);
    else {
      this.#nodeColumn ??= column;
      return;
    }
    this.#nodeColumn = undefined;
  }

  #endLevelsBeyond(column: number): void {
    while ((this.#columns.at(-1) ?? -1) > column) this.#columns.pop();
  }

  #openLevel(column: number): void {
    if ((this.#columns.at(-1) ?? -1) < column) this.#columns.push(column);
  }
}
