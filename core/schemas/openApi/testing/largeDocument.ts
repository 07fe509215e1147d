import type { JsonObject } from '../../../json.ts';

/**
 * The number of collections for a description of the size of GitHub's, the largest common one: GitHub's has 811 paths,
 * 1,223 operations, 969 schemas, 10,460 references and 13.0 MB, of which 6.9 MB are not white space.
 */
export const GITHUB_SIZE = 405;

/** A path whose only request body is plain text, which no target supports. */
export const PLAIN_TEXT_PATH = '/markdown/raw';

const areas = ['orgs', 'repos', 'users', 'teams', 'projects', 'apps', 'gists', 'packages', 'runners'];
const things = [
  'alerts',
  'branches',
  'checks',
  'deployments',
  'environments',
  'hooks',
  'issues',
  'keys',
  'labels',
];
const variants = ['', '-archive', '-preview', '-rules', '-settings'];
const methods = ['get', 'post', 'patch', 'put', 'delete'] as const;

/** The kinds of members that descriptions of large APIs have; schemas use them in turn. */
const members: readonly ((n: number) => JsonObject)[] = [
  (n) => ({ type: 'integer', format: 'int64', example: n }),
  () => ({ type: 'string', format: 'uri', example: 'https://api.example.com/resources/1' }),
  () => ({ type: 'string', nullable: true }),
  () => ({ type: 'string', enum: ['open', 'closed', 'all'], default: 'open' }),
  () => ({ type: 'boolean', default: false }),
  () => ({ type: 'string', format: 'date-time', readOnly: true }),
  () => ({ $ref: '#/components/schemas/simple-user' }),
  (n) => ({ type: 'array', items: { $ref: `#/components/schemas/${schemaName(Math.max(0, n - 1))}` } }),
  () => ({ nullable: true, allOf: [{ $ref: '#/components/schemas/license' }] }),
  () => ({
    oneOf: [
      { type: 'string', maxLength: 100 },
      { type: 'integer', minimum: 0 },
    ],
  }),
  () => ({
    anyOf: [
      { type: 'array', items: { type: 'string' } },
      { type: 'string', pattern: '^[a-z-]+$' },
    ],
  }),
  () => ({ type: 'object', additionalProperties: { type: 'integer' } }),
  () => nested(4),
  () => ({ type: 'string', format: 'hostname', deprecated: true }),
  () => ({ type: 'number', minimum: 0, maximum: 1, example: 0.5 }),
];
/** The number of members of a schema. */
const MEMBERS = 43;
/** The number of members of an example. */
const EXAMPLE_MEMBERS = 100;

/**
 * Generates an OpenAPI description with the features of large APIs: references of every kind, compositions, nullable
 * and nested members, examples, headers, extensions, and one body that is not JSON.
 *
 * @param collections at most 405, each of two paths, three operations, two schemas and an example
 */
export function largeDocument(collections: number): JsonObject {
  const numbers = Array.from({ length: collections }, (_, n) => n);
  return {
    openapi: '3.0.3',
    info: { title: 'A large API', version: '1.1.4', license: { name: 'MIT' } },
    servers: [{ url: 'https://api.example.com' }],
    tags: areas.map((name) => ({ name, description: `Everything about ${name}` })),
    paths: {
      ...Object.fromEntries(numbers.flatMap(pathsOf)),
      [PLAIN_TEXT_PATH]: {
        post: {
          operationId: 'markdown/render-raw',
          requestBody: { content: { 'text/plain': { schema: { type: 'string' } } } },
          responses: {
            200: { description: 'HTML', content: { 'text/html': { schema: { type: 'string' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        'simple-user': schema(0, 12),
        license: schema(1, 5),
        'basic-error': schema(2, 4),
        ...Object.fromEntries(
          numbers.flatMap((n) => [
            [schemaName(n), schema(n, MEMBERS)],
            [`${schemaName(n)}-input`, schema(n + 7, 10)],
          ]),
        ),
      },
      examples: Object.fromEntries(numbers.map((n) => [schemaName(n), { value: exampleValue(n) }])),
      parameters: {
        'per-page': parameter('per_page', 'query', { type: 'integer', default: 30 }),
        page: parameter('page', 'query', { type: 'integer', default: 1 }),
        owner: { ...parameter('owner', 'path', { type: 'string' }), required: true },
      },
      responses: {
        'not-found': {
          description: 'Resource not found',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/basic-error' } } },
        },
      },
      headers: {
        link: { schema: { type: 'string' }, example: '<https://api.example.com?page=2>; rel="next"' },
      },
    },
  };
}

function schemaName(n: number): string {
  const area = areas[n % areas.length];
  const thing = things[Math.floor(n / areas.length) % things.length];
  return `${area}-${thing}${variants[Math.floor(n / (areas.length * things.length)) % variants.length]}`;
}

function pathsOf(n: number): [string, JsonObject][] {
  const collection = `/${schemaName(n).replace('-', '/{owner}/')}`;
  const item = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } };
  const write = methods[1 + (n % (methods.length - 1))] ?? 'post';
  return [
    [collection, { get: operation(n, 'list'), ...(write === 'post' && { post: operation(n, 'post') }) }],
    [
      `${collection}/{id}`,
      {
        parameters: [item],
        get: operation(n, 'get'),
        ...(write !== 'post' && { [write]: operation(n, write) }),
      },
    ],
  ];
}

function operation(n: number, verb: string): JsonObject {
  const name = schemaName(n);
  const reference = { $ref: `#/components/schemas/${name}` };
  const hasBody = verb !== 'list' && verb !== 'get' && verb !== 'delete';
  return {
    operationId: `${name.replace('-', '/')}-${verb}`,
    summary: `${verb} ${name}`,
    description: `${'Callers need the permission to read the resource, or to write it where it is changed. '.repeat(8)}`,
    tags: [areas[n % areas.length] ?? ''],
    externalDocs: {
      description: 'API method documentation',
      url: `https://docs.example.com/${name}#${verb}`,
    },
    parameters: [
      { $ref: '#/components/parameters/owner' },
      ...(verb === 'list'
        ? [
            { $ref: '#/components/parameters/per-page' },
            { $ref: '#/components/parameters/page' },
            parameter('sort', 'query', { type: 'string', enum: ['created', 'updated'], default: 'created' }),
          ]
        : []),
    ],
    ...(hasBody && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}-input` } } },
      },
    }),
    responses: {
      200: {
        description: 'Response',
        headers: { Link: { $ref: '#/components/headers/link' } },
        content: {
          'application/json': {
            schema: verb === 'list' ? { type: 'array', items: reference } : reference,
            examples: { default: { $ref: `#/components/examples/${name}` } },
          },
        },
      },
      404: { $ref: '#/components/responses/not-found' },
    },
    'x-github': { githubCloudOnly: false, enabledForGitHubApps: true, category: name, subcategory: verb },
  };
}

function parameter(name: string, location: 'query' | 'path', content: JsonObject): JsonObject {
  return { name, in: location, description: `The ${name} of the request.`, schema: content };
}

function schema(n: number, size: number): JsonObject {
  const names = Array.from({ length: size }, (_, index) => memberName(index));
  const properties = names.map((name, index): [string, JsonObject] => {
    const member = members[(n + index) % members.length]?.(n) ?? {};
    // OpenAPI 3.0 ignores the members beside a reference.
    return [
      name,
      '$ref' in member ? member : { description: `What ${name} says of the resource.`, ...member },
    ];
  });
  return {
    title: `Resource ${n}`,
    type: 'object',
    properties: Object.fromEntries(properties),
    required: names.filter((_, index) => index % 3 === 0),
  };
}

/** @returns the schema of an object with nested lists of objects */
function nested(levels: number): JsonObject {
  if (levels === 0) return { type: 'string' };
  return { type: 'object', properties: { entries: { type: 'array', items: nested(levels - 1) } } };
}

function exampleValue(n: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: EXAMPLE_MEMBERS }, (_, index) => [
      memberName(index),
      index % 3 === 0 ? n * index : `https://api.example.com/resources/${n}/${index}`,
    ]),
  );
}

function memberName(index: number): string {
  return `${things[index % things.length]}_${variants[index % variants.length]?.slice(1) || 'url'}_${index}`;
}
