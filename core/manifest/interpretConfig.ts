import type { Shape, ShapeMember, StructureShape } from '../api/shapes.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import { checkSecretWorkspace, readSecretName } from './owners.ts';
import { readFields } from './readFields.ts';
import { type ReferenceParts, referencesIn } from './reference.ts';
import type { Report } from './report.ts';
import {
  isOpaqueMember,
  isSchemaSource,
  isTextFileMember,
  type SchemaOrigin,
  type SchemaUse,
  schemaKindAt,
} from './schemaSource.ts';
import { detectCredential, isSecretEntry, isSecretMemberName } from './secrets.ts';
import { type MappingTree, type Tree, toJson, toJsonObject } from './tree.ts';
import { workspacePathProblem } from './workspacePath.ts';

/** A reference with its path in the configuration. */
export type UnresolvedReference = ReferenceParts & { readonly path: Path };

/** A configuration, and the references and schemas that it contains. */
export interface InterpretedConfig {
  /** The configuration as written. */
  readonly config: JsonObject;
  /**
   * The configuration with a placeholder for each value that is not known yet, for the check against the API's shapes.
   */
  readonly checkable: JsonObject;
  readonly references: readonly UnresolvedReference[];
  readonly schemas: readonly SchemaUse[];
}

/** Replaces a value that is known later. No YAML text can contain it, since U+FFFF is not a character. */
export const placeholder = '\uffffknown later';
const TEXT_TYPES: ReadonlySet<Shape['type']> = new Set(['string', 'blob', 'document']);
/** The API's own member for the name of a secret: `clientSecretConfig: { secretId, jsonKey }`. */
const SECRET_ID = 'secretId';
const SECRET_HINT = 'Store it in AWS Secrets Manager and write { secretsManager: <its name> } here.';

/** @returns whether a text is the placeholder for a value that is known later */
export function isPlaceholder(value: string): boolean {
  return value === placeholder;
}

/** Extracts references, schema files and secrets from a configuration, and reports invalid ones. */
export function interpretConfig(
  tree: MappingTree,
  shape: StructureShape,
  path: Path,
  report: Report,
): InterpretedConfig {
  const interpreter = new ConfigInterpreter(path, report);
  const checkable = interpreter.interpretStructure(shape, tree, []);
  return {
    config: toJsonObject(tree),
    checkable,
    references: interpreter.references,
    schemas: interpreter.schemas,
  };
}

class ConfigInterpreter {
  readonly references: UnresolvedReference[] = [];
  readonly schemas: SchemaUse[] = [];
  readonly #base: Path;
  readonly #report: Report;

  constructor(base: Path, report: Report) {
    this.#base = base;
    this.#report = report;
  }

  interpretStructure(shape: StructureShape, tree: MappingTree, path: Path): JsonObject {
    if (isSchemaSource(shape)) return this.#schemaSource(shape, tree, path);
    const members = [...tree.entries].map(([name, { value }]): [string, JsonValue] => {
      const member = shape.members.get(name);
      const at = [...path, name];
      if (isOpaqueMember(name)) return [name, toJson(value)];
      if (!member) return [name, this.#freeForm(value, at)];
      if (name === SECRET_ID) this.#secretId(value, at);
      if (value.type === 'scalar' && value.value === null) return [name, this.#missingValue(at)];
      if (value.type === 'mapping' && isTextFileMember(shape, name)) return [name, this.#textFile(value, at)];
      return [
        name,
        member.sensitive ? this.#sensitive(member, value, at) : this.#value(member.shape, value, at),
      ];
    });
    return Object.fromEntries(members);
  }

  #value(shape: Shape, tree: Tree, path: Path): JsonValue {
    if (tree.type === 'scalar') {
      const checkable = this.#scalar(tree.value, path);
      // Outputs of resources are text and cannot replace a number, a boolean or a list.
      return checkable === placeholder && !TEXT_TYPES.has(shape.type) ? tree.value : checkable;
    }
    switch (shape.type) {
      case 'structure':
      case 'union':
        return tree.type === 'mapping'
          ? this.interpretStructure(shape, tree, path)
          : this.#freeForm(tree, path);
      case 'list':
        return tree.type === 'sequence'
          ? tree.items.map((item, index) => this.#value(shape.element, item, [...path, index]))
          : this.#freeForm(tree, path);
      case 'map':
        return tree.type === 'mapping'
          ? this.#map(tree, path, (value, key) => this.#value(shape.value, value, [...path, key]))
          : this.#freeForm(tree, path);
      default:
        return this.#freeForm(tree, path);
    }
  }

  /**
   * Reads free JSON and members that the API does not have: finds references, and leaves the shape to the API's check.
   */
  #freeForm(tree: Tree, path: Path): JsonValue {
    switch (tree.type) {
      case 'scalar':
        return tree.value === null ? null : this.#scalar(tree.value, path);
      case 'sequence':
        return tree.items.map((item, index) => this.#freeForm(item, [...path, index]));
      case 'mapping':
        return this.#map(tree, path, (value, key) =>
          isOpaqueMember(key) ? toJson(value) : this.#freeForm(value, [...path, key]),
        );
    }
  }

  /**
   * Rejects the key `secretsManager` in a free map: Gateloop would replace it by the secret, and anyone could read it.
   */
  #map(tree: MappingTree, path: Path, map: (value: Tree, key: string) => JsonValue): JsonValue {
    if (!tree.entries.has('secretsManager')) return mapEntries(tree, map);
    this.#error(
      path,
      'A secret is not allowed here, because its value would be readable. Use secrets only in secret fields, environment variables and headers.',
    );
    return placeholder;
  }

  #scalar(value: JsonValue, path: Path): JsonValue {
    if (typeof value !== 'string') return value;
    const credential = detectCredential(value);
    if (credential)
      this.#error(path, `This contains ${credential}, which a manifest must not contain. ${SECRET_HINT}`);
    const references = referencesIn(value);
    this.references.push(...references.map((reference) => ({ ...reference, path })));
    return references.some((reference) => reference.complete) ? placeholder : value;
  }

  #missingValue(path: Path): JsonValue {
    this.#error(path, 'This field has no value. Add a value or remove the line.');
    return placeholder;
  }

  #sensitive(member: ShapeMember, tree: Tree, path: Path): JsonValue {
    const { shape } = member;
    if (shape.type === 'map' && tree.type === 'mapping') {
      return this.#map(tree, path, (value, key) =>
        this.#sensitiveEntry(key, shape.value, value, [...path, key]),
      );
    }
    if (!isSecretMemberName(member.name) || !TEXT_TYPES.has(shape.type))
      return this.#value(shape, tree, path);
    if (tree.type === 'mapping') return this.#secretName(tree, path);
    this.#error(path, `A manifest must not contain a secret. ${SECRET_HINT}`, '{ secretsManager: <name> }');
    return placeholder;
  }

  #sensitiveEntry(key: string, shape: Shape, tree: Tree, path: Path): JsonValue {
    if (tree.type === 'mapping') return this.#secretName(tree, path);
    const text = tree.type === 'scalar' && typeof tree.value === 'string' ? tree.value : '';
    if (isSecretEntry(key, text) && referencesIn(text).length === 0) {
      this.#error(
        path,
        `The key names a secret, which a manifest must not contain. ${SECRET_HINT}`,
        '{ secretsManager: <name> }',
      );
      return placeholder;
    }
    return this.#value(shape, tree, path);
  }

  #secretName(tree: MappingTree, path: Path): JsonValue {
    const at = [...this.#base, ...path];
    readFields<{ secretsManager: string }>(tree, at, this.#report, { secretsManager: readSecretName });
    if (!tree.entries.has('secretsManager')) {
      this.#error(path, 'The name of the secret is missing.', '{ secretsManager: <name> }');
    }
    return placeholder;
  }

  /** AgentCore reads this secret with the permissions of the caller, which is Gateloop, so the same rule applies. */
  #secretId(tree: Tree, path: Path): void {
    if (tree.type !== 'scalar' || typeof tree.value !== 'string') return;
    checkSecretWorkspace(tree.value, [...this.#base, ...path], this.#report);
  }

  #schemaSource(shape: StructureShape, tree: MappingTree, path: Path): JsonObject {
    const given = [...tree.entries.keys()];
    const origins = given.filter((name) => name === 'file' || name === 's3' || name === 'inlinePayload');
    if (origins.length > 1) {
      this.#error(
        path,
        `A schema must have one source; this one has ${origins.join(' and ')}.`,
        'one of file, s3 and inlinePayload',
      );
    }
    const file = tree.entries.get('file');
    if (!file) {
      const [origin] = origins;
      if (origin && origins.length === 1) this.#schema(path, origin === 's3' ? 's3' : 'inlinePayload');
      return this.#schemaMembers(shape, tree, path);
    }
    if (origins.length === 1) this.#schemaFile(file.value, path);
    // Members beside `file` are still checked; the S3 URI of the applied schema is known later.
    const rest = mapEntries(tree, (value, key) =>
      key === 'file' ? null : this.#freeForm(value, [...path, key]),
    );
    const others = Object.entries(rest).filter(([key]) => !['file', 's3', 'inlinePayload'].includes(key));
    return Object.fromEntries([...others, ['s3', { uri: placeholder }]]);
  }

  #schemaMembers(shape: StructureShape, tree: MappingTree, path: Path): JsonObject {
    return mapEntries(tree, (value, key) => {
      const member = shape.members.get(key);
      const at = [...path, key];
      if (isOpaqueMember(key)) return toJson(value);
      return member ? this.#value(member.shape, value, at) : this.#freeForm(value, at);
    });
  }

  /** The text of the file is known later. */
  #textFile(tree: MappingTree, path: Path): JsonValue {
    const [key, ...more] = tree.entries.keys();
    const file = tree.entries.get('file');
    if (!file || key !== 'file' || more.length > 0)
      this.#error(path, 'This must be a text, or name a file.', '{ file: <path in the workspace> }');
    else this.#schemaFile(file.value, path, 'text');
    return placeholder;
  }

  #schemaFile(tree: Tree, path: Path, origin: 'file' | 'text' = 'file'): void {
    const at = [...path, 'file'];
    const expected = 'a path in the workspace, such as schemas/ledger.openapi.yaml';
    if (tree.type !== 'scalar' || typeof tree.value !== 'string') {
      this.#error(at, 'The path of a schema file must be text.', expected);
      return;
    }
    const problem = workspacePathProblem(tree.value);
    if (problem) this.#error(at, `The path of this schema file ${problem}.`, expected);
    else this.#schema(path, origin, tree.value);
  }

  #schema(path: Path, origin: SchemaOrigin, file?: string): void {
    const kind = schemaKindAt(path);
    this.schemas.push(defined({ path, origin, kind, file }));
  }

  #error(path: Path, message: string, expected?: string): void {
    this.#report.error([...this.#base, ...path], message, { expected });
  }
}

function mapEntries(tree: MappingTree, map: (value: Tree, key: string) => JsonValue): JsonObject {
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, map(value, key)]));
}
