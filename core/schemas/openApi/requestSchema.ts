import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { listMember, member, objectMember } from '../member.ts';
import { followReference } from '../references.ts';

/** The schemas of a document as requests use them. */
export class RequestSchemas {
  readonly #root: JsonObject;
  /** The inputs of many operations contain the same schemas. */
  readonly #known = new WeakMap<JsonObject, JsonObject>();

  /** @param root the document, into which references point */
  constructor(root: JsonObject) {
    this.#root = root;
  }

  /**
   * @returns the schema without its read-only properties, also in `required`, since OpenAPI sends them in responses
   *   only; the schema itself if it has none
   */
  of(schema: JsonObject): JsonObject {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const names = new Set<string>();
    collectReadOnly(this.#root, schema, names, new Set());
    const reduced = names.size === 0 ? schema : new ReadOnlyRemover(this.#root, names).reduce(schema);
    this.#known.set(schema, reduced);
    return reduced;
  }
}

/** `allOf` describes one value in several parts: one part may require what another one declares read-only. */
function collectReadOnly(
  root: JsonObject,
  schema: JsonValue,
  names: Set<string>,
  seen: Set<JsonValue>,
): void {
  const target = followReference(root, { value: schema, pointer: '' })?.value;
  if (target === undefined || !isJsonObject(target) || seen.has(target)) return;
  seen.add(target);
  for (const [name, property] of Object.entries(objectMember(target, 'properties')))
    if (isReadOnly(root, property, new Set())) names.add(name);
  for (const part of listMember(target, 'allOf')) collectReadOnly(root, part, names, seen);
}

function isReadOnly(root: JsonObject, property: JsonValue, seen: Set<JsonValue>): boolean {
  if (!isJsonObject(property) || seen.has(property)) return false;
  seen.add(property);
  if (member(property, 'readOnly') === true) return true;
  const target = followReference(root, { value: property, pointer: '' })?.value;
  return [target ?? null, ...listMember(property, 'allOf')].some((part) => isReadOnly(root, part, seen));
}

const compositions = ['allOf', 'anyOf', 'oneOf'] as const;

/** Removes properties by name, also from the parts and alternatives of a schema. Copies only what changes. */
class ReadOnlyRemover {
  readonly #root: JsonObject;
  readonly #names: ReadonlySet<string>;
  /** Also ends circular parts. */
  readonly #reduced = new Map<JsonObject, JsonObject>();

  constructor(root: JsonObject, names: ReadonlySet<string>) {
    this.#root = root;
    this.#names = names;
  }

  reduce(schema: JsonObject): JsonObject {
    const known = this.#reduced.get(schema);
    if (known !== undefined) return known;
    this.#reduced.set(schema, schema);
    const reduced = Object.fromEntries(
      Object.entries(schema).flatMap(([keyword, operand]) => {
        const changed = this.#reduceKeyword(keyword, operand);
        return changed === undefined ? [] : [[keyword, changed] as const];
      }),
    );
    const isChanged = Object.keys(schema).some((keyword) => schema[keyword] !== reduced[keyword]);
    const result = isChanged ? reduced : schema;
    this.#reduced.set(schema, result);
    return result;
  }

  /** @returns the operand itself if nothing changes, or undefined if nothing is left of it */
  #reduceKeyword(keyword: string, operand: JsonValue): JsonValue | undefined {
    if (keyword === 'properties' && isJsonObject(operand)) {
      const kept = Object.entries(operand).filter(([name]) => !this.#names.has(name));
      return kept.length === Object.keys(operand).length ? operand : Object.fromEntries(kept);
    }
    if (!Array.isArray(operand)) return operand;
    if (keyword === 'required') {
      const kept = operand.filter((name) => !this.#names.has(String(name)));
      if (kept.length === operand.length) return operand;
      return kept.length === 0 ? undefined : kept;
    }
    if (!compositions.some((composition) => composition === keyword)) return operand;
    const parts = operand.map((part) => this.#reducePart(part));
    return parts.some((part, index) => part !== operand[index]) ? parts : operand;
  }

  #reducePart(part: JsonValue): JsonValue {
    const target = followReference(this.#root, { value: part, pointer: '' })?.value;
    if (target === undefined || !isJsonObject(target)) return part;
    const reduced = this.reduce(target);
    return reduced === target ? part : reduced;
  }
}
