import { describe, expect, it } from 'vitest';
import YAML from 'yaml';
import { changed, ledger, read, reportedProblems, version31 } from './openApi/testing/ledgerDocument.ts';

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
      'with a duplicate parameter',
      changed([
        '        - { name: dryRun, in: query, schema: { type: boolean } }\n',
        '        - { name: dryRun, in: query, schema: { type: boolean } }\n        - { name: dryRun, in: query, schema: { type: string } }\n',
      ]),
      'error openapi-parameter-unique 19',
    ],
    [
      'with a body of an unsupported type',
      changed([
        "content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
        "content: { text/csv: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
      ]),
      'error openapi-media-type 21',
    ],
    [
      'with a reference to a parameter that does not exist, which is not also called undeclared',
      changed([
        "- { name: number, in: path, required: true, description: The entry's number., schema: { type: string } }",
        "- $ref: '#/components/parameters/number'",
      ]),
      'error openapi-reference-broken 8',
    ],
    [
      'with equivalent paths',
      changed(['  /entries/{number}:\n', '  /entries/{id}: {}\n  /entries/{number}:\n']),
      'error openapi-path-equivalent 7',
    ],
    [
      'with an array without items',
      changed(["type: array, items: { $ref: '#/components/schemas/Entry' }", 'type: array']),
      'error openapi-array-items 32',
    ],
    [
      'with security that names no scheme',
      changed(['paths:\n', 'security: [{ key: [] }]\npaths:\n']),
      'error openapi-security-undeclared 5',
    ],
    [
      'with a server of a path on localhost, in place of the server of the document',
      changed([
        '  /entries/{number}:\n',
        '  /entries/{number}:\n    servers: [{ url: "https://localhost" }, { url: "https://a.example.com" }]\n',
      ]),
      'error openapi-server-url 7',
    ],
    [
      'with a server of an operation on localhost, in place of the server of the path',
      changed(
        ['  /entries/{number}:\n', '  /entries/{number}:\n    servers: [{ url: "https://a.example.com" }]\n'],
        [
          '      operationId: getEntry\n',
          '      operationId: getEntry\n      servers: [{ url: "https://localhost" }]\n',
        ],
      ),
      'error openapi-server-url 12',
    ],
    [
      'with a server variable whose default is localhost',
      changed([
        'https://ledger.example.com/v1',
        'https://{host}/v1\n    variables: { host: { default: localhost, enum: [localhost] } }',
      ]),
      'error openapi-server-url 4',
    ],
    [
      'without operations',
      'openapi: 3.0.3\ninfo: { title: Ledger, version: "1" }\nservers: [{ url: "https://a.example.com" }]\npaths: {}\n',
      'error openapi-no-operations 4',
    ],
  ])('rejects a document %s', (_, text, expected) => {
    expect(reportedProblems(read(text)).join()).toBe(expected);
  });

  it('rejects references that lead through more than 16 others, and reads 4,000 in a row in linear time', () => {
    const chain = (length: number) =>
      changed([
        '  schemas:\n',
        `  schemas:\n${Array.from({ length }, (_, index) => `    R${index}: { $ref: '#/components/schemas/R${index + 1}' }\n`).join('')}    R${length}: { type: string }\n`,
      ]);
    expect(reportedProblems(read(chain(16)))).toEqual([]);
    expect(reportedProblems(read(chain(17)))).toEqual(['error openapi-reference-broken 26']);
    expect(read(chain(17)).problems[0]?.message).toContain('more than 16 references');
    // Within the test timeout: to follow each to the end took 14 s.
    expect(reportedProblems(read(chain(4000)))[0]).toBe('error openapi-reference-broken 26');
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
      'an array beside a reference, which has the items',
      changed(['parts: { type: array, items: {', 'parts: { type: array, '], ["Entry' } }\n", "Entry' }\n"]),
    ],
    [
      'an array without items that no operation uses',
      changed(['  schemas:\n', '  schemas:\n    Unused: { type: array }\n']),
    ],
    [
      'security that is optional, and an operation without security',
      changed(
        ['paths:\n', 'security: [{}]\npaths:\n'],
        ['      operationId: getEntry\n', '      operationId: getEntry\n      security: []\n'],
      ),
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

describe('readSchema, for versions of OpenAPI', () => {
  const readVersion = (document: unknown) => read(JSON.stringify(document), 'a.json').problems;
  const supported = 'openapi: 3.0.x or 3.1.x';
  const unsupported = '"openapi" names a version that is not supported.';

  it.each<[unknown, string, string]>([
    [['openapi'], '', 'An OpenAPI document must be a mapping.'],
    [
      { swagger: '2.0' },
      '/swagger',
      'Swagger 2.0 is not supported. Convert the document to OpenAPI 3.0 or 3.1.',
    ],
    [{ info: {} }, '', 'This is not an OpenAPI document: "openapi" is missing.'],
    [{ openapi: '3.2.0' }, '/openapi', unsupported],
    [{ openapi: '13.0.3' }, '/openapi', unsupported],
    [{ openapi: '3.0.3 or so' }, '/openapi', unsupported],
    [{ openapi: 2 }, '/openapi', unsupported],
    [{ openapi: null }, '/openapi', unsupported],
  ])('rejects the document %j, and reports nothing else', (document, path, message) => {
    expect(readVersion(document)).toMatchObject([
      { rule: 'openapi-version', severity: 'error', path, message, expected: supported },
    ]);
  });

  it.each<[unknown, string]>([
    ['3.0', '3.0.3'],
    ['3.1', '3.1.0'],
    [3, '3.0.3'],
    [3.1, '3.1.0'],
  ])('asks for the patch version of %j', (openapi, complete) => {
    expect(readVersion({ openapi })).toMatchObject([
      {
        rule: 'openapi-version',
        severity: 'error',
        path: '/openapi',
        message: '"openapi" needs the patch version too.',
        expected: `openapi: ${complete}`,
      },
    ]);
  });

  it.each(['3.0.0', '3.0.12', '3.1.1', '3.1.0-rc0'])('reads version %s', (openapi) => {
    expect(readVersion({ openapi }).map(({ rule }) => rule)).not.toContain('openapi-version');
  });
});
