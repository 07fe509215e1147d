import { Ajv } from 'ajv';
import type {
  CustomMetadataSchemaComplianceStatus,
  CustomMetadataSchemaConfiguration,
  RecordType,
} from '../../../adapters/agentRegistry/index.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { Checked } from '../operation.ts';
import { invalid, type ServiceError } from '../serviceError.ts';

export type MetadataSchemas = Checked<CustomMetadataSchemaConfiguration>;

/** The longest text of a field, in characters. Source: shape UpdateRegistryRecordRequest. */
const MAX_TEXT = 128;

const SCHEMA_FIELD = 'customMetadataSchemaConfiguration';
const METADATA_FIELD = 'customMetadata';

/** The fields of a schema, by name. */
type Fields = Readonly<Record<string, JsonObject>>;

/**
 * @throws ServiceError ValidationException for a definition that is no JSON Schema of an object with properties, or, against
 *   the schemas before, lacks a field or an allowed value, or changes a type
 */
export function checkSchemas(after: MetadataSchemas, before?: MetadataSchemas): void {
  for (const definition of definitionsOf(after)) readSchema(definition);
  for (const type of typesOf(after)) rejectUnusable(after, type);
  for (const type of before ? typesOf(before) : []) {
    const [old, current] = [fieldsOf(before, type), fieldsOf(after, type)];
    for (const [name, field] of Object.entries(old)) checkField(name, field, current[name]);
  }
}

/** @throws ServiceError ValidationException for metadata that is not of strings and booleans, or violates the schemas */
export function checkMetadata(
  schemas: MetadataSchemas | undefined,
  type: RecordType,
  metadata: unknown,
): void {
  if (metadata !== undefined && !isJsonObject(metadata))
    throw rejected(METADATA_FIELD, 'must be a JSON object');
  for (const [name, value] of Object.entries(metadata ?? {})) {
    const isText = typeof value === 'string' && value.length <= MAX_TEXT;
    if (!isText && typeof value !== 'boolean') {
      throw rejected(
        METADATA_FIELD,
        `${name} must be a string of at most ${MAX_TEXT} characters, or a boolean`,
      );
    }
  }
  const violation = violationOf(schemas, type, metadata);
  if (metadata !== undefined && violation !== undefined) throw rejected(METADATA_FIELD, violation);
}

/** @returns undefined for a registry without schemas */
export function complianceOf(
  schemas: MetadataSchemas | undefined,
  type: RecordType,
  metadata: unknown,
): CustomMetadataSchemaComplianceStatus | undefined {
  if (!schemas) return undefined;
  return violationOf(schemas, type, metadata) === undefined ? 'COMPLIANT' : 'NON_COMPLIANT';
}

function violationOf(schemas: MetadataSchemas | undefined, type: RecordType, metadata: unknown) {
  if (!schemas) return undefined;
  const ajv = new Ajv({ strict: false, allErrors: true });
  return ajv.validate(combinedSchema(schemas, type), metadata ?? {})
    ? undefined
    : ajv.errorsText(ajv.errors, { dataVar: METADATA_FIELD });
}

/** The fields of a record type, with those that it shares with the others. */
function combinedSchema(schemas: MetadataSchemas, type: RecordType) {
  const required = schemasOf(schemas, type).flatMap((schema) => schema.required ?? []);
  return { type: 'object', properties: fieldsOf(schemas, type), required, additionalProperties: false };
}

/** A pattern that is no regular expression, or an empty list of values, only shows when the schema is used. */
function rejectUnusable(schemas: MetadataSchemas, type: RecordType): void {
  try {
    new Ajv({ strict: false }).compile(combinedSchema(schemas, type));
  } catch {
    throw rejected(SCHEMA_FIELD, 'each schema must be a valid JSON Schema');
  }
}

function checkField(name: string, before: JsonObject, after: JsonObject | undefined): void {
  if (!after) throw rejected(SCHEMA_FIELD, `the field ${name} cannot be removed`);
  if (before.type !== after.type) throw rejected(SCHEMA_FIELD, `the type of the field ${name} cannot change`);
  const allowed = Array.isArray(after.enum) ? after.enum : undefined;
  const lost =
    allowed && (Array.isArray(before.enum) ? before.enum : []).find((value) => !allowed.includes(value));
  if (lost !== undefined)
    throw rejected(SCHEMA_FIELD, `the value ${lost} of the field ${name} cannot be removed`);
}

function definitionsOf({ defaultSchema, recordTypeSchemaOverrides = [] }: MetadataSchemas): string[] {
  const overrides = recordTypeSchemaOverrides.map(({ schema }) => schema);
  return defaultSchema === undefined ? overrides : [defaultSchema, ...overrides];
}

function typesOf({ recordTypeSchemaOverrides = [] }: MetadataSchemas): RecordType[] {
  // CUSTOM stands for the types without fields of their own.
  return ['CUSTOM', ...recordTypeSchemaOverrides.map(({ recordType }) => recordType)];
}

function schemasOf({ defaultSchema, recordTypeSchemaOverrides = [] }: MetadataSchemas, type: RecordType) {
  const own = recordTypeSchemaOverrides.filter(({ recordType }) => recordType === type);
  return definitionsOf({
    ...(defaultSchema !== undefined && { defaultSchema }),
    recordTypeSchemaOverrides: own,
  }).map(readSchema);
}

function fieldsOf(schemas: MetadataSchemas | undefined, type: RecordType): Fields {
  return Object.assign({}, ...(schemas ? schemasOf(schemas, type) : []).map(({ properties }) => properties));
}

function readSchema(text: string): { readonly properties: Fields; readonly required?: readonly unknown[] } {
  const schema = parsed(text);
  const { type, properties, required } = isJsonObject(schema) ? schema : {};
  if (type !== 'object' || !isJsonObject(properties)) {
    throw rejected(SCHEMA_FIELD, 'each schema must be a JSON Schema of type object with properties');
  }
  const fields: Record<string, JsonObject> = {};
  for (const [name, field] of Object.entries(properties)) {
    if (!isJsonObject(field) || (field.type !== 'string' && field.type !== 'boolean')) {
      throw rejected(SCHEMA_FIELD, `the field ${name} must have the type string or boolean`);
    }
    fields[name] = field;
  }
  return { properties: fields, ...(Array.isArray(required) && { required }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rejected(field: string, message: string): ServiceError {
  return invalid(`Value at '${field}' ${message}`, { name: field, message });
}
