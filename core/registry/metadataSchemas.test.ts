import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { metadataFields, refusedSchemaChange } from './metadataSchemas.ts';

const text = { type: 'string' };
const schema = (properties: JsonObject) => JSON.stringify({ type: 'object', properties });
const common = (properties: JsonObject): JsonObject => ({ defaultSchema: schema(properties) });
const skills = (properties: JsonObject): JsonObject => ({
  recordTypeSchemaOverrides: [{ recordType: 'SKILL', schema: schema(properties) }],
});

describe('metadataFields', () => {
  it('metadataFields: reads the fields of an object with properties, and of nothing else', () => {
    expect(metadataFields(schema({ team: text }))).toEqual({ team: text });
    for (const other of ['no JSON', '[]', '{"type":"string"}', '{"type":"object"}', undefined])
      expect(metadataFields(other)).toBeUndefined();
  });
});

describe('refusedSchemaChange', () => {
  it.each<[string, JsonObject | undefined, JsonObject | undefined]>([
    ['the first schemas of a registry', undefined, common({ team: text })],
    ['another field', common({ team: text }), common({ team: text, size: text })],
    ['another description', common({ team: text }), common({ team: { ...text, description: 'A team' } })],
    [
      'another allowed value',
      common({ size: { ...text, enum: ['a'] } }),
      common({ size: { ...text, enum: ['b', 'a'] } }),
    ],
    ['any value where some were allowed', common({ size: { ...text, enum: ['a'] } }), common({ size: text })],
    ['a field of skills that all records have now', skills({ team: text }), common({ team: text })],
    ['no schemas where they had no fields', common({}), undefined],
    ['schemas that had been no JSON', { defaultSchema: 'no JSON' }, common({})],
  ])('refusedSchemaChange: takes %s', (_, before, after) => {
    expect(refusedSchemaChange(before, after)).toBeUndefined();
  });

  it.each<[string, JsonObject, JsonObject | undefined, string]>([
    [
      'a missing field',
      common({ team: text }),
      common({}),
      'in defaultSchema, the definition of the field "team"',
    ],
    [
      'missing schemas',
      common({ team: text }),
      undefined,
      'in defaultSchema, the definition of the field "team"',
    ],
    [
      'a missing field of skills',
      skills({ team: text }),
      common({}),
      'in the schema of SKILL, the definition of the field "team"',
    ],
    [
      'a field that only skills have now',
      common({ team: text }),
      skills({ team: text }),
      'in defaultSchema, the definition',
    ],
    [
      'another type',
      common({ team: text }),
      common({ team: { type: 'boolean' } }),
      'in defaultSchema, the type "string" of the field "team"',
    ],
    [
      'a missing value',
      common({ size: { ...text, enum: ['a', 'b'] } }),
      common({ size: { ...text, enum: ['b'] } }),
      'in defaultSchema, the allowed value "a" of the field "size"',
    ],
  ])('refusedSchemaChange: names %s, its place and the remedy', (_, before, after, named) => {
    const reason = refusedSchemaChange(before, after) ?? '';
    expect(reason).toMatch(/^customMetadataSchemaConfiguration cannot be changed like this: /);
    expect(reason).toContain(named);
    expect(reason).toContain('Write again: ');
  });

  it('refusedSchemaChange: names a field once that the records of several types lose, and every other field', () => {
    const before = { ...common({ team: text, size: text }), ...skills({ level: text }) };
    const reason = refusedSchemaChange(before, undefined) ?? '';
    expect(reason.match(/the field "\w+"/g)).toEqual([
      'the field "team"',
      'the field "size"',
      'the field "level"',
    ]);
  });
});
