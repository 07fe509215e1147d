import fc from 'fast-check';
import type { SchemaKind } from '../../core/schemas/schemaTypes.ts';

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
  tree: fc.oneof({ maxDepth: 7 }, word, fc.integer(), fc.constant(null), tie('list'), tie('map'), tie('map')),
  list: fc.array(tie('tree'), { maxLength: 3 }),
  map: fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
}));

/** A document of any structure, made of the words that the readers of schemas look for. */
export const anyDocument: fc.Arbitrary<string> = tree.map((value) =>
  JSON.stringify(isMapping(value) ? { openapi: '3.1.0', smithy: '2.0', shapes: {}, ...value } : value),
);

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const keyword = fc.constantFrom('type', 'description', 'properties', 'required', 'items', 'enum', 'not');
const otherKeywords = fc.constantFrom(
  'additionalProperties',
  'allOf',
  'anyOf',
  'prefixItems',
  'nullable',
  '$ref',
);
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('string', '#/x-shared/a', ['a'], [{}]));
const { schema } = fc.letrec((tie) => ({
  schema: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), tie('map'), tie('map'), tie('map')),
  map: fc.dictionary(
    fc.oneof(keyword, otherKeywords),
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

/** @returns a document of the kind with one tool, whose parts are schemas of any structure */
export function documentOf(kind: SchemaKind): fc.Arbitrary<string> {
  return schema.map((inner) => JSON.stringify(documents[kind](inner)));
}
