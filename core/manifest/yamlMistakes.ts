import { CST, Lexer, type YAMLError } from 'yaml';
import { isKeyWithoutSpace } from './tree.ts';

/** A syntax error as an author of a file can mend it. */
export interface YamlMistake {
  /** Where to change the text. */
  readonly offset: number;
  readonly message: string;
}

interface MistakeRule {
  readonly codes: readonly YAMLError['code'][];
  /** @returns undefined if the error has another cause */
  readonly explain: (error: YAMLError, text: string) => YamlMistake | undefined;
}

/** How authors come to each error of the library, the most specific cause first. */
const rules: readonly MistakeRule[] = [
  {
    codes: ['BAD_INDENT', 'MISSING_CHAR', 'BLOCK_IN_FLOW', 'UNEXPECTED_TOKEN'],
    explain: ({ pos: [end] }, text) => {
      const comment = flowState(text, end).hiddenEnd;
      return comment === undefined
        ? undefined
        : {
            offset: comment,
            message:
              '"#" begins a comment here, which hides the rest of the line. Put text that begins with # into quotes, such as \'#channel\'.',
          };
    },
  },
  {
    codes: ['UNEXPECTED_TOKEN'],
    explain: ({ pos: [offset] }, text) =>
      text.slice(offset - 1, offset + 1) === '${'
        ? {
            offset: offset - 1,
            message: "Between { and }, a reference needs quotes: '${section.name.field}'.",
          }
        : undefined,
  },
  {
    codes: ['UNEXPECTED_TOKEN'],
    explain: ({ pos: [offset] }, text) =>
      /['"]/.test(text[offset - 1] ?? '')
        ? {
            offset: offset - 1,
            message:
              'The text in quotes ends here. To write a quote in it, use the other kind of quotes around the text.',
          }
        : undefined,
  },
  {
    codes: ['BAD_INDENT', 'MISSING_CHAR'],
    explain: ({ pos: [end] }, text) => {
      const { open, quote } = flowState(text, end);
      if (quote !== undefined) return { offset: quote, message: 'The quote that opens here is not closed.' };
      return open === undefined
        ? undefined
        : {
            offset: open,
            message: `The "${text[open]}" here is not closed, or the lines up to its end are not indented.`,
          };
    },
  },
  {
    codes: ['BAD_SCALAR_START'],
    explain: ({ pos: [offset] }, text) => ({
      offset,
      message: `Text that begins with "${text[offset]}" needs quotes, such as '${text[offset]}name'.`,
    }),
  },
  {
    codes: ['TAG_RESOLVE_FAILED'],
    explain: ({ pos: [offset] }) => ({
      offset,
      message: '"!" begins a tag, and this file must not contain tags. If you mean text, put it in quotes.',
    }),
  },
  {
    codes: ['TAB_AS_INDENT'],
    explain: ({ pos: [offset] }) => ({
      offset,
      message: 'YAML does not allow tabs here. Indent with spaces.',
    }),
  },
  {
    codes: ['MULTILINE_IMPLICIT_KEY'],
    explain: ({ pos: [offset] }, text) =>
      isKeyWithoutSpace(lineAt(text, offset))
        ? { offset, message: 'A space is missing after the ":" of this key.' }
        : undefined,
  },
  {
    codes: ['BLOCK_AS_IMPLICIT_KEY'],
    explain: ({ pos: [offset] }) => ({
      offset,
      message:
        'A mapping cannot begin here. If this is text that contains ": ", put it in quotes; otherwise align the keys below with the key of this line.',
    }),
  },
];

/** @returns what the author has to change; for an error that no rule explains, the message of the library */
export function explainMistake(error: YAMLError, text: string): YamlMistake {
  for (const { codes, explain } of rules) {
    const mistake = codes.includes(error.code) ? explain(error, text) : undefined;
    if (mistake) return mistake;
  }
  return { offset: error.pos[0], message: `This is not valid YAML: ${firstSentence(error.message)}` };
}

/** What is open at some place of a text. */
class FlowState {
  readonly #open: number[] = [];
  /** Where the last comment is that contains the end of an open `{` or `[`. */
  hiddenEnd: number | undefined;
  /** Where a quoted text begins that is not closed. */
  quote: number | undefined;

  /** Where the innermost open `{` or `[` is. */
  get open(): number | undefined {
    return this.#open.at(-1);
  }

  take(token: string, offset: number): void {
    switch (CST.tokenType(token)) {
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#open.push(offset);
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#close();
        break;
      case 'comment':
        if (this.open !== undefined && /[}\]]/.test(token)) this.hiddenEnd = offset;
        break;
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        this.quote = isClosed(token) ? undefined : offset;
        break;
    }
  }

  #close(): void {
    const start = this.#open.pop();
    // The comment was one, since the end came later.
    if (start !== undefined && this.hiddenEnd !== undefined && start < this.hiddenEnd)
      this.hiddenEnd = undefined;
  }
}

/** Reads the tokens before an offset. */
function flowState(text: string, end: number): FlowState {
  const state = new FlowState();
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (offset >= end) break;
    state.take(token, offset);
    // A token of one of these characters marks a state of the lexer, and stands for no text.
    if (![CST.DOCUMENT, CST.FLOW_END, CST.SCALAR].includes(token)) offset += token.length;
  }
  return state;
}

function isClosed(quoted: string): boolean {
  return quoted.length > 1 && quoted.endsWith(quoted[0] ?? '');
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? undefined : end);
}

/** The library's messages may quote the source at length; messages must not contain a manifest's text. */
function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
