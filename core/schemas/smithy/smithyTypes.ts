import type { JsonSchema } from '../schemaTypes.ts';

const text: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const object: JsonSchema = { type: 'object' };

/** What a shape of each type is to an agent, members aside; undefined for those that are no data. */
export const shapeTypes: ReadonlyMap<string, JsonSchema | undefined> = new Map([
  ['string', text],
  ['enum', text],
  ['blob', { type: 'string', contentEncoding: 'base64' }],
  ['timestamp', { type: 'string', format: 'date-time' }],
  ['boolean', { type: 'boolean' }],
  ['byte', integer],
  ['short', integer],
  ['integer', integer],
  ['long', integer],
  ['intEnum', integer],
  ['bigInteger', integer],
  ['float', number],
  ['double', number],
  ['bigDecimal', number],
  ['document', {}],
  ['list', { type: 'array' }],
  ['set', { type: 'array' }],
  ['map', object],
  ['structure', object],
  ['union', object],
  ['service', undefined],
  ['resource', undefined],
  ['operation', undefined],
  ['apply', undefined],
]);

/** The data shapes of Smithy's prelude, by name without their namespace, and their types. */
export const preludeTypes: ReadonlyMap<string, string> = new Map([
  ['String', 'string'],
  ['Blob', 'blob'],
  ['Timestamp', 'timestamp'],
  ['Document', 'document'],
  ['BigInteger', 'bigInteger'],
  ['BigDecimal', 'bigDecimal'],
  ['Unit', 'structure'],
  ...['Boolean', 'Byte', 'Short', 'Integer', 'Long', 'Float', 'Double'].flatMap(
    (name): [string, string][] => [
      [name, name.toLowerCase()],
      [`Primitive${name}`, name.toLowerCase()],
    ],
  ),
]);
