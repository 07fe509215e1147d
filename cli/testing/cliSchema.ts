import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

const schema = JSON.parse(readFileSync(new URL('../../docs/cli.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false }).addSchema(schema, 'cli');

/** Parses a line of JSON that a command wrote, and expects it to match a definition of docs/cli.schema.json. */
export function expectOutput(definition: string, line: string) {
  expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true);
  const value = JSON.parse(line);
  const validate = ajv.compile({ $ref: `cli#/$defs/${definition}` });
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  return value;
}
