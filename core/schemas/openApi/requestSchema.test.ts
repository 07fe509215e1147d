import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { RequestSchemas } from './requestSchema.ts';

const identifier = { type: 'string', readOnly: true };
const name = { type: 'string' };
const root: JsonObject = {
  schemas: {
    Identifier: identifier,
    Alias: { $ref: '#/schemas/Identifier' },
    Stored: { properties: { id: identifier } },
    Open: { required: ['id', 'name'], properties: { name } },
    Loop: { allOf: [{ $ref: '#/schemas/Loop' }], required: ['id'], properties: { id: identifier } },
    Endless: { $ref: '#/schemas/Endless' },
  },
};
const ref = (schema: string) => ({ $ref: `#/schemas/${schema}` });
const requestSchema = (schema: JsonObject) => new RequestSchemas(root).of(schema);

describe('RequestSchemas', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'a read-only property and its name in required',
      { required: ['id', 'name'], properties: { id: identifier, name } },
      { required: ['name'], properties: { name } },
    ],
    [
      'required if nothing is left of it',
      { required: ['id'], properties: { id: identifier } },
      { properties: {} },
    ],
    [
      'a property that refers to a read-only schema',
      { properties: { id: ref('Alias'), name } },
      { properties: { name } },
    ],
    [
      'a property whose reference has the keyword beside it',
      { properties: { id: { ...ref('Open'), readOnly: true }, name } },
      { properties: { name } },
    ],
    [
      'a property with a read-only part',
      { properties: { id: { allOf: [ref('Identifier')] }, name } },
      { properties: { name } },
    ],
    [
      'a name that one part declares read-only from the other parts',
      { allOf: [ref('Stored'), ref('Open')], required: ['id'] },
      { allOf: [{ properties: {} }, { required: ['name'], properties: { name } }] },
    ],
    [
      'a read-only name from the alternatives',
      {
        properties: { id: identifier },
        oneOf: [ref('Open'), { properties: { name } }],
        anyOf: [{ required: ['id'] }],
      },
      {
        properties: {},
        oneOf: [{ required: ['name'], properties: { name } }, { properties: { name } }],
        anyOf: [{}],
      },
    ],
    [
      'a read-only property of a schema that contains itself',
      { allOf: [ref('Loop')] },
      { allOf: [{ allOf: [ref('Loop')], properties: {} }] },
    ],
  ])('removes %s', (_, schema, expected) => {
    expect(requestSchema(schema)).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['a schema without properties', { type: 'string', readOnly: true }],
    ['a write-only property', { required: ['id'], properties: { id: { type: 'string', writeOnly: true } } }],
    ['a property that says false', { properties: { id: { readOnly: false } } }],
    ['a property that never ends', { properties: { id: ref('Endless') } }],
    ['a property named readOnly', { properties: { readOnly: { type: 'boolean' } }, required: ['readOnly'] }],
    ['malformed members', { properties: [], required: 'id', allOf: { a: 1 } }],
  ])('returns %s itself', (_, schema) => {
    expect(requestSchema(schema)).toBe(schema);
  });

  it('keeps parts that do not mention the name as references', () => {
    const schema = { properties: { id: identifier }, allOf: [ref('Identifier'), ref('Open')] };
    expect(requestSchema(schema).allOf).toEqual([
      ref('Identifier'),
      { required: ['name'], properties: { name } },
    ]);
  });

  it('reads each of many parts that share their parts once', () => {
    const parts = (index: number) => ({ allOf: [ref(`L${index - 1}`), ref(`L${index - 1}`)] });
    const levels = Array.from({ length: 60 }, (_, index) => [
      `L${index}`,
      index === 0 ? { properties: { id: identifier } } : parts(index),
    ]);
    const schemas = new RequestSchemas({ schemas: Object.fromEntries(levels) });
    expect(schemas.of(parts(1))).toEqual({ allOf: [{ properties: {} }, { properties: {} }] });
    expect(Object.keys(schemas.of(parts(60)))).toEqual(['allOf']);
  });
});
