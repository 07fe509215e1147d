import { describe, expect, it } from 'vitest';
import { readSchema } from './readSchema.ts';

const tool = {
  name: 'find_customer',
  description: 'Finds a customer by number.',
  inputSchema: {
    type: 'object',
    description: 'The customer to find.',
    properties: {
      number: { type: 'string', description: 'The customer number.' },
      tags: { type: 'array', items: { type: 'string' } },
      limits: {
        type: 'object',
        properties: { most: { type: 'integer' }, least: { type: 'number' }, strict: { type: 'boolean' } },
      },
    },
    required: ['number'],
  },
  outputSchema: { type: 'object', properties: { name: { type: 'string' } } },
};

function read(value: unknown) {
  return readSchema('lambdaTools', new TextEncoder().encode(JSON.stringify(value)), 'tools.json');
}

describe('readSchema, for Lambda tool lists', () => {
  it("accepts every keyword of the API's model", () => {
    const { problems, tools } = read([tool]);
    expect(problems).toEqual([]);
    expect(tools).toEqual([
      {
        name: tool.name,
        description: tool.description,
        inputSchema: tool.inputSchema,
        outputSchema: tool.outputSchema,
      },
    ]);
  });

  const withInput = (inputSchema: unknown) => [{ ...tool, inputSchema }];
  const withNumber = (number: unknown) => withInput({ type: 'object', properties: { number } });

  it.each<[string, unknown, object]>([
    ['a mapping', { tools: [tool] }, { rule: 'lambda-tool-list', path: '' }],
    ['an empty list', [], { rule: 'lambda-tool-list', path: '' }],
    ['a list of texts', ['find'], { rule: 'lambda-tool-members', path: '/0' }],
    [
      'a tool without a name',
      [{ ...tool, name: undefined }],
      { rule: 'lambda-tool-members', path: '/0', message: 'The tool has no "name".' },
    ],
    ['a tool with an empty name', [{ ...tool, name: '' }], { rule: 'lambda-tool-members', path: '/0/name' }],
    [
      'a tool without a description',
      [{ ...tool, description: undefined }],
      { rule: 'lambda-tool-members', path: '/0' },
    ],
    [
      'a tool without an inputSchema',
      [{ ...tool, inputSchema: undefined }],
      { rule: 'lambda-tool-members', path: '/0' },
    ],
    [
      'a misspelled member',
      [{ ...tool, outputShema: {} }],
      {
        rule: 'lambda-tool-members',
        path: '/0/outputShema',
        message: 'A tool has no member "outputShema". Did you mean "outputSchema"?',
      },
    ],
    [
      'an inputSchema of type array',
      withInput({ type: 'array', items: { type: 'string' } }),
      { rule: 'lambda-tool-input-object', path: '/0/inputSchema' },
    ],
    [
      'an outputSchema of type string',
      [{ ...tool, outputSchema: { type: 'string' } }],
      { rule: 'lambda-tool-input-object', path: '/0/outputSchema' },
    ],
    [
      'an unsupported keyword',
      withNumber({ type: 'string', enum: ['a'] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/enum' },
    ],
    [
      'a reference',
      withNumber({ $ref: '#/a', type: 'string' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/$ref' },
    ],
    [
      'an unknown type',
      withNumber({ type: 'date' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/type' },
    ],
    [
      'a list of types',
      withNumber({ type: ['string', 'null'] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/type' },
    ],
    [
      'a property without a type',
      withNumber({}),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number' },
    ],
    [
      'a property that is not a schema',
      withNumber('string'),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number' },
    ],
    [
      'items that are not a schema',
      withNumber({ type: 'array', items: [] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/items' },
    ],
    [
      'a required name that is a number',
      withInput({ type: 'object', required: [5] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/required' },
    ],
  ])('rejects %s', (_, value, expected) => {
    expect(read(value).problems.filter(({ severity }) => severity === 'error')).toMatchObject([expected]);
  });

  it('warns about a required name that is not a property', () => {
    expect(read(withInput({ type: 'object', properties: {}, required: ['number'] })).problems).toMatchObject([
      { severity: 'warning', rule: 'lambda-tool-required-exists', path: '/0/inputSchema/required/0' },
    ]);
  });
});
