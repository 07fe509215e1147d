import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defined } from '../objects.ts';
import { member, objectMember, stringMember } from './member.ts';
import { followReference } from './references.ts';
import { schemaLimits } from './schemaLimits.ts';
import type { JsonSchema, Tool } from './schemaTypes.ts';

/**
 * The maximum number of schemas in one tool's input. The builder inlines references, and a chain of ten schemas that
 * each refer to the next one twice becomes a thousand. Beyond the maximum, and beyond `schemaLimits.depth` schemas in
 * each other, a schema keeps only its type and description. The largest input in GitHub's API has 188.
 */
export const schemasPerTool = 5_000;

/** The maximum number of schemas in all tools of a document together. GitHub's API has 7,700. */
const schemasPerDocument = 300_000;

/** The remaining part of `schemasPerDocument`; the builders of one document share it. */
export class SchemaBudget {
  remaining: number = schemasPerDocument;
}

/** Keywords that do not restrict a tool's input, or that have a meaning only within their document. */
const droppedKeywords = new Set([
  ...['$anchor', '$comment', '$defs', '$dynamicAnchor', '$id', '$schema', 'definitions'],
  ...[
    'deprecated',
    'discriminator',
    'example',
    'examples',
    'externalDocs',
    'nullable',
    'readOnly',
    'writeOnly',
    'xml',
  ],
]);

type KeywordBuilder = (value: JsonValue, builder: ToolSchemaBuilder) => unknown;

const one: KeywordBuilder = (value, builder) => builder.buildOperand(value);
const list: KeywordBuilder = (value, builder) =>
  Array.isArray(value) ? value.map((item) => builder.buildOperand(item)) : value;
const map: KeywordBuilder = (value, builder) =>
  isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, builder.buildOperand(item)]))
    : value;

/**
 * Builds the values of the keywords that hold schemas. Values that JSON Schema does not allow are kept: the readers
 * refuse them, and the comparison of tools must see that there is something that it cannot read.
 */
const keywords: Readonly<Record<string, KeywordBuilder>> = {
  properties: map,
  patternProperties: map,
  dependentSchemas: map,
  items: (value, builder) => (Array.isArray(value) ? list : one)(value, builder),
  additionalProperties: (value, builder) => (typeof value === 'boolean' ? value : one(value, builder)),
  allOf: list,
  anyOf: list,
  oneOf: list,
  prefixItems: list,
  not: one,
};

/** Converts schemas of a document into self-contained JSON Schemas for one tool. */
export class ToolSchemaBuilder {
  readonly #root: JsonValue;
  readonly #openPointers = new Set<string>();
  readonly #budget: SchemaBudget;
  readonly #view: (schema: JsonObject) => JsonObject;
  #remaining = schemasPerTool;
  #depth = 0;

  /**
   * @param root the document into which local references point
   * @param view returns the part of a schema that counts; the builder applies it to every schema that is no reference
   */
  constructor(root: JsonValue, budget: SchemaBudget, view = (schema: JsonObject) => schema) {
    this.#root = root;
    this.#budget = budget;
    this.#view = view;
  }

  /** @returns the schema; where a schema contains itself, the inner one has only type and description */
  build(value: JsonValue | undefined): JsonSchema {
    if (!isJsonObject(value)) return value === false ? { not: {} } : {};
    this.#remaining -= 1;
    this.#budget.remaining -= 1;
    this.#depth += 1;
    const schema =
      stringMember(value, '$ref') === undefined ? this.#buildPlain(value) : this.#buildReferenced(value);
    this.#depth -= 1;
    return schema;
  }

  /** @returns the schema; a value that is none as it is */
  buildOperand(value: JsonValue): unknown {
    return isJsonObject(value) || typeof value === 'boolean' ? this.build(value) : value;
  }

  #buildReferenced(value: JsonObject): JsonSchema {
    const target = followReference(this.#root, { value, pointer: '' });
    if (target === undefined || !isJsonObject(target.value)) return {};
    if (this.#openPointers.has(target.pointer)) return typeOnly(target.value);
    this.#openPointers.add(target.pointer);
    const schema = this.#buildPlain(target.value);
    this.#openPointers.delete(target.pointer);
    const description = stringMember(value, 'description');
    return description === undefined ? schema : { ...schema, description };
  }

  #buildPlain(schemaInDocument: JsonObject): JsonSchema {
    if (this.#remaining <= 0 || this.#budget.remaining <= 0 || this.#depth > schemaLimits.depth)
      return typeOnly(schemaInDocument);
    const value = this.#view(schemaInDocument);
    const entries: [string, unknown][] = [];
    for (const [name, operand] of Object.entries(value)) {
      if (droppedKeywords.has(name) || name.startsWith('x-')) continue;
      const build = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
      const built = build === undefined ? operand : build(operand, this);
      if (built !== undefined) entries.push([name, built]);
    }
    const schema: JsonSchema = Object.fromEntries(entries);
    // OpenAPI 3.0 has `nullable` where JSON Schema has a second type.
    return member(value, 'nullable') === true && typeof schema.type === 'string'
      ? { ...schema, type: [schema.type, 'null'] }
      : schema;
  }
}

function typeOnly(value: JsonObject): JsonSchema {
  const type =
    stringMember(value, 'type') ?? (isJsonObject(member(value, 'properties')) ? 'object' : undefined);
  const description = stringMember(value, 'description');
  return defined({ type, description });
}

/**
 * Reads a tool definition in the form that MCP and Lambda targets share.
 *
 * @returns the tool; its name or description is empty if the definition has none
 */
export function toolFromDefinition(definition: JsonObject, budget: SchemaBudget): Tool {
  const schema = objectMember(definition, 'inputSchema');
  const output = member(definition, 'outputSchema');
  return {
    name: stringMember(definition, 'name') ?? '',
    description: stringMember(definition, 'description') ?? '',
    inputSchema: new ToolSchemaBuilder(schema, budget).build(schema),
    ...(isJsonObject(output) && { outputSchema: new ToolSchemaBuilder(output, budget).build(output) }),
  };
}
