import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { readSchema } from './readSchema.ts';
import type { ParsedSchema } from './schemaTypes.ts';

const ledger = `openapi: 3.0.3
info: { title: Ledger, version: '1' }
servers:
  - url: https://ledger.example.com/v1
paths:
  /entries/{number}:
    parameters:
      - { name: number, in: path, required: true, description: The entry's number., schema: { type: string } }
    get:
      operationId: getEntry
      summary: Finds one entry.
      responses:
        200: { description: The entry., content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } } }
    put:
      operationId: putEntry
      description: Writes one entry.
      parameters:
        - { name: dryRun, in: query, schema: { type: boolean } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }
      responses:
        204: { description: Written. }
components:
  schemas:
    Entry:
      type: object
      required: [amount]
      properties:
        amount: { type: number, description: In euros. }
        note: { type: string, nullable: true }
        parts: { type: array, items: { $ref: '#/components/schemas/Entry' } }
`;

function read(text: string, fileName = 'ledger.yaml'): ParsedSchema {
  return readSchema('openApi', new TextEncoder().encode(text), fileName);
}

/** Each change is a text to find and its replacement; the test fails if the text does not occur. */
function changed(...changes: readonly (readonly [string, string])[]): string {
  let text = ledger;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

const version31: readonly [string, string] = ['openapi: 3.0.3', 'openapi: 3.1.1'];
const reportedProblems = ({ problems }: ParsedSchema) =>
  problems.map(({ severity, rule, line }) => `${severity} ${rule} ${line}`);

describe('readSchema, for OpenAPI documents', () => {
  it('accepts OpenAPI 3.0 and 3.1', () => {
    expect(read(ledger).problems).toEqual([]);
    expect(
      read(changed(version31, ['type: string, nullable: true', 'type: [string, "null"]'])).problems,
    ).toEqual([]);
  });

  it('derives a tool from each operation, with path, query and body in one input', () => {
    const number = { type: 'string', description: "The entry's number." };
    const parts = { type: 'array', items: { type: 'object' } };
    const properties = {
      amount: { type: 'number', description: 'In euros.' },
      note: { type: ['string', 'null'] },
      parts,
    };
    expect(read(ledger).tools).toEqual([
      {
        name: 'getEntry',
        description: 'Finds one entry.',
        inputSchema: { type: 'object', properties: { number }, required: ['number'] },
      },
      {
        name: 'putEntry',
        description: 'Writes one entry.',
        inputSchema: {
          type: 'object',
          properties: { number, dryRun: { type: 'boolean' }, ...properties },
          required: ['number', 'amount'],
        },
      },
    ]);
  });

  it('makes a body that is not a plain object one input named body', () => {
    const list = changed([
      "schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
      'schema: { type: array, items: { type: string } } } }\n      responses:\n        204',
    ]);
    expect(read(list).tools[1]?.inputSchema).toMatchObject({
      properties: { body: { type: 'array', items: { type: 'string' } } },
      required: ['number', 'body'],
    });
  });

  it('lets a parameter of the operation override a parameter of the path', () => {
    const own = changed([
      '- { name: dryRun, in: query,',
      '- { name: number, in: path, required: true, description: Its own.,',
    ]);
    expect(read(own).tools[1]?.inputSchema.properties?.number).toEqual({
      type: 'boolean',
      description: 'Its own.',
    });
  });

  it('limits the size of tools whose references multiply', () => {
    const level = (index: number) => ({
      type: 'object',
      properties: {
        a: { $ref: `#/components/schemas/L${index - 1}` },
        b: { $ref: `#/components/schemas/L${index - 1}` },
      },
    });
    const schemas = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `L${index}`,
        index === 0 ? { type: 'string' } : level(index),
      ]),
    );
    const document = {
      ...YAML.parse(ledger),
      components: { schemas: { ...schemas, Entry: { $ref: '#/components/schemas/L59' } } },
    };
    const { tools, problems } = read(JSON.stringify(document), 'ledger.json');
    expect(problems).toEqual([]);
    expect(JSON.stringify(tools).length).toBeLessThan(2_000_000);
  });
});

describe('readSchema, for invalid OpenAPI documents', () => {
  it.each<[string, string, string]>([
    ['in an unsupported version', changed(['openapi: 3.0.3', 'openapi: 3.2.0']), 'error openapi-version 1'],
    ['in Swagger 2.0', changed(['openapi: 3.0.3', "swagger: '2.0'"]), 'error openapi-version 1'],
    [
      'that is an AsyncAPI document',
      changed(['openapi: 3.0.3', 'asyncapi: 3.0.0']),
      'error openapi-version 1',
    ],
    ['that is a list', '- a', 'error openapi-version 1'],
    [
      'with an unquoted version, which YAML reads as a number',
      changed(['openapi: 3.0.3', 'openapi: 3.1']),
      'error openapi-version 1',
    ],
    [
      'without servers',
      changed(['servers:\n  - url: https://ledger.example.com/v1\n', '']),
      'error openapi-servers 1',
    ],
    [
      'with a relative server URL',
      changed(['https://ledger.example.com/v1', '/v1']),
      'error openapi-server-url 4',
    ],
    ['with an http server URL', changed(['https://ledger', 'http://ledger']), 'error openapi-server-url 4'],
    [
      'with a server on localhost',
      changed(['ledger.example.com', 'localhost:8443']),
      'error openapi-server-url 4',
    ],
    [
      'with a server on a loopback address',
      changed(['ledger.example.com', '0x7f.1']),
      'error openapi-server-url 4',
    ],
    [
      'with the address of the metadata service as server',
      changed(['ledger.example.com', '169.254.169.254']),
      'error openapi-server-url 4',
    ],
    [
      'with a password in a server URL',
      changed(['https://ledger', 'https://me:secret@ledger']),
      'error openapi-server-url 4',
    ],
    [
      'with a server variable that has no default',
      changed(['/v1', '/{version}']),
      'error openapi-server-url 4',
    ],
    [
      'with a broken reference',
      changed([
        "application/json: { schema: { $ref: '#/components/schemas/Entry'",
        "application/json: { schema: { $ref: '#/components/schemas/Entri'",
      ]),
      'error openapi-reference-broken 13',
    ],
    [
      'with a reference to a file',
      changed(["items: { $ref: '#/components/schemas/Entry'", "items: { $ref: 'entry.yaml#/Entry'"]),
      'error openapi-reference-external 32',
    ],
    [
      'with a reference to a URL',
      changed([
        "items: { $ref: '#/components/schemas/Entry'",
        "items: { $ref: 'https://example.com/entry.json'",
      ]),
      'error openapi-reference-external 32',
    ],
    [
      'with a reference to an anchor',
      changed(["items: { $ref: '#/components/schemas/Entry'", "items: { $ref: '#Entry'"]),
      'error openapi-reference-broken 32',
    ],
    [
      'without an operationId',
      changed(['      operationId: getEntry\n', '']),
      'error openapi-operation-id 9',
    ],
    [
      'with a duplicate operationId',
      changed(['operationId: putEntry', 'operationId: getEntry']),
      'error tool-name-unique 14',
    ],
    [
      'with an undeclared path parameter',
      changed(['name: number, in: path', 'name: numero, in: query']),
      'error openapi-path-parameter 9,error openapi-path-parameter 14',
    ],
    [
      'with a path parameter that the path does not contain',
      changed(['name: dryRun, in: query', 'name: dryRun, in: path, required: true']),
      'error openapi-path-parameter 14',
    ],
    [
      'with a duplicate parameter',
      changed([
        '        - { name: dryRun, in: query, schema: { type: boolean } }\n',
        '        - { name: dryRun, in: query, schema: { type: boolean } }\n        - { name: dryRun, in: query, schema: { type: string } }\n',
      ]),
      'error openapi-parameter-unique 19',
    ],
    [
      'with a body that is not JSON',
      changed([
        "content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
        "content: { application/xml: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
      ]),
      'error openapi-media-type 21',
    ],
    [
      'without operations',
      'openapi: 3.0.3\ninfo: { title: Ledger, version: "1" }\nservers: [{ url: "https://a.example.com" }]\npaths: {}\n',
      'error openapi-no-operations 4',
    ],
  ])('rejects a document %s', (_, text, expected) => {
    expect(reportedProblems(read(text)).join()).toBe(expected);
  });

  it.each<[string, string, object]>([
    [
      'a misspelled member',
      changed(['summary: Finds', 'sumary: Finds']),
      {
        line: 11,
        path: '/paths/~1entries~1{number}/get/sumary',
        message: expect.stringContaining('"summary"'),
      },
    ],
    [
      'a missing member',
      changed(["info: { title: Ledger, version: '1' }", 'info: { title: Ledger }']),
      { line: 2, path: '/info', message: '"version" is missing.' },
    ],
    [
      'a value of the wrong type',
      changed(["version: '1'", 'version: 1']),
      { line: 2, path: '/info/version', expected: 'string' },
    ],
    [
      'a value that is not in the enumeration',
      changed(['in: query', 'in: body']),
      { line: 18, path: '/paths/~1entries~1{number}/put/parameters/0/in' },
    ],
    [
      'a value of the wrong type, in 3.1',
      changed(version31, ["version: '1'", 'version: 1']),
      { line: 2, path: '/info/version', expected: 'string' },
    ],
    [
      'a misspelled member, in 3.1',
      changed(version31, ['responses:', 'respones:']),
      {
        line: 12,
        path: '/paths/~1entries~1{number}/get/respones',
        message: expect.stringContaining('"responses"'),
      },
    ],
    [
      'a schema keyword with an invalid value, in 3.1',
      changed(version31, ['required: [amount]', 'required: amount']),
      { line: 28, path: '/components/schemas/Entry/required', expected: 'array' },
    ],
  ])('rejects a document with %s', (_, text, expected) => {
    const { problems } = read(text);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: 'error', rule: 'openapi-structure', ...expected }),
    );
    expect(problems.filter(({ rule }) => rule === 'openapi-structure').length).toBeLessThanOrEqual(2);
  });

  it.each<[string, string, string[]]>([
    [
      'a misspelled member on a deep level in 3.1',
      changed(version31, [
        'components:\n',
        'components:\n  securitySchemes: { login: { type: oauth2, flows: { pasword: { tokenUrl: a, scopes: {} } } } }\n',
      ]),
      ['/components/securitySchemes/login/flows/pasword'],
    ],
    [
      'a parameter of 3.1 with an invalid location and a member that only other locations allow',
      changed(version31, ['name: dryRun, in: query', 'name: dryRun, in: body, allowEmptyValue: true']),
      ['/paths/~1entries~1{number}/put/parameters/0/in'],
    ],
    [
      'a misspelled section',
      changed(['  schemas:\n', '  schema:\n    Other: { type: string }\n']),
      ['/components/schema'],
    ],
    [
      'an unknown member named constructor',
      changed(version31, ['summary: Finds', 'constructor: Finds']),
      ['/paths/~1entries~1{number}/get/constructor'],
    ],
  ])('reports only one structure error for %s', (_, text, paths) => {
    const structure = read(text).problems.filter(({ rule }) => rule === 'openapi-structure');
    expect(structure.map(({ path }) => path)).toEqual(paths);
  });

  // Comparing every pair would exceed the test timeout.
  it('finds a duplicate among 60,000 tags within the test timeout', () => {
    const tags = Array.from({ length: 60_000 }, (_, index) => ({ name: `tag ${index}` }));
    const document = { ...YAML.parse(ledger), tags: [...tags, { name: 'tag 7' }] };
    expect(read(JSON.stringify(document), 'ledger.json').problems).toContainEqual(
      expect.objectContaining({ path: '/tags', message: expect.stringContaining('7 and 60000') }),
    );
  });

  it('rejects circular references', () => {
    const cycle = changed([
      '  schemas:\n',
      "  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }\n",
    ]);
    expect(reportedProblems(read(cycle))).toEqual([
      'error openapi-reference-broken 26',
      'error openapi-reference-broken 27',
    ]);
  });
});

describe('readSchema, for OpenAPI features that a gateway does not support', () => {
  const amount = 'amount: { type: number, description: In euros. }';

  it.each<[string, string, string]>([
    [
      'composed schemas',
      changed([amount, 'amount: { oneOf: [{ type: number }, { type: string }] }']),
      'openapi-composition 30',
    ],
    [
      'a parameter style',
      changed(['in: query,', 'in: query, style: deepObject,']),
      'openapi-parameter-serialization 18',
    ],
    [
      'a parameter with explode: false',
      changed(['in: query,', 'in: query, explode: false,']),
      'openapi-parameter-serialization 18',
    ],
    [
      'a parameter that is an object',
      changed(['in: query, schema: { type: boolean }', 'in: query, schema: { type: object }']),
      'openapi-parameter-serialization 18',
    ],
    [
      'security schemes',
      changed([
        'components:\n',
        'components:\n  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }\n',
      ]),
      'openapi-security 25',
    ],
    [
      'links',
      changed([
        '200: { description: The entry.,',
        '200: { description: The entry., links: { put: { operationId: putEntry } },',
      ]),
      'openapi-links 13',
    ],
    [
      'callbacks',
      changed([
        '      description: Writes one entry.\n',
        "      description: Writes one entry.\n      callbacks: { done: { 'https://a.example.com': { post: { responses: { 200: { description: Fine. } } } } } }\n",
      ]),
      'openapi-callbacks 17',
    ],
    [
      'webhooks',
      changed(
        version31,
        ['type: string, nullable: true', 'type: string'],
        [
          'components:\n',
          'webhooks: { done: { post: { responses: { 200: { description: Fine. } } } } }\ncomponents:\n',
        ],
      ),
      'openapi-webhooks 24',
    ],
    [
      'a binary response',
      changed([
        '204: { description: Written. }',
        '200: { description: A scan., content: { image/png: {} } }',
      ]),
      'openapi-binary 23',
    ],
    ['a binary value', changed([amount, 'amount: { type: string, format: binary }']), 'openapi-binary 30'],
    [
      'a response that is not JSON',
      changed(['204: { description: Written. }', '200: { description: Text., content: { text/plain: {} } }']),
      'openapi-response-media-type 23',
    ],
    [
      'an operation without a description',
      changed(['      summary: Finds one entry.\n', '']),
      'tool-description 9',
    ],
    [
      'a server host with an unrestricted variable',
      changed([
        'https://ledger.example.com/v1',
        'https://{host}.example.com\n    variables: { host: { default: ledger } }',
      ]),
      'openapi-server-open-host 4',
    ],
    [
      'a text that a comma has split',
      changed(version31, ['nullable: true', 'description: What it is for, if anything']),
      'openapi-split-text 31',
    ],
    [
      'a TRACE operation',
      changed(['    get:\n', '    trace: { responses: { 200: { description: Fine. } } }\n    get:\n']),
      'openapi-method 9',
    ],
  ])('warns about %s', (_, text, expected) => {
    expect(reportedProblems(read(text))).toEqual([`warning ${expected}`]);
  });
});

describe('readSchema, for unusual but valid OpenAPI documents', () => {
  it.each<[string, string]>([
    [
      'server variables with a default and an enum',
      changed([
        'https://ledger.example.com/v1',
        'https://{stage}.example.com\n    variables: { stage: { default: test, enum: [test, live] } }',
      ]),
    ],
    [
      'a server of a path and none of the document',
      changed(
        ['servers:\n  - url: https://ledger.example.com/v1\n', ''],
        [
          '  /entries/{number}:\n',
          '  /entries/{number}:\n    servers: [{ url: "https://ledger.example.com" }]\n',
        ],
      ),
    ],
    [
      'properties named like keywords',
      changed([
        'note:',
        'oneOf: { type: string }\n        $ref: { type: string }\n        default: { type: string }\n        constructor:',
      ]),
    ],
    [
      'an example that looks like a reference',
      changed([
        'type: number, description',
        'type: number, example: { $ref: nowhere, oneOf: [] }, description',
      ]),
    ],
    [
      'a body of JSON or another type',
      changed([
        "content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
        "content: { application/json; charset=utf-8: { schema: { $ref: '#/components/schemas/Entry' } }, application/xml: {} }\n      responses:\n        204",
      ]),
    ],
    [
      'a composed schema that no operation uses',
      changed(['  schemas:\n', '  schemas:\n    Unused: { oneOf: [{ type: string }] }\n']),
    ],
    [
      'a reference with escapes',
      changed([
        "items: { $ref: '#/components/schemas/Entry'",
        "items: { $ref: '#/paths/~1entries~1%7Bnumber%7D/parameters/0/schema'",
      ]),
    ],
  ])('accepts %s', (_, text) => {
    expect(read(text).problems).toEqual([]);
  });
});
