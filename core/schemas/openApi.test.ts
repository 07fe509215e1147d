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

/** Each change is a text to look for and what to put in its place; a text that is not there is a mistake of the test. */
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

describe('an OpenAPI document', () => {
  it('is accepted in both versions', () => {
    expect(read(ledger).problems).toEqual([]);
    expect(
      read(changed(version31, ['type: string, nullable: true', 'type: [string, "null"]'])).problems,
    ).toEqual([]);
  });

  it('becomes a tool for each operation, path, query and body side by side', () => {
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

  it('offers a body that is no object of named members as one input', () => {
    const list = changed([
      "schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
      'schema: { type: array, items: { type: string } } } }\n      responses:\n        204',
    ]);
    expect(read(list).tools[1]?.inputSchema).toMatchObject({
      properties: { body: { type: 'array', items: { type: 'string' } } },
      required: ['number', 'body'],
    });
  });

  it('lets an operation’s parameter win over its path’s', () => {
    const own = changed([
      '- { name: dryRun, in: query,',
      '- { name: number, in: path, required: true, description: Its own.,',
    ]);
    expect(read(own).tools[1]?.inputSchema.properties?.number).toEqual({
      type: 'boolean',
      description: 'Its own.',
    });
  });

  it('is reduced in no time where its schemas multiply', () => {
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

describe('an OpenAPI document is refused', () => {
  it.each<[string, string, string]>([
    ['in another version', changed(['openapi: 3.0.3', 'openapi: 3.2.0']), 'error openapi-version 1'],
    ['as Swagger', changed(['openapi: 3.0.3', "swagger: '2.0'"]), 'error openapi-version 1'],
    ['as anything else', changed(['openapi: 3.0.3', 'asyncapi: 3.0.0']), 'error openapi-version 1'],
    ['as a list', '- a', 'error openapi-version 1'],
    ['with its version unquoted', changed(['openapi: 3.0.3', 'openapi: 3.1']), 'error openapi-version 1'],
    [
      'without servers',
      changed(['servers:\n  - url: https://ledger.example.com/v1\n', '']),
      'error openapi-servers 1',
    ],
    [
      'with a relative server',
      changed(['https://ledger.example.com/v1', '/v1']),
      'error openapi-server-url 4',
    ],
    [
      'with a server that is not https',
      changed(['https://ledger', 'http://ledger']),
      'error openapi-server-url 4',
    ],
    [
      'with a server on this machine',
      changed(['ledger.example.com', 'localhost:8443']),
      'error openapi-server-url 4',
    ],
    [
      'with a server on a loopback address',
      changed(['ledger.example.com', '0x7f.1']),
      'error openapi-server-url 4',
    ],
    [
      'with the metadata address as server',
      changed(['ledger.example.com', '169.254.169.254']),
      'error openapi-server-url 4',
    ],
    [
      'with a password in a server',
      changed(['https://ledger', 'https://me:secret@ledger']),
      'error openapi-server-url 4',
    ],
    ['with a placeholder that nothing fills', changed(['/v1', '/{version}']), 'error openapi-server-url 4'],
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
      'with a reference by plain name',
      changed(["items: { $ref: '#/components/schemas/Entry'", "items: { $ref: '#Entry'"]),
      'error openapi-reference-broken 32',
    ],
    [
      'without an operationId',
      changed(['      operationId: getEntry\n', '']),
      'error openapi-operation-id 9',
    ],
    [
      'with an operationId twice',
      changed(['operationId: putEntry', 'operationId: getEntry']),
      'error tool-name-unique 14',
    ],
    [
      'with a path parameter missing',
      changed(['name: number, in: path', 'name: numero, in: query']),
      'error openapi-path-parameter 9,error openapi-path-parameter 14',
    ],
    [
      'with a path parameter too many',
      changed(['name: dryRun, in: query', 'name: dryRun, in: path, required: true']),
      'error openapi-path-parameter 14',
    ],
    [
      'with a parameter twice',
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
  ])('%s', (_, text, expected) => {
    expect(reportedProblems(read(text)).join()).toBe(expected);
  });

  it.each<[string, string, object]>([
    [
      'a word misspelt',
      changed(['summary: Finds', 'sumary: Finds']),
      {
        line: 11,
        path: '/paths/~1entries~1{number}/get/sumary',
        message: expect.stringContaining('"summary"'),
      },
    ],
    [
      'a member missing',
      changed(["info: { title: Ledger, version: '1' }", 'info: { title: Ledger }']),
      { line: 2, path: '/info', message: '"version" is missing.' },
    ],
    [
      'another type',
      changed(["version: '1'", 'version: 1']),
      { line: 2, path: '/info/version', expected: 'string' },
    ],
    [
      'a value that is none of those allowed',
      changed(['in: query', 'in: body']),
      { line: 18, path: '/paths/~1entries~1{number}/put/parameters/0/in' },
    ],
    [
      'another type, in 3.1',
      changed(version31, ["version: '1'", 'version: 1']),
      { line: 2, path: '/info/version', expected: 'string' },
    ],
    [
      'a word misspelt, in 3.1',
      changed(version31, ['responses:', 'respones:']),
      {
        line: 12,
        path: '/paths/~1entries~1{number}/get/respones',
        message: expect.stringContaining('"responses"'),
      },
    ],
    [
      'a schema keyword with the wrong value, in 3.1',
      changed(version31, ['required: [amount]', 'required: amount']),
      { line: 28, path: '/components/schemas/Entry/required', expected: 'array' },
    ],
  ])('with %s', (_, text, expected) => {
    const { problems } = read(text);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: 'error', rule: 'openapi-structure', ...expected }),
    );
    expect(problems.filter(({ rule }) => rule === 'openapi-structure').length).toBeLessThanOrEqual(2);
  });

  it.each<[string, string, string[]]>([
    [
      'a word misspelt far down in 3.1, and not for all that the word is missing from',
      changed(version31, [
        'components:\n',
        'components:\n  securitySchemes: { login: { type: oauth2, flows: { pasword: { tokenUrl: a, scopes: {} } } } }\n',
      ]),
      ['/components/securitySchemes/login/flows/pasword'],
    ],
    [
      'one thing wrong in a parameter of 3.1, and not for what is known only where that is right',
      changed(version31, ['name: dryRun, in: query', 'name: dryRun, in: body, allowEmptyValue: true']),
      ['/paths/~1entries~1{number}/put/parameters/0/in'],
    ],
    [
      'a section misspelt, and not for each of its members',
      changed(['  schemas:\n', '  schema:\n    Other: { type: string }\n']),
      ['/components/schema'],
    ],
    [
      'a member named like what every object of JavaScript has',
      changed(version31, ['summary: Finds', 'constructor: Finds']),
      ['/paths/~1entries~1{number}/get/constructor'],
    ],
  ])('once with %s', (_, text, paths) => {
    const structure = read(text).problems.filter(({ rule }) => rule === 'openapi-structure');
    expect(structure.map(({ path }) => path)).toEqual(paths);
  });

  // Compared in pairs, they would take longer than the runner waits.
  it('with sixty thousand tags, each of which must differ from all others, and soon', () => {
    const tags = Array.from({ length: 60_000 }, (_, index) => ({ name: `tag ${index}` }));
    const document = { ...YAML.parse(ledger), tags: [...tags, { name: 'tag 7' }] };
    expect(read(JSON.stringify(document), 'ledger.json').problems).toContainEqual(
      expect.objectContaining({ path: '/tags', message: expect.stringContaining('7 and 60000') }),
    );
  });

  it('with references that run in a circle', () => {
    const circle = changed([
      '  schemas:\n',
      "  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }\n",
    ]);
    expect(reportedProblems(read(circle))).toEqual([
      'error openapi-reference-broken 26',
      'error openapi-reference-broken 27',
    ]);
  });
});

describe('an OpenAPI document is accepted with a warning', () => {
  const amount = 'amount: { type: number, description: In euros. }';

  it.each<[string, string, string]>([
    [
      'where schemas are composed',
      changed([amount, 'amount: { oneOf: [{ type: number }, { type: string }] }']),
      'openapi-composition 30',
    ],
    [
      'where a parameter has a style of its own',
      changed(['in: query,', 'in: query, style: deepObject,']),
      'openapi-parameter-serialisation 18',
    ],
    [
      'where a parameter is exploded otherwise',
      changed(['in: query,', 'in: query, explode: false,']),
      'openapi-parameter-serialisation 18',
    ],
    [
      'where a parameter is an object',
      changed(['in: query, schema: { type: boolean }', 'in: query, schema: { type: object }']),
      'openapi-parameter-serialisation 18',
    ],
    [
      'where it has security schemes',
      changed([
        'components:\n',
        'components:\n  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }\n',
      ]),
      'openapi-security 25',
    ],
    [
      'where it has links',
      changed([
        '200: { description: The entry.,',
        '200: { description: The entry., links: { put: { operationId: putEntry } },',
      ]),
      'openapi-links 13',
    ],
    [
      'where it has callbacks',
      changed([
        '      description: Writes one entry.\n',
        "      description: Writes one entry.\n      callbacks: { done: { 'https://a.example.com': { post: { responses: { 200: { description: Fine. } } } } } }\n",
      ]),
      'openapi-callbacks 17',
    ],
    [
      'where it has webhooks',
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
      'where bytes travel',
      changed([
        '204: { description: Written. }',
        '200: { description: A scan., content: { image/png: {} } }',
      ]),
      'openapi-binary 23',
    ],
    [
      'where a value is bytes',
      changed([amount, 'amount: { type: string, format: binary }']),
      'openapi-binary 30',
    ],
    [
      'where an answer is not JSON',
      changed(['204: { description: Written. }', '200: { description: Text., content: { text/plain: {} } }']),
      'openapi-response-media-type 23',
    ],
    [
      'where an operation says nothing of itself',
      changed(['      summary: Finds one entry.\n', '']),
      'tool-description 9',
    ],
    [
      'where its host is open',
      changed([
        'https://ledger.example.com/v1',
        'https://{host}.example.com\n    variables: { host: { default: ledger } }',
      ]),
      'openapi-server-open-host 4',
    ],
    [
      'where a comma has split a text',
      changed(version31, ['nullable: true', 'description: What it is for, if anything']),
      'openapi-split-text 31',
    ],
    [
      'where it has TRACE',
      changed(['    get:\n', '    trace: { responses: { 200: { description: Fine. } } }\n    get:\n']),
      'openapi-method 9',
    ],
  ])('%s', (_, text, expected) => {
    expect(reportedProblems(read(text))).toEqual([`warning ${expected}`]);
  });
});

describe('an OpenAPI document is accepted as it is', () => {
  it.each<[string, string]>([
    [
      'where a server has variables with defaults and values',
      changed([
        'https://ledger.example.com/v1',
        'https://{stage}.example.com\n    variables: { stage: { default: test, enum: [test, live] } }',
      ]),
    ],
    [
      'where one operation has a server of its own and the document none',
      changed(
        ['servers:\n  - url: https://ledger.example.com/v1\n', ''],
        [
          '  /entries/{number}:\n',
          '  /entries/{number}:\n    servers: [{ url: "https://ledger.example.com" }]\n',
        ],
      ),
    ],
    [
      'where properties are named like keywords',
      changed([
        'note:',
        'oneOf: { type: string }\n        $ref: { type: string }\n        default: { type: string }\n        constructor:',
      ]),
    ],
    [
      'where an example looks like a reference',
      changed([
        'type: number, description',
        'type: number, example: { $ref: nowhere, oneOf: [] }, description',
      ]),
    ],
    [
      'where a body may be JSON or something else',
      changed([
        "content: { application/json: { schema: { $ref: '#/components/schemas/Entry' } } }\n      responses:\n        204",
        "content: { application/json; charset=utf-8: { schema: { $ref: '#/components/schemas/Entry' } }, application/xml: {} }\n      responses:\n        204",
      ]),
    ],
    [
      'where what no operation reaches is composed',
      changed(['  schemas:\n', '  schemas:\n    Unused: { oneOf: [{ type: string }] }\n']),
    ],
    [
      'where a reference is written with escapes',
      changed([
        "items: { $ref: '#/components/schemas/Entry'",
        "items: { $ref: '#/paths/~1entries~1%7Bnumber%7D/parameters/0/schema'",
      ]),
    ],
  ])('%s', (_, text) => {
    expect(read(text).problems).toEqual([]);
  });
});
