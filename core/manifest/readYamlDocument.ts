import {
  type AliasEvent,
  boolCoreTag,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  type MappingEvent,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type ScalarTagDefinition,
  type SequenceEvent,
} from 'js-yaml';
import type { JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import type { YamlLimits } from './limits.ts';
import { isKeyWithoutSpace } from './tree.ts';
import { NodeIndex } from './yamlNodeIndex.ts';

/** A document without the objects of its parser, so that it may be kept until its problems are placed. */
export interface YamlDocument {
  readonly value: JsonValue;
  /**
   * @returns the offset of the key or item, or of its nearest existing parent: the place that `positionOf` finds in the
   *   tree of `readYaml`
   */
  offsetOf(path: Path): number;
}

/**
 * Reads a YAML 1.2 document with js-yaml, which takes a sixth of the time of the other library, and a quarter of its
 * memory.
 *
 * @param text within the limits of `yamlExcess`, which has to look first: js-yaml has no bound but that of the depth
 * @returns undefined for a text that js-yaml rejects, that has something which `readYaml` reports, or that the two
 *   libraries may read differently (tags, directives): `readYaml` decides about such a text
 */
export function readYamlDocument(text: string, limits: YamlLimits): YamlDocument | undefined {
  if (READ_DIFFERENTLY.test(text)) return undefined;
  try {
    // js-yaml counts a key, and a scalar, as a level of its own.
    const events = parseEvents(text, { maxDepth: 2 * limits.depth });
    return new DocumentReader(text, events, limits).read();
  } catch {
    // js-yaml advises to catch every error, not only its own.
    return undefined;
  }
}

/**
 * What the libraries read differently: js-yaml takes a carriage return alone for a line break, a byte order mark within
 * the text for a character, and `---` after spaces for the start of the document, and it ignores unknown directives.
 */
const READ_DIFFERENTLY = /\r(?!\n)|\uFEFF|^%|^[ \t]+---|(?:^|[-?:]) *\t|\n +(?![\s\S])/m;

/** Aborts the reading. Its reader catches it and falls back to `readYaml`, so that it needs no message. */
class LeftToReadYaml extends Error {}

interface MeasuredValue {
  /** The index of the event that begins it. */
  readonly node: number;
  readonly value: JsonValue;
  /** With aliases expanded. */
  readonly size: number;
  readonly height: number;
}

type NodeEvent = ScalarEvent | SequenceEvent | MappingEvent;

class DocumentReader {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #limits: YamlLimits;
  readonly #anchors = new Map<string, MeasuredValue>();
  readonly #nodes: NodeIndex;
  #next = 0;
  #size = 0;
  #height = 0;

  constructor(text: string, events: readonly Event[], limits: YamlLimits) {
    this.#text = text;
    this.#events = events;
    this.#limits = limits;
    this.#nodes = new NodeIndex(text, events.length);
  }

  read(): YamlDocument {
    const start = this.#take();
    if (start.type !== EVENT_ID.DOCUMENT || start.directives.length > 0) throw new LeftToReadYaml();
    // Of block texts at the root, the libraries read the indentation differently. No file of Gateloop is a single text.
    if (this.#events[this.#next]?.type === EVENT_ID.SCALAR) throw new LeftToReadYaml();
    const value = this.#node(1);
    // A second document.
    if (this.#next + 1 !== this.#events.length) throw new LeftToReadYaml();
    const nodes = this.#nodes;
    return { value, offsetOf: (path) => nodes.offsetOf(path) };
  }

  #take(): Event {
    const event = this.#events[this.#next];
    if (event === undefined) throw new LeftToReadYaml();
    this.#next += 1;
    return event;
  }

  /** Adds the size of the node, and sets the height to that of the node. */
  #node(depth: number): JsonValue {
    const node = this.#next;
    const event = this.#take();
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new LeftToReadYaml();
    this.#nodes.begin(node, event);
    const value =
      event.type === EVENT_ID.ALIAS ? this.#alias(event, node) : this.#anchored(event, node, depth);
    this.#nodes.end(node, this.#next);
    if (this.#size > this.#limits.values || depth + this.#height > this.#limits.depth + 1)
      throw new LeftToReadYaml();
    return value;
  }

  #anchored(event: NodeEvent, node: number, depth: number): JsonValue {
    if (event.tagStart >= 0) throw new LeftToReadYaml();
    const before = this.#size;
    const value = this.#content(event, depth);
    if (event.anchorStart >= 0) {
      // An anchor without a value is a mistake; the other library rejects one whose name ends like a key.
      if (value === null || this.#anchorOf(event).endsWith(':')) throw new LeftToReadYaml();
      const measured = { node, value, size: this.#size - before, height: this.#height };
      this.#anchors.set(this.#anchorOf(event), measured);
    }
    return value;
  }

  #content(event: NodeEvent, depth: number): JsonValue {
    this.#size += 1;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        this.#height = 1;
        return scalarValue(this.#text, event);
      case EVENT_ID.SEQUENCE:
        return this.#sequence(depth);
      case EVENT_ID.MAPPING:
        return this.#mapping(depth, event.style === COLLECTION_STYLE.BLOCK);
    }
  }

  #alias(event: AliasEvent, node: number): JsonValue {
    const target = this.#anchors.get(this.#anchorOf(event));
    if (target === undefined) throw new LeftToReadYaml();
    this.#nodes.pointAlias(node, target.node);
    this.#size += target.size;
    this.#height = target.height;
    return target.value;
  }

  #anchorOf({ anchorStart, anchorEnd }: NodeEvent | AliasEvent): string {
    return this.#text.slice(anchorStart, anchorEnd);
  }

  #isEnd(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next += 1;
    return true;
  }

  #sequence(depth: number): JsonValue {
    const items: JsonValue[] = [];
    let height = 0;
    while (!this.#isEnd()) {
      items.push(this.#node(depth + 1));
      height = Math.max(height, this.#height);
    }
    this.#height = height + 1;
    return items;
  }

  #mapping(depth: number, isBlock: boolean): JsonValue {
    const object: Record<string, JsonValue> = {};
    let height = 0;
    while (!this.#isEnd()) {
      const key = this.#key(isBlock);
      if (Object.hasOwn(object, key)) throw new LeftToReadYaml();
      const value = this.#node(depth + 1);
      height = Math.max(height, this.#height);
      if (value === null && isKeyWithoutSpace(key)) throw new LeftToReadYaml();
      // An assignment to this key would change the prototype.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      else object[key] = value;
    }
    this.#height = height + 1;
    return object;
  }

  #key(isBlock: boolean): string {
    const node = this.#next;
    const event = this.#take();
    if (event.type !== EVENT_ID.SCALAR || event.tagStart >= 0 || event.anchorStart >= 0)
      throw new LeftToReadYaml();
    if (isBlock && !this.#beginsLine(event.valueStart)) throw new LeftToReadYaml();
    const value = scalarValue(this.#text, event);
    const name = typeof value === 'string' ? value : getScalarValue(this.#text, event);
    if (value === null || name === '<<') throw new LeftToReadYaml();
    this.#nodes.begin(node, event);
    this.#nodes.nameKey(node, name);
    this.#nodes.end(node, this.#next);
    return name;
  }

  /** After a quoted item of a list, js-yaml reads a key on the same line: `- 'a' b: 1`. */
  #beginsLine(offset: number): boolean {
    const quote = this.#text.charAt(offset - 1);
    let index = quote === '"' || quote === "'" ? offset - 2 : offset - 1;
    while (BLANKS.includes(this.#text.charAt(index))) index -= 1;
    return BEFORE_KEYS.includes(this.#text.charAt(index));
  }
}

const BLANKS = [' ', '\t'];
/** The character before the first one has no text. */
const BEFORE_KEYS = ['', '\n', '-', '?', ':'];

type PlainTag = ScalarTagDefinition<number | boolean | null>;

/** The plain scalars of the core schema by their first character; '' stands for no character. */
const tagsByFirstCharacter = new Map<string, PlainTag[]>();
for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
  for (const first of tag.implicitFirstChars ?? []) {
    const tags = tagsByFirstCharacter.get(first) ?? [];
    tagsByFirstCharacter.set(first, [...tags, tag]);
  }
}

function scalarValue(text: string, event: ScalarEvent): string | number | boolean | null {
  const source = getScalarValue(text, event);
  if (event.style === SCALAR_STYLE.PLAIN) return plainValue(source);
  // Only an escape within double quotes can write half of a surrogate pair.
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !source.isWellFormed()) throw new LeftToReadYaml();
  // Of a block text without anything but blanks, the libraries take different ones for its indentation.
  if (source !== '' && isBlockText(event) && source.trim() === '') throw new LeftToReadYaml();
  return source;
}

function isBlockText({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
}

function plainValue(source: string): string | number | boolean | null {
  const tags = tagsByFirstCharacter.get(source.charAt(0));
  if (tags === undefined) return source;
  for (const { resolve, tagName } of tags) {
    const value = resolve(source, false, tagName);
    if (value === NOT_RESOLVED) continue;
    if (typeof value === 'number' && !Number.isFinite(value)) throw new LeftToReadYaml();
    return value;
  }
  // js-yaml reads a number that exceeds the range as text; the other library makes it infinite.
  if (Math.abs(Number(source)) === Number.POSITIVE_INFINITY) throw new LeftToReadYaml();
  return source;
}
