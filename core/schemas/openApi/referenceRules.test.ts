import { describe, expect, it } from 'vitest';
import { changed, read, version31 } from './testing/ledgerDocument.ts';

/** The document with a schema at an extension, which its operations reach by references of several kinds. */
const withShared = (schema: string, ...changes: (readonly [string, string])[]) =>
  `${changed(
    ["parts: { type: array, items: { $ref: '#/components/schemas/Entry' } }", `parts: ${reference}`],
    ...changes,
  )}x-shared:\n  Part: ${schema}\n`;
const reference = "{ type: array, items: { $ref: '#/x-shared/Part' } }";

const rules = (text: string) => read(text).problems.map(({ rule, path }) => [rule, path]);

describe('openapi-referenced-schema', () => {
  it.each([
    ['type: object, required: a', '/required'],
    ['enum: asc', '/enum'],
    ['properties: { a: { type: 5 } }', '/properties/a/type'],
    ['type: array, items: 3', '/items'],
    ['additionalProperties: no thanks', '/additionalProperties'],
  ])('refuses a malformed schema in an extension, once, that operations reach: %s', (schema, path) => {
    const expected = [['openapi-referenced-schema', `/x-shared/Part${path}`]];
    for (const version of [[], [version31]] as const)
      expect(rules(withShared(`{ ${schema} }`, ...version))).toEqual(expected);
  });

  it.each([
    ["parts: { $ref: '#/x-shared/Part' }"],
    ["parts: { additionalProperties: { $ref: '#/x-shared/Part' } }"],
    ["parts: { type: array, items: { not: { $ref: '#/x-shared/Part' } } }"],
    ["parts: { allOf: [{ type: object }, { $ref: '#/x-shared/Part' }] }"],
  ])('finds the reference in %s', (parts) => {
    const text = withShared('{ enum: asc }', [`parts: ${reference}`, parts]);
    expect(rules(text)).toContainEqual(['openapi-referenced-schema', '/x-shared/Part/enum']);
  });

  it('finds a malformed schema that a parameter and a referenced schema refer to', () => {
    const parameter = withShared('{ enum: asc }', [
      'schema: { type: boolean }',
      "schema: { $ref: '#/x-shared/Part' }",
    ]);
    expect(rules(parameter)).toEqual([['openapi-referenced-schema', '/x-shared/Part/enum']]);
    const nested = `${withShared("{ properties: { a: { $ref: '#/x-shared/Other' } } }")}  Other: { enum: asc }\n`;
    expect(rules(nested)).toEqual([['openapi-referenced-schema', '/x-shared/Other/enum']]);
  });

  it('refuses what is no schema at all', () => {
    expect(read(withShared('text')).problems).toMatchObject([
      {
        severity: 'error',
        rule: 'openapi-referenced-schema',
        path: '/x-shared/Part',
        message: 'A schema must be a mapping.',
        expected: 'a schema, such as {"type": "string"}',
      },
    ]);
  });

  it('accepts a readable schema in an extension, and ignores one that no operation reaches', () => {
    expect(
      rules(withShared('{ type: string, enum: [a, b], nullable: true, exclusiveMinimum: true }')),
    ).toEqual([]);
    expect(rules(`${withShared('{ type: string }')}  Other: { enum: asc }\n`)).toEqual([]);
  });

  it('leaves a described schema to the structure check, even where a step is called "value"', () => {
    const text = changed(
      ['note: { type: string, nullable: true }', 'value: { enum: asc }'],
      [
        "items: { $ref: '#/components/schemas/Entry' }",
        "items: { $ref: '#/components/schemas/Entry/properties/value' }",
      ],
    );
    expect(rules(text)).toEqual([['openapi-structure', '/components/schemas/Entry/properties/value/enum']]);
  });
});
