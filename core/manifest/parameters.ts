import { nearest } from '../nearest.ts';
import type { Path, Problem } from '../problem.ts';
import type { YamlLimits } from './limits.ts';
import { readYaml } from './readYaml.ts';
import { Report } from './report.ts';
import { isOpaqueMember } from './schemaSource.ts';
import { describeValue, type Entry, type MappingTree, type ScalarTree, type Tree } from './tree.ts';

/** The file with the values of an environment, which differ between environments while the manifest stays the same. */
export interface ParameterFile {
  /** Within the workspace. */
  readonly path: string;
  /** Absent where there is no such file. */
  readonly bytes: Uint8Array | undefined;
}

type Value = Exclude<ScalarTree['value'], null>;

const NAME = /^[A-Za-z][\w-]{0,63}$/;
const USE = /\$\{param\.([^${}\n]*)\}/g;

/**
 * Puts the values of an environment in the places of `${param.NAME}`. A text that is exactly one parameter becomes its value,
 * so that numbers and booleans keep their type; any other text holds it as text. Keys, and schemas within the manifest, stay.
 *
 * @returns the manifest, and the problems of the file
 */
export function withParameters(
  manifest: MappingTree,
  file: ParameterFile,
  report: Report,
  limits: YamlLimits,
): { readonly tree: MappingTree; readonly problems: readonly Problem[] } {
  const { values, problems } = readParameters(file, limits);
  const filler = new Filler(file.path, values, report);
  return { tree: filler.filled(manifest), problems };
}

/** @returns no values where the file has errors, which then stand for those of its uses; a missing file has none */
function readParameters(
  { path, bytes }: ParameterFile,
  limits: YamlLimits,
): { readonly values: ReadonlyMap<string, Value> | undefined; readonly problems: readonly Problem[] } {
  if (!bytes) return { values: new Map<string, Value>(), problems: [] };
  const { tree, problems } = readYaml(bytes, path, limits);
  const values = new Map<string, Value>();
  if (!tree) return { values: undefined, problems };
  const report = new Report(path, tree);
  if (tree.type !== 'mapping')
    report.error([], `The parameters must be a mapping, not ${describeValue(tree)}.`, {
      expected: 'names with their values, such as host: mcp.example.com',
    });
  for (const [name, { value }] of tree.type === 'mapping' ? tree.entries : []) {
    if (!NAME.test(name))
      report.error([name], 'This is no name of a parameter.', {
        expected: 'a letter, then letters, digits, "_" and "-", at most 64 characters',
      });
    else if (value.type !== 'scalar' || value.value === null)
      report.error([name], `A parameter is a text, a number or a boolean, not ${describeValue(value)}.`);
    else values.set(name, value.value);
  }
  const found = [...problems, ...report.problems()];
  return { values: found.some(({ severity }) => severity === 'error') ? undefined : values, problems: found };
}

/** Goes through a manifest, and through nothing that no parameter is in. */
class Filler {
  readonly #file: string;
  readonly #values: ReadonlyMap<string, Value> | undefined;
  readonly #report: Report;

  constructor(file: string, values: ReadonlyMap<string, Value> | undefined, report: Report) {
    this.#file = file;
    this.#values = values;
    this.#report = report;
  }

  filled(tree: MappingTree, path: Path = []): MappingTree {
    const entries = [...tree.entries].map(([key, entry]): [string, Entry] => [
      key,
      isOpaqueMember(key) ? entry : { ...entry, value: this.#value(entry.value, [...path, key]) },
    ]);
    return { ...tree, entries: new Map(entries) };
  }

  #value(tree: Tree, path: Path): Tree {
    if (tree.type === 'mapping') return this.filled(tree, path);
    if (tree.type === 'sequence')
      return { ...tree, items: tree.items.map((item, index) => this.#value(item, [...path, index])) };
    return typeof tree.value === 'string' && tree.value.includes('${param.')
      ? { ...tree, value: this.#text(tree.value, path) }
      : tree;
  }

  #text(text: string, path: Path): ScalarTree['value'] {
    const uses = [...text.matchAll(USE)];
    const [only] = uses;
    if (only && only[0] === text) return this.#valueOf(only[1] ?? '', path) ?? text;
    return text.replaceAll(USE, (use, name: string) => String(this.#valueOf(name, path) ?? use));
  }

  #valueOf(name: string, path: Path): Value | undefined {
    // What is wrong with the file is told of once, and not at each use.
    if (!this.#values || this.#values.has(name)) return this.#values?.get(name);
    const names = [...this.#values.keys()];
    this.#report.error(path, `The file ${this.#file} has no parameter "${name}".`, {
      expected:
        names.length === 0 ? `${this.#file} with a value for it` : `one of ${names.slice(0, 20).join(', ')}`,
      suggestion: () => nearest(name, names),
    });
    return undefined;
  }
}
