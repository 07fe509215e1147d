import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { compareTools } from '../toolContracts/compareTools.ts';
import { readSchema } from './readSchema.ts';
import type { SchemaKind } from './schemaTypes.ts';

function read(text: string | Uint8Array, fileName: string, kind: SchemaKind = 'lambdaTools') {
  return readSchema(kind, typeof text === 'string' ? new TextEncoder().encode(text) : text, fileName);
}

describe('readSchema, fingerprint', () => {
  it('is the same for YAML and JSON, for any document', () => {
    const document = fc
      .jsonValue({ maxDepth: 4, noUnicodeString: false })
      .filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(document, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__') && !text.includes('<<'));
        const json = read(text, 'tools.json', 'mcpTools');
        const yaml = read(YAML.stringify(JSON.parse(text)), 'tools.yaml', 'mcpTools');
        expect(yaml.fingerprint).toBe(json.fingerprint);
      }),
    );
  });

  it('is the same only for equal documents', () => {
    const document = fc
      .jsonValue({ maxDepth: 2 })
      .filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(document, document, (one, other) => {
        const [first, second] = [one, other].map((value) => JSON.stringify(value));
        const equal = isDeepStrictEqual(JSON.parse(first ?? ''), JSON.parse(second ?? ''));
        expect(read(first ?? '', 'a.json').fingerprint === read(second ?? '', 'a.json').fingerprint).toBe(
          equal,
        );
      }),
    );
  });
});
describe('readSchema, for a deep document', () => {
  it('readSchema: derives tools that can be compared from a chain of 5,000 schemas', () => {
    const components = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [
        `s${index}`,
        { type: 'object', properties: { next: { $ref: `#/components/schemas/s${index + 1}` } } },
      ]),
    );
    const document = {
      openapi: '3.0.3',
      info: { title: 'a', version: '1' },
      servers: [{ url: 'https://api.example.com' }],
      paths: {
        '/a': {
          post: {
            operationId: 'a',
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/s0' } } },
            },
            responses: { 200: { description: 'Done.' } },
          },
        },
      },
      components: { schemas: { ...components, s5000: { type: 'string' } } },
    };
    const shapes = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [
        `a#I${index}`,
        { type: 'structure', members: { next: { target: `a#I${index + 1}` } } },
      ]),
    );
    const model = {
      smithy: '2.0',
      shapes: {
        'a#S': {
          type: 'service',
          operations: [{ target: 'a#O' }],
          traits: { 'aws.protocols#restJson1': {} },
        },
        'a#O': {
          type: 'operation',
          input: { target: 'a#I0' },
          traits: { 'smithy.api#http': { method: 'POST', uri: '/' } },
        },
        ...shapes,
        'a#I5000': { type: 'structure' },
      },
    };
    for (const [kind, value] of [
      ['openApi', document],
      ['smithy', model],
    ] as const) {
      const { problems, tools } = read(JSON.stringify(value), 'a.json', kind);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(compareTools([], tools)).toMatchObject([{ kind: 'toolAdded' }]);
      expect(compareTools(tools, tools)).toEqual([]);
    }
  });
});
