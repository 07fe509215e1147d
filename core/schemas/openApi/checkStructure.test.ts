import { describe, expect, it } from 'vitest';
import { changed, read, version31 } from './testing/ledgerDocument.ts';

describe('checkStructure', () => {
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

  it.each<[string, string, object]>([
    [
      'the types of a security scheme that has none',
      changed(['components:\n', 'components:\n  securitySchemes: { login: { scheme: bearer } }\n']),
      { message: '"type" is missing.', expected: 'type: apiKey or http or oauth2 or openIdConnect' },
    ],
    [
      'the types of a security scheme that has an unknown one',
      changed(['components:\n', 'components:\n  securitySchemes: { login: { type: basic } }\n']),
      {
        message: 'The value of "type" is not allowed here.',
        expected: 'apiKey or http or oauth2 or openIdConnect',
      },
    ],
    [
      'the value of a member that only one alternative demands',
      changed(['in: path, required: true', 'in: path']),
      { message: '"required" is missing.', expected: 'required: true' },
    ],
    [
      'the value of a member that only one alternative demands, in 3.1',
      changed(
        version31,
        ['in: path, required: true', 'in: path'],
        ['type: string, nullable: true', 'type: string'],
      ),
      { message: '"required" is missing.', expected: 'required: true' },
    ],
    [
      'the value of a member that has another one',
      changed(['in: path, required: true', 'in: path, required: false']),
      { message: 'The value of "required" is not allowed here.', expected: 'true' },
    ],
    [
      'the types of all alternatives',
      changed(['      required: [amount]', '      additionalProperties: 5\n      required: [amount]']),
      { message: '"additionalProperties" has the wrong type.', expected: 'object or boolean' },
    ],
    [
      'the schema of a parameter that has neither schema nor content',
      changed(['name: dryRun, in: query, schema: { type: boolean }', 'name: dryRun, in: query, style: form']),
      { message: '"schema" is missing.' },
    ],
    [
      'the locations of a parameter',
      changed(['in: query', 'in: body']),
      { message: 'The value of "in" is not allowed here.', expected: 'path or query or header or cookie' },
    ],
  ])('names %s', (_, text, expected) => {
    const structure = read(text).problems.filter(({ rule }) => rule === 'openapi-structure');
    expect(structure).toMatchObject([expected]);
  });

  it('reports every error of the only alternative that is no reference', () => {
    const { problems } = read(
      changed([
        '{ description: Written. }',
        '{ description: Written., headers: { Age: { style: form, shema: {} } } }',
      ]),
    );
    const age = '/paths/~1entries~1{number}/put/responses/204/headers/Age';
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining([`${age}/style`, `${age}/shema`]),
    );
  });

  it('leaves a reference to another file to the rule of references', () => {
    const { problems } = read(changed(['title: Ledger', "title: { $ref: 'title.yaml' }"]));
    expect(problems.map(({ rule }) => rule)).toEqual(['openapi-reference-external']);
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
      'a parameter with an unknown location',
      changed(['name: dryRun, in: query', 'name: dryRun, in: body, style: form']),
      ['/paths/~1entries~1{number}/put/parameters/0/in'],
    ],
    [
      'a path parameter with a style of query parameters',
      changed(['in: path, required: true', 'in: path, required: true, style: form']),
      ['/paths/~1entries~1{number}/parameters/0/style'],
    ],
    [
      'a security scheme of an unknown type, with the members of a known one',
      changed([
        'components:\n',
        'components:\n  securitySchemes: { login: { type: apikey, name: X-Key, in: header } }\n',
      ]),
      ['/components/securitySchemes/login/type'],
    ],
    [
      'a security scheme without a member of its type',
      changed(['components:\n', 'components:\n  securitySchemes: { login: { type: apiKey, in: header } }\n']),
      ['/components/securitySchemes/login'],
    ],
    [
      'a parameter without a schema, which has a style but no content',
      changed(['name: dryRun, in: query, schema: { type: boolean }', 'name: dryRun, in: query, style: form']),
      ['/paths/~1entries~1{number}/put/parameters/0'],
    ],
    [
      'a schema of a wrong type in nested alternatives',
      changed([
        'amount: { type: number',
        'amount: { oneOf: [{ items: { additionalProperties: 5 } }], type: number',
      ]),
      ['/components/schemas/Entry/properties/amount/oneOf/0/items/additionalProperties'],
    ],
    [
      'a type that is a number',
      changed(['amount: { type: number,', 'amount: { type: 5,']),
      ['/components/schemas/Entry/properties/amount/type'],
    ],
    [
      'a type of 3.1 that is an empty list',
      changed(version31, ['amount: { type: number,', 'amount: { type: [],']),
      ['/components/schemas/Entry/properties/amount/type'],
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
});
