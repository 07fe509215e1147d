import { describe, expect, it } from 'vitest';
import { readSchema } from './readSchema.ts';

const tool = {
  name: 'find_customer',
  description: 'Finds a customer by number.',
  inputSchema: {
    type: 'object',
    description: 'Whom to find.',
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

describe('a Lambda tool list', () => {
  it('is accepted with all that the API’s model knows', () => {
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
    ['is no list', { tools: [tool] }, { rule: 'lambda-tool-list', path: '' }],
    ['is empty', [], { rule: 'lambda-tool-list', path: '' }],
    ['holds something else', ['find'], { rule: 'lambda-tool-members', path: '/0' }],
    [
      'has a tool without a name',
      [{ ...tool, name: undefined }],
      { rule: 'lambda-tool-members', path: '/0', message: 'The tool has no "name".' },
    ],
    [
      'has a tool with an empty name',
      [{ ...tool, name: '' }],
      { rule: 'lambda-tool-members', path: '/0/name' },
    ],
    [
      'has a tool without a description',
      [{ ...tool, description: undefined }],
      { rule: 'lambda-tool-members', path: '/0' },
    ],
    [
      'has a tool without an input',
      [{ ...tool, inputSchema: undefined }],
      { rule: 'lambda-tool-members', path: '/0' },
    ],
    [
      'has a member misspelt',
      [{ ...tool, outputShema: {} }],
      {
        rule: 'lambda-tool-members',
        path: '/0/outputShema',
        message: 'A tool has no "outputShema" here. Did you mean "outputSchema"?',
      },
    ],
    [
      'has an input that is a list',
      withInput({ type: 'array', items: { type: 'string' } }),
      { rule: 'lambda-tool-input-object', path: '/0/inputSchema' },
    ],
    [
      'has an output that is a text',
      [{ ...tool, outputSchema: { type: 'string' } }],
      { rule: 'lambda-tool-input-object', path: '/0/outputSchema' },
    ],
    [
      'uses a keyword that is not known',
      withNumber({ type: 'string', enum: ['a'] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/enum' },
    ],
    [
      'uses a reference',
      withNumber({ $ref: '#/a', type: 'string' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/$ref' },
    ],
    [
      'uses a type that is not known',
      withNumber({ type: 'date' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/type' },
    ],
    [
      'uses two types at once',
      withNumber({ type: ['string', 'null'] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/type' },
    ],
    [
      'leaves a type out',
      withNumber({}),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number' },
    ],
    [
      'has a property that is no schema',
      withNumber('string'),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number' },
    ],
    [
      'has items that are no schema',
      withNumber({ type: 'array', items: [] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/items' },
    ],
    [
      'requires no names',
      withInput({ type: 'object', required: [5] }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/required' },
    ],
  ])('is refused where it %s', (_, value, expected) => {
    expect(read(value).problems.filter(({ severity }) => severity === 'error')).toMatchObject([expected]);
  });

  it('is accepted with a warning where it requires what it does not describe', () => {
    expect(read(withInput({ type: 'object', properties: {}, required: ['number'] })).problems).toMatchObject([
      { severity: 'warning', rule: 'lambda-tool-required-exists', path: '/0/inputSchema/required/0' },
    ]);
  });
});
