import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { compareTools } from '../toolContracts/compareTools.ts';
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

  it('readSchema: reports an error, or derives tools that can be compared', () => {
    const keyword = fc.constantFrom('type', 'description', 'properties', 'required', 'items', 'enum', 'not');
    const others = fc.constantFrom(
      'additionalProperties',
      'allOf',
      'anyOf',
      'prefixItems',
      'nullable',
      '$ref',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('string', '#/x-shared/a', ['a'], [{}]),
    );
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), tie('map'), tie('map'), tie('map')),
      map: fc.dictionary(
        fc.oneof(keyword, others),
        fc.oneof(tie('schema'), value, fc.record({ a: tie('schema') })),
        {
          maxKeys: 3,
        },
      ),
    }));
    const documents: Record<SchemaKind, (inner: unknown) => unknown> = {
      openApi: (inner) => ({
        openapi: '3.1.0',
        info: { title: 'a', version: '1' },
        servers: [{ url: 'https://api.example.com' }],
        paths: {
          '/a': {
            post: {
              operationId: 'a',
              parameters: [{ name: 'q', in: 'query', schema: inner }],
              requestBody: { content: { 'application/json': { schema: { $ref: '#/x-shared/a' } } } },
              responses: { 200: { description: 'Done.' } },
            },
          },
        },
        'x-shared': { a: inner },
      }),
      lambdaTools: (inner) => [{ name: 'a', description: 'a', inputSchema: inner, outputSchema: inner }],
      mcpTools: (inner) => ({ tools: [{ name: 'a', inputSchema: inner, outputSchema: inner }] }),
      smithy: (inner) => ({
        smithy: '2.0',
        shapes: {
          'a#S': {
            type: 'service',
            operations: [{ target: 'a#O' }],
            traits: { 'aws.protocols#restJson1': {} },
          },
          'a#O': {
            type: 'operation',
            input: { target: 'a#I' },
            traits: { 'smithy.api#http': { method: 'POST', uri: '/' }, 'smithy.api#documentation': inner },
          },
          'a#I': { type: 'structure', members: { a: { target: 'a#E' } } },
          'a#E': { type: 'string', traits: { 'smithy.api#enum': [{ value: inner }, inner] } },
        },
      }),
    };
    fc.assert(
      fc.property(fc.constantFrom(...kinds), schema, (kind, inner) => {
        const { problems, tools } = read(JSON.stringify(documents[kind](inner)), 'a.json', kind);
        const changes = compareTools([], tools).map((change) => change.kind);
        if (problems.some(({ severity }) => severity === 'error')) return;
        expect(changes).toEqual(['toolAdded']);
      }),
      { numRuns: 1000 },
    );
  });

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
