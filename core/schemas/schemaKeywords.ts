import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import type { Finding } from './rule.ts';

/** What a keyword of JSON Schema takes. */
interface Operand {
  readonly description: string;
  readonly isValid: (value: JsonValue) => boolean;
  /** The schemas in a valid value, each with its name or index; without one where the value itself is a schema. */
  readonly schemas?: (value: JsonValue) => Iterable<readonly [step: string | number | undefined, JsonValue]>;
}

const isText = (value: JsonValue) => typeof value === 'string';
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isTextList = (value: JsonValue) => isList(value) && value.every(isText);
/** JSON Schema has `true` for the schema of any value, and `false` for that of none. */
const isSchema = (value: JsonValue) => isJsonObject(value) || typeof value === 'boolean';
const listItems = (value: JsonValue) => (isList(value) ? value.entries() : []);

/** @returns whether a value is one that the keyword `type` takes, whatever the names of the types */
export function isTypeKeyword(value: JsonValue): boolean {
  return isText(value) || (isList(value) && value.length > 0 && value.every(isText));
}

const text: Operand = { description: 'text', isValid: isText };
const names: Operand = { description: 'a list of names, such as ["id"]', isValid: isTextList };
const type: Operand = {
  description: 'the name of a type, such as "string", or a list of such names',
  isValid: isTypeKeyword,
};
const values: Operand = { description: 'a list of values, such as ["asc", "desc"]', isValid: isList };
const schema: Operand = {
  description: 'a schema, such as {"type": "string"}',
  isValid: isSchema,
  schemas: (value) => [[undefined, value]],
};
const schemaList: Operand = {
  description: 'a list of schemas, such as [{"type": "string"}]',
  isValid: isList,
  schemas: listItems,
};
/** Drafts before 2020-12, which many MCP servers still use, have a list in `items` for what is now `prefixItems`. */
const items: Operand = {
  ...schema,
  isValid: (value) => isSchema(value) || isList(value),
  schemas: (value) => (isList(value) ? listItems(value) : [[undefined, value]]),
};
const namedSchemas: Operand = {
  description: 'a mapping from names to schemas, such as {"id": {"type": "string"}}',
  isValid: isJsonObject,
  schemas: (value) => (isJsonObject(value) ? Object.entries(value) : []),
};

/** The keywords that tools are derived from and compared by. Others are kept as they are, whatever their values. */
const operands: Readonly<Record<string, Operand>> = {
  type,
  description: text,
  enum: values,
  required: names,
  properties: namedSchemas,
  patternProperties: namedSchemas,
  dependentSchemas: namedSchemas,
  $defs: namedSchemas,
  definitions: namedSchemas,
  items,
  prefixItems: schemaList,
  additionalProperties: schema,
  allOf: schemaList,
  anyOf: schemaList,
  oneOf: schemaList,
  not: schema,
};

/**
 * Finds the keywords of a JSON Schema, and of the schemas in it, whose values JSON Schema does not allow. The nesting of
 * the value must be limited: the search recurses.
 */
export function* malformedKeywords({ value, pointer }: Located): Iterable<Finding> {
  if (typeof value === 'boolean') return;
  if (!isJsonObject(value)) {
    yield { pointer, message: 'A schema must be a mapping.', expected: schema.description };
    return;
  }
  for (const { name, operand, value: given, pointer: at } of operandsIn({ value, pointer })) {
    if (operand.isValid(given))
      for (const nested of schemasIn(operand, given, at)) yield* malformedKeywords(nested);
    else
      yield {
        pointer: at,
        message: `"${name}" has an invalid value.`,
        expected: operand.description,
      };
  }
}

/** Yields a schema and the schemas in it, each before those that it contains. Omits malformed parts. */
export function* nestedSchemas({ value, pointer }: Located): Iterable<Located<JsonObject>> {
  if (!isJsonObject(value)) return;
  yield { value, pointer };
  for (const { operand, value: given, pointer: at } of operandsIn({ value, pointer }))
    if (operand.isValid(given))
      for (const nested of schemasIn(operand, given, at)) yield* nestedSchemas(nested);
}

interface LocatedOperand extends Located {
  readonly name: string;
  readonly operand: Operand;
}

function* operandsIn({ value, pointer }: Located<JsonObject>): Iterable<LocatedOperand> {
  for (const [name, given] of Object.entries(value)) {
    const operand = Object.hasOwn(operands, name) ? operands[name] : undefined;
    if (operand !== undefined) yield { name, operand, value: given, pointer: appendPointer(pointer, name) };
  }
}

function* schemasIn({ schemas }: Operand, value: JsonValue, pointer: string): Iterable<Located> {
  for (const [step, nested] of schemas?.(value) ?? [])
    yield { value: nested, pointer: step === undefined ? pointer : appendPointer(pointer, step) };
}
