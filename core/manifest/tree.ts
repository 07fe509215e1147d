import type { JsonObject, JsonValue } from '../json.ts';
import type { Path, Position } from '../problem.ts';

/** A value of a YAML document with its position. */
export type Tree = MappingTree | SequenceTree | ScalarTree;

export interface MappingTree {
  readonly type: 'mapping';
  readonly position: Position;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyPosition: Position;
  readonly value: Tree;
}

export interface SequenceTree {
  readonly type: 'sequence';
  readonly position: Position;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly type: 'scalar';
  readonly position: Position;
  readonly value: string | number | boolean | null;
}

/** @returns the plain value; keys such as `__proto__` are safe */
export function toJson(tree: Tree): JsonValue {
  switch (tree.type) {
    case 'scalar':
      return tree.value;
    case 'sequence':
      return tree.items.map(toJson);
    case 'mapping':
      return toJsonObject(tree);
  }
}

export function toJsonObject(tree: MappingTree): JsonObject {
  // fromEntries defines properties instead of assigning them, so no key can change a prototype.
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toJson(entry.value)]));
}

/** @returns the position of the value at the path, or of its nearest existing parent */
export function positionOf(tree: Tree, path: Path): Position {
  let current = tree;
  let position = tree.position;
  for (const step of path) {
    const entry = child(current, step);
    if (entry === undefined) return position;
    current = entry.value;
    position = entry.position;
  }
  return position;
}

function child(tree: Tree, step: string | number): { value: Tree; position: Position } | undefined {
  if (tree.type === 'mapping') {
    const entry = tree.entries.get(String(step));
    return entry && { value: entry.value, position: entry.keyPosition };
  }
  const item = tree.type === 'sequence' ? tree.items[Number(step)] : undefined;
  return item && { value: item, position: item.position };
}

/** @returns a copy of the mapping without the given keys */
export function omitKeys(tree: MappingTree, keys: readonly string[]): MappingTree {
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => !keys.includes(key))) };
}

/** @returns the type of a value in words for messages, such as `a number` */
export function describeValue(tree: Tree): string {
  if (tree.type !== 'scalar') return `a ${tree.type}`;
  if (tree.value === null) return 'empty';
  if (typeof tree.value === 'string' && isKeyWithoutSpace(tree.value))
    return 'a string, since a space is missing after the ":"';
  return typeof tree.value === 'boolean' ? `the boolean ${tree.value}` : `a ${typeof tree.value}`;
}

/** @returns whether a text is a key and its value with no space between them, such as `retries:3`; a URL is none */
export function isKeyWithoutSpace(text: string): boolean {
  return /^\s*(- )*[A-Za-z][\w.-]*:[^\s/]/.test(text);
}
