import type { JsonObject } from '../../json.ts';

const schema = { $dynamicRef: '#meta' };
const schemas = { type: 'object', additionalProperties: schema };
const schemaList = { type: 'array', minItems: 1, items: schema };
const text = { type: 'string' };
const anchor = { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' };
const texts = { type: 'array', items: text, uniqueItems: true };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const count = { type: 'integer', minimum: 0 };
const simpleType = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };

/**
 * The meta-schema of JSON Schema 2020-12 with all vocabularies in one schema
 * (https://json-schema.org/draft/2020-12/schema). It checks the schemas in an OpenAPI 3.1 document; OpenAPI's own
 * schema leaves them open under the anchor `meta`.
 */
export const jsonSchema2020: JsonObject = {
  $dynamicAnchor: 'meta',
  type: ['object', 'boolean'],
  properties: {
    // Core.
    $id: { type: 'string', pattern: '^[^#]*#?$' },
    $schema: text,
    $ref: text,
    $anchor: anchor,
    $dynamicRef: text,
    $dynamicAnchor: anchor,
    $vocabulary: { type: 'object', additionalProperties: flag },
    $comment: text,
    $defs: schemas,
    // Applicators.
    prefixItems: schemaList,
    items: schema,
    contains: schema,
    additionalProperties: schema,
    properties: schemas,
    patternProperties: schemas,
    dependentSchemas: schemas,
    propertyNames: schema,
    if: schema,
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; no code awaits this object.
    then: schema,
    else: schema,
    allOf: schemaList,
    anyOf: schemaList,
    oneOf: schemaList,
    not: schema,
    unevaluatedItems: schema,
    unevaluatedProperties: schema,
    // Validation.
    type: { anyOf: [simpleType, { type: 'array', items: simpleType, minItems: 1, uniqueItems: true }] },
    enum: { type: 'array' },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    maximum: number,
    exclusiveMaximum: number,
    minimum: number,
    exclusiveMinimum: number,
    maxLength: count,
    minLength: count,
    pattern: text,
    maxItems: count,
    minItems: count,
    uniqueItems: flag,
    maxContains: count,
    minContains: count,
    maxProperties: count,
    minProperties: count,
    required: texts,
    dependentRequired: { type: 'object', additionalProperties: texts },
    // Annotations.
    title: text,
    description: text,
    deprecated: flag,
    readOnly: flag,
    writeOnly: flag,
    examples: { type: 'array' },
    format: text,
    contentEncoding: text,
    contentMediaType: text,
    contentSchema: schema,
    // Keywords of earlier drafts.
    definitions: schemas,
    dependencies: { type: 'object', additionalProperties: { anyOf: [schema, texts] } },
    $recursiveAnchor: anchor,
    $recursiveRef: text,
  },
};
