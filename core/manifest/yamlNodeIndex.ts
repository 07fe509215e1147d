import { EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Path } from '../problem.ts';

interface Child {
  /** The index of the event that begins the value. */
  readonly node: number;
  /** Where the key, or the item, begins. */
  readonly offset: number;
}

/**
 * Finds the nodes of a document by their paths. It keeps a few numbers of each event of js-yaml: the event itself has
 * 150 bytes, and a document of 9 MB half a million of them.
 */
export class NodeIndex {
  readonly #text: string;
  readonly #types: Uint8Array;
  readonly #starts: Int32Array;
  /** For each event that begins a node, the index of the event after the node. */
  readonly #nexts: Int32Array;
  /** For each alias, the index of the event that begins its anchor's node. */
  readonly #targets = new Map<number, number>();
  /** For each event that is a key, its name. */
  readonly #names: string[] = [];
  /** The children of each mapping and sequence on a path; thousands of paths may go through one of them. */
  readonly #children = new Map<number, ReadonlyMap<string, Child>>();
  /** Where the last text or the last opening sign was. */
  #offset = 0;

  constructor(text: string, events: number) {
    this.#text = text;
    this.#types = new Uint8Array(events);
    this.#starts = new Int32Array(events);
    this.#nexts = new Int32Array(events);
  }

  begin(node: number, event: Event): void {
    this.#types[node] = event.type;
    if (event.type === EVENT_ID.SCALAR) {
      this.#starts[node] = this.#scalarStart(event);
      this.#offset = Math.max(this.#starts[node] ?? 0, event.valueEnd);
    } else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      this.#starts[node] = event.start;
      this.#offset = event.start;
    }
  }

  /** @param next the index of the event after the node */
  end(node: number, next: number): void {
    this.#nexts[node] = next;
  }

  nameKey(node: number, name: string): void {
    this.#names[node] = name;
  }

  /** @param target the node with the alias's anchor */
  pointAlias(node: number, target: number): void {
    this.#targets.set(node, target);
  }

  /** @returns the offset of the key or item at the path, or of its nearest existing parent */
  offsetOf(path: Path): number {
    // The first event is that of the document.
    let node = 1;
    let offset = this.#startOf(node);
    for (const step of path) {
      const child = this.#childrenOf(node).get(String(step));
      if (child === undefined) return offset;
      ({ node, offset } = child);
    }
    return offset;
  }

  #childrenOf(reference: number): ReadonlyMap<string, Child> {
    const node = this.#targets.get(reference) ?? reference;
    const known = this.#children.get(node);
    if (known) return known;
    const children = new Map(this.#listChildren(node));
    this.#children.set(node, children);
    return children;
  }

  *#listChildren(node: number): Iterable<[step: string, child: Child]> {
    const type = this.#types[node];
    if (type !== EVENT_ID.MAPPING && type !== EVENT_ID.SEQUENCE) return;
    let items = 0;
    // The event before the one after the node ends it.
    const end = (this.#nexts[node] ?? 0) - 1;
    for (let child = node + 1; child < end; child = this.#nexts[child] ?? end) {
      const offset = this.#startOf(child);
      if (type === EVENT_ID.SEQUENCE) {
        yield [String(items), { node: child, offset }];
        items += 1;
      } else {
        const name = this.#names[child] ?? '';
        child += 1;
        yield [name, { node: child, offset }];
      }
    }
  }

  #startOf(reference: number): number {
    return this.#starts[this.#targets.get(reference) ?? reference] ?? 0;
  }

  /** js-yaml gives the offset of the first character of the text, within quotes or below the sign of a block text. */
  #scalarStart({ style, valueStart }: ScalarEvent): number {
    if (valueStart < 0) return this.#emptyItemStart();
    switch (style) {
      case SCALAR_STYLE.SINGLE_QUOTED:
      case SCALAR_STYLE.DOUBLE_QUOTED:
        return valueStart - 1;
      case SCALAR_STYLE.LITERAL_BLOCK:
      case SCALAR_STYLE.FOLDED_BLOCK:
        return this.#signOfBlock(valueStart);
      default:
        return valueStart;
    }
  }

  /** The sign is on the line before the text, where only a comment can follow it. */
  #signOfBlock(textStart: number): number {
    const lineStart = this.#text.lastIndexOf('\n', textStart - 2) + 1;
    const line = this.#text.slice(lineStart, textStart);
    return lineStart + Math.max(0, line.search(/[|>][-+\d]*(?:[ \t]+#[^\n]*|[ \t\r]*)\n?$/));
  }

  /** js-yaml gives no offset for an item without a value. It is after the next `-`. */
  #emptyItemStart(): number {
    BEFORE_EMPTY_ITEM.lastIndex = this.#offset;
    BEFORE_EMPTY_ITEM.exec(this.#text);
    return BEFORE_EMPTY_ITEM.lastIndex;
  }
}

/** What stands between a text and the item after it that has no value. */
const BEFORE_EMPTY_ITEM = /(?:[\s\]}"',]|#.*)*(?:-[ \t]*)?/y;
