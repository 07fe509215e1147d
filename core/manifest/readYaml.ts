import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { ManifestLimits } from './limits.ts';
import type { Position, Problem } from './problem.ts';
import type { Entry, Tree } from './tree.ts';

/**
 * Reads one YAML 1.2 document (JSON is a subset of it) into a tree that knows where each value was written.
 * Never throws: whatever cannot be read is told as a problem, and everything that can be is still returned.
 */
export function readYaml(
  bytes: Uint8Array,
  file: string,
  limits: ManifestLimits,
): { tree?: Tree; problems: Problem[] } {
  const refuse = (message: string, position: Position = { line: 1, column: 1 }) => ({
    problems: [problemAt(file, position, message)],
  });
  if (bytes.byteLength > limits.bytes) {
    return refuse(
      `The file has ${bytes.byteLength} bytes; a manifest may have ${limits.bytes}. Move tool schemas into files of their own, or split the workspace.`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('The file is not UTF-8 text. Save it as UTF-8.');
  }
  const lines = new LineCounter();
  let documents: Document.Parsed[];
  try {
    // The library compares every pair of keys for uniqueness: at 100,000 keys that takes minutes, so Reader does it.
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'silent',
      schema: 'core',
      version: '1.2',
    });
    documents = [...parsed];
  } catch (error) {
    return refuse(`The file is nested too deeply to be read as YAML (${error instanceof Error ? error.name : 'error'}).`);
  }
  return new Reader(file, lines, limits).read(documents);
}

interface Sized {
  readonly tree: Tree;
  /** Values in it, aliases followed. */
  readonly size: number;
  readonly height: number;
}

/** Stops the reading of a document whose limits are passed, so that a bomb costs no more than its own bytes. */
class LimitPassed extends Error {}

class Reader {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #limits: ManifestLimits;
  readonly #problems: Problem[] = [];
  readonly #anchors = new Map<string, Sized>();

  constructor(file: string, lines: LineCounter, limits: ManifestLimits) {
    this.#file = file;
    this.#lines = lines;
    this.#limits = limits;
  }

  read(documents: readonly Document.Parsed[]): { tree?: Tree; problems: Problem[] } {
    const [document, second] = documents;
    if (second) {
      this.#problem(second.range[0], 'The file holds more than one YAML document. Keep one manifest, without "---" in it.');
    }
    for (const parsed of documents) this.#syntaxProblems(parsed);
    if (document === undefined || document.contents === null) {
      if (this.#problems.length === 0) this.#problem(0, 'The manifest is empty. Give it at least one section, such as "gateways".');
      return { problems: this.#problems };
    }
    if (this.#problems.length > 0) return { problems: this.#problems };
    try {
      const { tree } = this.#node(document.contents, 1);
      return { tree, problems: this.#problems };
    } catch (error) {
      if (error instanceof LimitPassed) return { problems: this.#problems };
      throw error;
    }
  }

  #syntaxProblems(document: Document.Parsed): void {
    if (document.directives?.yaml.version === '1.1') {
      this.#problem(0, 'The file asks for YAML 1.1, where yes and no are booleans. Remove the %YAML directive: a manifest is YAML 1.2.');
    }
    // A warning of the library is a tag or directive that it cannot follow: what was meant would be lost.
    for (const error of [...document.errors, ...document.warnings]) {
      this.#problem(error.pos[0], `This is not valid YAML: ${firstSentence(error.message)}`);
    }
  }

  #node(node: Node | null, depth: number): Sized {
    if (depth > this.#limits.depth) {
      this.#stop(node, `The manifest is nested more than ${this.#limits.depth} levels deep.`);
    }
    const sized = this.#value(node, depth);
    if (sized.size > this.#limits.values || depth + sized.height > this.#limits.depth + 1) {
      this.#stop(node, `Aliases make the manifest too large: more than ${this.#limits.values} values or ${this.#limits.depth} levels. Write the values out, or fewer of them.`);
    }
    if (node && !isAlias(node) && 'anchor' in node && typeof node.anchor === 'string') {
      this.#anchors.set(node.anchor, sized);
    }
    return sized;
  }

  #value(node: Node | null, depth: number): Sized {
    const position = this.#position(node?.range?.[0] ?? 0);
    if (isAlias(node)) return this.#alias(node.source, position);
    if (isMap(node)) return this.#mapping(node.items, position, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item as Node | null, depth + 1));
      return measured({ type: 'sequence', position, items: items.map((item) => item.tree) }, items);
    }
    const value = isScalar(node) ? node.value : null;
    return measured({ type: 'scalar', position, value: this.#scalar(value, position) }, []);
  }

  #alias(name: string, position: Position): Sized {
    const target = this.#anchors.get(name);
    if (target) return target;
    this.#problems.push(
      problemAt(this.#file, position, `The alias *${name} stands before, or inside, what it names. Define &${name} earlier.`),
    );
    return measured({ type: 'scalar', position, value: null }, []);
  }

  #mapping(pairs: readonly { key: unknown; value: unknown }[], position: Position, depth: number): Sized {
    const entries = new Map<string, Entry>();
    const values: Sized[] = [];
    for (const pair of pairs) {
      // Pairs of a parsed document hold nodes or null; the library's type says unknown.
      const key = pair.key as Node | null;
      const keyPosition = this.#position(key?.range?.[0] ?? 0);
      const value = this.#node(pair.value as Node | null, depth + 1);
      values.push(value);
      const name = this.#key(key, keyPosition);
      if (name === undefined) continue;
      const earlier = entries.get(name);
      if (earlier) {
        this.#problems.push(
          problemAt(
            this.#file,
            keyPosition,
            `"${name.slice(0, 80)}" stands twice in the same mapping, first in line ${earlier.keyPosition.line}. Keep one of them.`,
          ),
        );
      } else entries.set(name, { keyPosition, value: value.tree });
    }
    return measured({ type: 'mapping', position, entries }, values);
  }

  #key(key: Node | null, position: Position): string | undefined {
    if (isScalar(key) && key.value !== null) {
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      if (name !== '<<') return name;
      this.#problems.push(
        problemAt(this.#file, position, '"<<" merges in YAML 1.1 only. Name the whole value with an alias, or write the fields out.'),
      );
      return undefined;
    }
    this.#problems.push(problemAt(this.#file, position, 'A key must be a word, not empty, a list, a mapping or an alias.'));
    return undefined;
  }

  #scalar(value: unknown, position: Position): string | number | boolean | null {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.#problems.push(problemAt(this.#file, position, 'The value is neither text, number, boolean nor nothing. Put it in quotes if text was meant.'));
    return null;
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #problem(offset: number, message: string): void {
    this.#problems.push(problemAt(this.#file, this.#position(offset), message));
  }

  #stop(node: Node | null, message: string): never {
    this.#problem(node?.range?.[0] ?? 0, message);
    throw new LimitPassed(message);
  }
}

function measured(tree: Tree, children: readonly Sized[]): Sized {
  let size = 1;
  let height = 1;
  for (const child of children) {
    size += child.size;
    height = Math.max(height, child.height + 1);
  }
  return { tree, size, height };
}

function problemAt(file: string, position: Position, message: string): Problem {
  return { severity: 'error', file, ...position, path: '', message };
}

/** The library's messages may quote the source at length; a manifest's text does not belong in a message. */
function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
