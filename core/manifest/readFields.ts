import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import type { Report } from './report.ts';
import { describeValue, type MappingTree, type Tree } from './tree.ts';

/** Reads the value of one Gateloop key. Reports a problem and returns undefined if the value is invalid. */
export type FieldReader<T> = (tree: Tree, path: Path, report: Report) => T | undefined;

export type FieldReaders<T> = { readonly [Field in keyof T]-?: FieldReader<NonNullable<T[Field]>> };

/**
 * Reads a mapping of Gateloop keys with a table of readers. An unknown key is an error that suggests the nearest known
 * key.
 */
export function readFields<T extends object>(
  tree: Tree,
  path: Path,
  report: Report,
  readers: FieldReaders<T>,
): Partial<T> {
  const mapping = asMapping(tree, path, report);
  if (!mapping) return {};
  const fields: Partial<T> = {};
  for (const [key, entry] of mapping.entries) {
    const at = [...path, key];
    if (!isField(readers, key)) {
      const known = Object.keys(readers);
      report.error(at, 'Unknown key.', {
        expected: `one of ${known.join(', ')}`,
        suggestion: nearest(key, known),
      });
      continue;
    }
    const value = readers[key](entry.value, at, report);
    if (value !== undefined) fields[key] = value;
  }
  return fields;
}

/** @returns the mapping; a key without a value is an empty mapping */
export function asMapping(tree: Tree, path: Path, report: Report): MappingTree | undefined {
  if (tree.type === 'mapping') return tree;
  if (tree.type === 'scalar' && tree.value === null) {
    return { type: 'mapping', position: tree.position, entries: new Map() };
  }
  report.error(path, `This is ${describeValue(tree)}.`, { expected: 'a mapping' });
  return undefined;
}

export const readBoolean: FieldReader<boolean> = (tree, path, report) => {
  if (tree.type === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  report.error(path, `This is ${describeValue(tree)}.`, { expected: 'true or false' });
  return undefined;
};

/** @returns a reader that accepts one of the given words */
export function readEnum<const Word extends string>(words: readonly Word[]): FieldReader<Word> {
  return (tree, path, report) => {
    const given = tree.type === 'scalar' ? tree.value : undefined;
    const word = words.find((candidate) => candidate === given);
    if (word === undefined) {
      report.error(path, typeof given === 'string' ? 'Unknown value.' : `This is ${describeValue(tree)}.`, {
        expected: `one of ${words.join(', ')}`,
        suggestion: typeof given === 'string' ? nearest(given, words) : undefined,
      });
    }
    return word;
  };
}

export function readString(tree: Tree, path: Path, report: Report, expected: string): string | undefined {
  if (tree.type === 'scalar' && typeof tree.value === 'string') return tree.value;
  report.error(path, `This is ${describeValue(tree)}.`, { expected });
  return undefined;
}

function isField<T extends object>(readers: FieldReaders<T>, key: string): key is keyof T & string {
  return Object.hasOwn(readers, key);
}
