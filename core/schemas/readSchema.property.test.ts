import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { readSchema } from './readSchema.ts';
import type { SchemaKind } from './schemaTypes.ts';

const kinds: readonly SchemaKind[] = ['openApi', 'smithy', 'lambdaTools', 'mcpTools'];

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
describe('readSchema, for arbitrary input', () => {
  it('reports problems and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('a.json', 'a.yaml'),
        (kind, bytes, name) => {
          expect(read(bytes, name, kind).problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the structure, and locates every problem', () => {
    const words = [
      'openapi',
      '3.1.0',
      '3.0.3',
      'paths',
      '/a',
      'get',
      'parameters',
      '$ref',
      '#/paths',
      '#/components/schemas/a',
      'components',
    ];
    const more = [
      'schemas',
      'a',
      'properties',
      'allOf',
      'servers',
      'url',
      'smithy',
      '2.0',
      'shapes',
      'a#B',
      'type',
      'structure',
      'members',
    ];
    const others = [
      'target',
      'traits',
      'name',
      'inputSchema',
      'items',
      'tools',
      'constructor',
      'toString',
      'requestBody',
      'content',
      'operation',
      'input',
    ];
    const word = fc.constantFrom(...words, ...more, ...others);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 7 },
        word,
        fc.integer(),
        fc.constant(null),
        tie('list'),
        tie('map'),
        tie('map'),
      ),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      map: fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), tree, (kind, value) => {
        const headed =
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? { openapi: '3.1.0', smithy: '2.0', shapes: {}, ...value }
            : value;
        const { problems } = read(JSON.stringify(headed), 'a.json', kind);
        for (const { line, column, severity } of problems)
          expect({ line, column, severity }).toMatchObject({ line: 1, column: expect.any(Number) });
      }),
      { numRuns: 500 },
    );
  });
});
