import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
} from 'yaml';
import { LinePositions } from '../linePositions.ts';
import { messageText, type Position, type Problem } from '../problem.ts';
import { tooDeep } from '../textBounds.ts';
import type { YamlLimits } from './limits.ts';
import { type Entry, isKeyWithoutSpace, type Tree } from './tree.ts';
import { yamlExcess } from './yamlExcess.ts';
import { explainMistake } from './yamlMistakes.ts';

/**
 * Parses one YAML 1.2 document (JSON is a subset) into a tree with the position of each value.
 * Never throws: it reports what it cannot read as problems, and returns the rest.
 */
export function readYaml(
  bytes: Uint8Array,
  file: string,
  limits: YamlLimits,
): { tree?: Tree; problems: Problem[] } {
  const failed = (message: string, position: Position = { line: 1, column: 1 }) => ({
    problems: [problemAt(file, position, message)],
  });
  if (bytes.byteLength > limits.bytes) {
    return failed(
      `The file has ${bytes.byteLength} bytes; at most ${limits.bytes} are allowed. Split it into smaller files.`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return failed('The file is not UTF-8 text. Save it as UTF-8.');
  }
  const excess = yamlExcess(text, limits);
  if (excess) return failed(excess.message, new LinePositions(text).at(excess.offset));
  const lines = new LineCounter();
  const composer = new Composer({
    prettyErrors: false,
    // The library's check for unique keys compares every pair, which takes minutes at 100,000 keys; YamlReader does it.
    uniqueKeys: false,
    logLevel: 'silent',
    schema: 'core',
    // YAML 1.2 has dropped these tags: the items of a !!omap would be pairs, which JSON does not have.
    resolveKnownTags: false,
    version: '1.2',
  });
  const tokens = untilTooWrong(new Parser(lines.addNewLine).parse(text));
  return new YamlReader(file, text, lines, limits).read([...composer.compose(tokens)]);
}

/** The library takes 1.4 KB for each token that cannot stand where it does, and goes on. */
function* untilTooWrong(tokens: Iterable<CST.Token>): Iterable<CST.Token> {
  let errors = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === 'error') errors += 1;
    if (errors >= MAX_SYNTAX_ERRORS) return;
  }
}

/** One mistake may cause an error in each further line. */
const MAX_SYNTAX_ERRORS = 50;
/** To explain an error may take a pass over the file: of 50 errors in 1 MB, 10 s. */
const MAX_CHARACTERS_OF_EXPLANATIONS = 5_000_000;
/** Of which a reader is shown 200. */
const MAX_PROBLEMS = 1000;

interface MeasuredTree {
  readonly tree: Tree;
  /** The number of values, with aliases expanded. */
  readonly size: number;
  readonly height: number;
}

/** Aborts a document that exceeds a limit, so that a file of nested aliases costs no more than its own bytes. */
class LimitExceeded extends Error {}

class YamlReader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #limits: YamlLimits;
  readonly #problems: Problem[] = [];
  readonly #anchors = new Map<string, MeasuredTree>();

  constructor(file: string, text: string, lines: LineCounter, limits: YamlLimits) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
    this.#limits = limits;
  }

  read(documents: readonly Document.Parsed[]): { tree?: Tree; problems: Problem[] } {
    const [document] = documents;
    for (const parsed of documents) this.#addSyntaxProblems(parsed);
    if (document === undefined || document.contents === null) {
      if (this.#problems.length === 0) this.#addProblemAt(0, 'The file is empty.');
      return { problems: this.#problems };
    }
    if (this.#problems.length > 0) return { problems: this.#problems };
    try {
      const { tree } = this.#node(document.contents, 1);
      return { tree, problems: this.#problems };
    } catch (error) {
      if (error instanceof LimitExceeded) return { problems: this.#problems };
      throw error;
    }
  }

  #addSyntaxProblems(document: Document.Parsed): void {
    if (document.directives?.yaml.version === '1.1') {
      this.#addProblemAt(
        0,
        'The file declares YAML 1.1, where yes and no are booleans. Remove the %YAML directive: Gateloop reads YAML 1.2.',
      );
    }
    const errors = [...document.errors, ...document.warnings];
    // A warning of the library is a tag or directive that it ignores, which would lose the author's meaning.
    const lines = new Set<number>();
    const explained = Math.ceil(MAX_CHARACTERS_OF_EXPLANATIONS / this.#text.length);
    for (const error of errors.slice(0, Math.min(MAX_SYNTAX_ERRORS, explained))) {
      const { offset, message } = explainMistake(error, this.#text);
      const position = this.#position(offset);
      // After a mistake the library misreads the rest of the line, and often the end of the value as well.
      if (lines.has(position.line)) continue;
      lines.add(position.line);
      this.#addProblem(position, message);
    }
  }

  #node(node: Node | null, depth: number): MeasuredTree {
    if (depth > this.#limits.depth) {
      this.#abort(node, tooDeep(0, this.#limits.depth).message);
    }
    const subtree = this.#value(node, depth);
    if (subtree.size > this.#limits.values || depth + subtree.height > this.#limits.depth + 1) {
      this.#abort(
        node,
        `With its aliases expanded, the file has more than ${this.#limits.values} values or ${this.#limits.depth} levels. Use fewer aliases, or split the file.`,
      );
    }
    if (node && !isAlias(node) && 'anchor' in node && typeof node.anchor === 'string') {
      this.#anchors.set(node.anchor, subtree);
    }
    return subtree;
  }

  #value(node: Node | null, depth: number): MeasuredTree {
    const position = this.#position(node?.range?.[0] ?? 0);
    if (isAlias(node)) return this.#alias(node.source, position);
    if (isMap(node)) return this.#mapping(node.items, position, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item as Node | null, depth + 1));
      return measure({ type: 'sequence', position, items: items.map((item) => item.tree) }, items);
    }
    const value = isScalar(node) ? node.value : null;
    if (value === null && isScalar(node) && node.anchor !== undefined)
      this.#addEmptyAnchor(node, node.anchor);
    return measure({ type: 'scalar', position, value: this.#scalar(value, position) }, []);
  }

  /** The range of a node without a value begins after its anchor. */
  #addEmptyAnchor({ range }: Scalar, anchor: string): void {
    this.#addProblemAt(
      this.#text.lastIndexOf(`&${anchor}`, range?.[0]),
      '"&" begins an anchor, and no value follows it. If you mean text, put it in quotes.',
    );
  }

  #alias(name: string, position: Position): MeasuredTree {
    const target = this.#anchors.get(name);
    if (target) return target;
    const message = `The alias *${name} comes before or inside its anchor. Define &${name} earlier. If you mean text, put it in quotes.`;
    this.#addProblem(position, message);
    return measure({ type: 'scalar', position, value: null }, []);
  }

  #mapping(
    pairs: readonly { key: unknown; value: unknown }[],
    position: Position,
    depth: number,
  ): MeasuredTree {
    const entries = new Map<string, Entry>();
    const values: MeasuredTree[] = [];
    for (const pair of pairs) {
      // The pairs of a parsed document contain nodes or null; the library's type says unknown.
      const key = pair.key as Node | null;
      const keyPosition = this.#position(key?.range?.[0] ?? 0);
      const value = this.#node(pair.value as Node | null, depth + 1);
      values.push(value);
      const name = this.#key(key, keyPosition);
      if (name === undefined) continue;
      if (pair.value === null && isKeyWithoutSpace(name)) {
        this.#addProblem(keyPosition, 'A space is missing after the ":" of this key.');
        continue;
      }
      const earlier = entries.get(name);
      if (earlier === undefined) entries.set(name, { keyPosition, value: value.tree });
      else {
        const { line } = earlier.keyPosition;
        this.#addProblem(
          keyPosition,
          `Duplicate key "${name.slice(0, 80)}": line ${line} has it already. Keep one.`,
        );
      }
    }
    return measure({ type: 'mapping', position, entries }, values);
  }

  #key(key: Node | null, position: Position): string | undefined {
    const name = isScalar(key) && key.value !== null ? keyName(key) : undefined;
    if (name === '<<') {
      this.#addProblem(
        position,
        '"<<" is a merge key of YAML 1.1. Use an alias for a whole value, or repeat the fields.',
      );
      return undefined;
    }
    if (name?.isWellFormed()) return name;
    this.#addProblem(position, 'A key must be text: not empty, and not a list, a mapping or an alias.');
    return undefined;
  }

  #scalar(value: unknown, position: Position): string | number | boolean | null {
    if (typeof value === 'string' && value.isWellFormed()) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'boolean' || value === null) return value;
    this.#addProblem(position, 'JSON cannot represent this value. If you mean text, put it in quotes.');
    return null;
  }

  #addProblem(position: Position, message: string): void {
    if (this.#problems.length >= MAX_PROBLEMS) throw new LimitExceeded(message);
    this.#problems.push(problemAt(this.#file, position, message));
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #addProblemAt(offset: number, message: string): void {
    this.#addProblem(this.#position(offset), message);
  }

  #abort(node: Node | null, message: string): never {
    this.#addProblemAt(node?.range?.[0] ?? 0, message);
    throw new LimitExceeded(message);
  }
}

/** YAML parses 2024 as a number; as a key it is text, so its source counts. */
function keyName(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function measure(tree: Tree, children: readonly MeasuredTree[]): MeasuredTree {
  let size = 1;
  let height = 1;
  for (const child of children) {
    size += child.size;
    height = Math.max(height, child.height + 1);
  }
  return { tree, size, height };
}

function problemAt(file: string, position: Position, message: string): Problem {
  return { severity: 'error', rule: 'yaml', file, ...position, path: '', message: messageText(message) };
}
