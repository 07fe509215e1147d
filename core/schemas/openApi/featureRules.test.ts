import { describe, expect, it } from 'vitest';
import { changed, read, reportedProblems, version31 } from './testing/ledgerDocument.ts';

describe('featureRules', () => {
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
    [
      'bytes in a text of 3.1',
      changed(version31, ['type: string, nullable: true', 'type: string, contentEncoding: binary']),
      'openapi-binary 31',
    ],
    [
      'a binary media type of a text of 3.1',
      changed(version31, ['type: string, nullable: true', 'type: string, contentMediaType: image/png']),
      'openapi-binary 31',
    ],
    [
      'a binary response, but not about its schema',
      changed([
        '204: { description: Written. }',
        '200: { description: A scan., content: { image/png: { schema: { type: string, format: binary } } } }',
      ]),
      'openapi-binary 23',
    ],
    [
      'a binary response, but not about the schema to which it refers',
      changed(
        [
          '204: { description: Written. }',
          "200: { description: A scan., content: { image/png: { schema: { $ref: '#/components/schemas/Scan' } } } }",
        ],
        ['  schemas:\n', '  schemas:\n    Scan: { type: string, format: binary }\n'],
      ),
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
    ['a server without encryption', changed(['https://ledger', 'http://ledger']), 'openapi-server-http 4'],
    [
      'a second server that a gateway cannot reach',
      changed(['com/v1\n', 'com/v1\n  - url: /v2\n']),
      'openapi-server-unused 5',
    ],
    [
      'a server of the document that a server of the path replaces',
      changed(
        ['https://ledger.example.com/v1', 'https://127.0.0.1'],
        ['  /entries/{number}:\n', '  /entries/{number}:\n    servers: [{ url: "https://a.example.com" }]\n'],
      ),
      'openapi-server-unused 4',
    ],
    [
      'a path parameter that the path does not contain',
      changed(['name: dryRun, in: query', 'name: dryRun, in: path, required: true']),
      'openapi-path-parameter-unused 18',
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
