import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { annotationKeywords, compileSchema, pointerOf } from './jsonSchema.ts';
import { keywords, type ValidationError } from './jsonSchemaKeywords.ts';

const options = { strict: false, validateFormats: false, allErrors: true, logger: false } as const;
const anchored = { $defs: { text: { $dynamicAnchor: 'text', type: 'string' } } };
const closed = { unevaluatedProperties: false };

/** Schemas that use each keyword in every relevant form. */
const schemas: Readonly<Record<string, readonly JsonObject[]>> = {
  type: [
    ...['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'].map((type) => ({ type })),
    { type: ['integer', 'null'] },
    { type: ['string'] },
  ],
  enum: [{ enum: ['a', 1, null, false] }],
  const: [{ const: 'a' }, { const: null }],
  minimum: [{ minimum: 1 }, { minimum: -0.5 }],
  exclusiveMinimum: [{ exclusiveMinimum: 1 }],
  pattern: [{ pattern: '^a' }, { pattern: '^.$' }],
  minItems: [{ minItems: 1 }, { minItems: 2 }],
  minProperties: [{ minProperties: 1 }, { minProperties: 2 }],
  maxProperties: [{ maxProperties: 0 }, { maxProperties: 1 }],
  uniqueItems: [{ uniqueItems: true }, { uniqueItems: false }],
  $ref: [{ $defs: { text: { type: 'string' } }, $ref: '#/$defs/text' }, { properties: { a: { $ref: '#' } } }],
  $dynamicRef: [{ ...anchored, properties: { a: { $dynamicRef: '#text' } } }],
  not: [{ not: { type: 'string' } }, { not: { required: ['a'] } }, { not: {} }],
  anyOf: [
    { anyOf: [{ type: 'string' }, { minimum: 1 }] },
    { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  ],
  oneOf: [
    { oneOf: [{ type: 'string' }, { minimum: 1 }] },
    { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  ],
  allOf: [{ allOf: [{ minimum: 0 }, { type: ['integer', 'object'] }] }],
  if: [
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    { if: { type: 'string' }, then: { pattern: '^a' }, else: { type: 'object' } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    { if: { type: 'string' }, then: { pattern: '^a' } },
    { if: { type: 'string' }, else: { type: 'object' } },
  ],
  items: [{ items: { type: 'string' } }, { items: false }],
  required: [{ required: ['a', 'b'] }],
  propertyNames: [{ propertyNames: { pattern: '^a' } }],
  properties: [{ properties: { a: { type: 'string' } } }, { properties: { a: false, b: true } }],
  patternProperties: [
    { patternProperties: { '^a': { type: 'string' } } },
    { patternProperties: { '^.$': false } },
  ],
  additionalProperties: [
    { additionalProperties: false },
    { additionalProperties: { type: 'string' } },
    { properties: { a: {} }, patternProperties: { '^ab': {} }, additionalProperties: false },
    { properties: { a: {} }, patternProperties: { '^ab': {} }, additionalProperties: { type: 'string' } },
  ],
  dependentSchemas: [{ dependentSchemas: { a: { required: ['b'] } } }],
  unevaluatedProperties: [
    closed,
    { properties: { a: {} }, ...closed },
    { patternProperties: { '^a': {} }, ...closed },
    { properties: { b: {} }, additionalProperties: {}, ...closed },
    { anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: {} } }], ...closed },
    { oneOf: [{ required: ['a'], properties: { a: {} } }, { required: ['b'] }], ...closed },
    { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }], ...closed },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    { if: { properties: { a: { type: 'string' } } }, then: { properties: { b: {} } }, ...closed },
    { if: { required: ['a'] }, else: { properties: { b: {} } }, ...closed },
    { dependentSchemas: { a: { properties: { a: {}, b: {} } } }, ...closed },
    { $defs: { part: { properties: { a: {} }, ...closed } }, allOf: [{ $ref: '#/$defs/part' }], ...closed },
    { properties: { a: closed, b: {} }, ...closed },
    { not: { properties: { a: {} } }, ...closed },
  ],
};

const values: readonly JsonValue[] = [
  ...[null, true, false, -1, 0, 0.5, 1, 1.5, 2, '', 'a', 'ab', 'b', '😀'],
  ...[
    [],
    ['a'],
    [1],
    ['a', 'b'],
    ['a', 'a'],
    [1, '1'],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
  ],
  ...[{}, { a: 'a' }, { a: 1 }, { b: 1 }, { ab: 1 }, { c: 'a' }, { a: 'a', b: 1 }, { a: 1, b: 1 }],
  ...[{ a: { a: 1 } }, { a: {}, b: 2, c: 3 }, { ab: 'a', c: 1 }],
];

function placesIn(schema: JsonObject, value: JsonValue): string[] {
  const errors: ValidationError[] = [];
  compileSchema(schema)(value, undefined, errors, undefined);
  return errors.map(({ location }) => pointerOf(location));
}

/** ajv resolves dynamic anchors to another schema; if there is only one anchor, a plain reference is equivalent. */
function withPlainReferences(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$dynamicRef":"#text"', '"$ref":"#/$defs/text"'));
}

/** ajv is a complete implementation of JSON Schema. */
describe('compileSchema', () => {
  it.each([...keywords.keys()])('evaluates %s as ajv does', (keyword) => {
    const cases = schemas[keyword] ?? [];
    expect(cases.length).toBeGreaterThan(0);
    for (const schema of cases) {
      const validate = new Ajv2020(options).compile(withPlainReferences(schema));
      const accepted = values.filter((value) => placesIn(schema, value).length === 0);
      expect(accepted, JSON.stringify(schema)).toEqual(values.filter((value) => validate(value)));
    }
  });

  it.each([true, false])('evaluates exclusiveMinimum: %s as draft 4 does', (exclusiveMinimum) => {
    const schema = { minimum: 1, exclusiveMinimum };
    const validate = new AjvDraft04.default(options).compile(schema);
    expect(values.filter((value) => placesIn(schema, value).length === 0)).toEqual(
      values.filter((value) => validate(value)),
    );
  });

  it('reports the location of every error', () => {
    const schema = { properties: { a: { items: { type: 'string' } } }, additionalProperties: { minimum: 1 } };
    expect(placesIn(schema, { a: ['a', 1, 2], 'b/c': 0 })).toEqual(['/a/1', '/a/2', '/b~1c']);
  });

  it('validates members named constructor, __proto__ and toString', () => {
    const value = JSON.parse('{ "constructor": 1, "__proto__": 2 }');
    expect(placesIn({ additionalProperties: false }, value)).toHaveLength(2);
    expect(placesIn({ patternProperties: { '^a': {} }, ...closed }, value)).toHaveLength(2);
    expect(placesIn({ required: ['toString'] }, {})).toHaveLength(1);
  });

  it('ignores annotation keywords', () => {
    const schema = Object.fromEntries([...annotationKeywords].map((name) => [name, 'text']));
    expect(values.filter((value) => placesIn(schema, value).length > 0)).toEqual([]);
  });

  it.each([
    ['an unsupported keyword', { maxLength: 1 }, /"maxLength"/],
    ['a reference without a target', { $ref: '#/$defs/none' }, /"#\/\$defs\/none" cannot be resolved/],
    [
      'a reference to another document',
      { $ref: 'https://example.com/schema' },
      /"https:\/\/example\.com\/schema"/,
    ],
    ['unevaluatedProperties other than false', { unevaluatedProperties: {} }, /only with the value false/],
  ])('throws for a schema with %s', (_, schema, message) => {
    expect(() => compileSchema(schema)).toThrow(message);
  });
});
