import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { objectItems } from '../manifest/planRule.ts';

/** The fields that the metadata of records can have, by name: each is a JSON Schema of one value. */
type Fields = Readonly<Record<string, JsonObject>>;

/** The record type that stands for all types without fields of their own. */
const ANY_TYPE = 'CUSTOM';

/** @returns the fields of a definition; undefined where it is no JSON Schema of an object with properties */
export function metadataFields(definition: JsonValue | undefined): Fields | undefined {
  const schema = parsed(asText(definition));
  if (!isJsonObject(schema) || schema.type !== 'object' || !isJsonObject(schema.properties)) return undefined;
  const { properties } = schema;
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, isJsonObject(field) ? field : {}]),
  );
}

/** What the service refuses of a definition. */
export interface DefinitionFault {
  readonly message: string;
  readonly expected: string;
}

/** @returns none for a JSON Schema of an object whose properties are strings or booleans */
export function definitionFaults(definition: string): readonly DefinitionFault[] {
  const fields = metadataFields(definition);
  if (!fields)
    return [
      {
        message: 'The service takes only a JSON Schema of an object with properties.',
        expected: '\'{"type": "object", "properties": {"team": {"type": "string"}}}\'',
      },
    ];
  return Object.entries(fields)
    .filter(([, { type }]) => type !== 'string' && type !== 'boolean')
    .map(([name]) => ({
      message: `The field "${name}" of this schema has another type than metadata can have.`,
      expected: 'string or boolean',
    }));
}

/** What the service refuses in the metadata of a record. */
export interface MetadataFault {
  /** The field; absent for the metadata as a whole. */
  readonly name?: string;
  readonly message: string;
  readonly expected: string;
}

/**
 * Compares the metadata of a record with the fields that its registry has for its type. A record without metadata is compared by
 * nobody.
 *
 * @param schemas `customMetadataSchemaConfiguration` of the registry, whose definitions are texts
 * @param record with `recordType` and `customMetadata`
 * @returns none where a definition is not known
 */
export function metadataFaults(schemas: JsonObject, record: JsonObject): readonly MetadataFault[] {
  const { recordType, customMetadata } = record;
  if (!isJsonObject(customMetadata)) return [];
  const own = objectItems(schemas.recordTypeSchemaOverrides).filter((each) => each.recordType === recordType);
  const definitions = [schemas.defaultSchema ?? [], own.map(({ schema }) => schema ?? '')].flat();
  const known = definitions.map(metadataFields);
  if (known.includes(undefined)) return [];
  const fields: Fields = Object.assign({}, ...known);
  const wrong = Object.entries(customMetadata).flatMap(([name, value]) => faultOf(name, value, fields));
  const missing = definitions
    .flatMap(requiredIn)
    .filter((name) => !Object.hasOwn(customMetadata, name))
    .map((name) => ({
      message: `The registry demands the field "${name}" of each record of this type.`,
      expected: `${name}: ${expectedOf(fields[name] ?? {})}`,
    }));
  return [...wrong, ...missing];
}

function faultOf(name: string, value: JsonValue, fields: Fields): MetadataFault[] {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field)
    return [
      {
        name,
        message: `The registry has no field "${name}" for records of this type.`,
        expected: Object.keys(fields).join(', ') || 'no field',
      },
    ];
  const allowed = valuesOf(field);
  if (typeof value === field.type && (!allowed || allowed.includes(value))) return [];
  return [{ name, message: `The registry takes no such value of "${name}".`, expected: expectedOf(field) }];
}

function expectedOf(field: JsonObject): string {
  return valuesOf(field)?.map(asText).join(', ') ?? asText(field.type);
}

function requiredIn(definition: JsonValue): string[] {
  const schema = parsed(asText(definition));
  const required = isJsonObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  return required.filter((name) => typeof name === 'string');
}

/**
 * Why the service does not replace the metadata schemas of a registry by others: it removes no field and no allowed value,
 * and changes no type. Source: shape UpdateRegistryRequest.
 *
 * @param before `customMetadataSchemaConfiguration` as the service has it
 * @param after as the manifest has it; undefined where it does not name the member
 * @returns what is missing and the remedy, for the owner; undefined where the service replaces them
 */
export function refusedSchemaChange(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): string | undefined {
  const [old, current] = [before, after].map((schemas) => (isJsonObject(schemas) ? schemas : {}));
  if (!old || !current) return undefined;
  const losses = new Set(typesOf(old).flatMap((type) => lossesOf(type, old, current)));
  if (losses.size === 0) return undefined;
  return `customMetadataSchemaConfiguration cannot be changed like this: the service removes no field and no allowed value, and changes no type of a field. Write again: ${[...losses].join('; ')}. Or give the registry another name.`;
}

function lossesOf(type: string, before: JsonObject, after: JsonObject): string[] {
  const current = fieldsOf(after, type);
  const common = metadataFields(before.defaultSchema) ?? {};
  return Object.entries(fieldsOf(before, type)).flatMap(([name, field]) => {
    const own = overrideOf(before, type)[name];
    const place = own === undefined && name in common ? 'defaultSchema' : `the schema of ${type}`;
    return lossesOfField(field, current[name]).map((loss) => `in ${place}, ${loss} of the field "${name}"`);
  });
}

function lossesOfField(before: JsonObject, after: JsonObject | undefined): string[] {
  if (!after) return ['the definition'];
  if (before.type !== after.type) return [`the type "${asText(before.type)}"`];
  const allowed = valuesOf(after);
  return allowed
    ? (valuesOf(before) ?? [])
        .filter((value) => !allowed.includes(value))
        .map((value) => `the allowed value ${JSON.stringify(value)}`)
    : [];
}

function valuesOf({ enum: values }: JsonObject): readonly JsonValue[] | undefined {
  return Array.isArray(values) ? values : undefined;
}

function typesOf({ recordTypeSchemaOverrides }: JsonObject): string[] {
  return [ANY_TYPE, ...objectItems(recordTypeSchemaOverrides).map(({ recordType }) => asText(recordType))];
}

/** A record has the fields of all types and those of its own type. */
function fieldsOf(schemas: JsonObject, type: string): Fields {
  return { ...metadataFields(schemas.defaultSchema), ...overrideOf(schemas, type) };
}

function overrideOf({ recordTypeSchemaOverrides }: JsonObject, type: string): Fields {
  const overrides = objectItems(recordTypeSchemaOverrides).filter(({ recordType }) => recordType === type);
  return Object.assign({}, ...overrides.map(({ schema }) => metadataFields(schema) ?? {}));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
