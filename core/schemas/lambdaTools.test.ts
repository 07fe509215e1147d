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
      'an inputSchema without a type',
      withInput({ properties: {} }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema' },
    ],
    [
      'an inputSchema of an unknown type',
      withInput({ type: 'map' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/type' },
    ],
    [
      'an inputSchema that is text',
      withInput('object'),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema' },
    ],
    [
      'an outputSchema that is a list',
      [{ ...tool, outputSchema: [] }],
      { rule: 'lambda-tool-keywords', path: '/0/outputSchema' },
    ],
    [
      'properties that are text',
      withNumber({ type: 'object', properties: 'x' }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/properties' },
    ],
    [
      'a property that is null, in the items of a list',
      withNumber({ type: 'array', items: { type: 'object', properties: { a: null } } }),
      { rule: 'lambda-tool-keywords', path: '/0/inputSchema/properties/number/items/properties/a' },
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

  it.each<[string, unknown]>([
    ['string', { type: 'string' }],
    ['array', { type: 'array', items: { type: 'string' } }],
    ['array', { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } }],
    ['array', { type: 'array', items: { type: 'array', items: { type: 'number' } } }],
  ])('accepts a tool whose outermost type is %s, with a warning: %j', (type, schema) => {
    const warning = {
      severity: 'warning',
      rule: 'lambda-tool-input-object',
      message: `The outermost type is "${type}". AWS accepts it, but agents send and read objects. Put the value into a property.`,
      expected: 'type: object',
    };
    for (const name of ['inputSchema', 'outputSchema']) {
      const { problems, tools } = read([{ ...tool, [name]: schema }]);
      expect(problems).toMatchObject([{ ...warning, path: `/0/${name}/type` }]);
      expect(tools).toMatchObject([{ [name]: schema }]);
    }
  });

  it('reports an outermost type that does not exist once', () => {
    expect(read(withInput({ type: 'map' })).problems.map(({ rule }) => rule)).toEqual([
      'lambda-tool-keywords',
    ]);
    expect(read(withInput({ type: 5 })).problems.map(({ rule }) => rule)).toEqual(['lambda-tool-keywords']);
  });

  it('warns about a required name that is not a property', () => {
    expect(read(withInput({ type: 'object', properties: {}, required: ['number'] })).problems).toMatchObject([
      { severity: 'warning', rule: 'lambda-tool-required-exists', path: '/0/inputSchema/required/0' },
    ]);
  });

  it.each<[string, unknown, string, string | undefined]>([
    ['a mapping', { tools: [tool] }, 'A Lambda tool schema must be a list of tools.', 'a list'],
    ['an empty list', [], 'The list has no tool. Add at least one.', undefined],
    ['a text', ['find'], 'A tool must be a mapping.', 'name, description, inputSchema'],
    ['an empty name', [{ ...tool, name: '' }], '"name" must be text that is not empty.', 'text'],
    [
      'a description that is a number',
      [{ ...tool, description: 7 }],
      '"description" must be text that is not empty.',
      'text',
    ],
    [
      'a member that resembles no other',
      [{ ...tool, color: 1 }],
      'A tool has no member "color". Remove it.',
      'name, description, inputSchema',
    ],
    [
      'a member with a long name',
      [{ ...tool, ['x'.repeat(100)]: 1 }],
      `A tool has no member "${'x'.repeat(80)}". Remove it.`,
      'name',
    ],
    ['an unknown keyword', withNumber({ type: 'string', tipe: 1 }), 'A schema has no member "tipe"', 'type'],
    [
      'an unknown type',
      withNumber({ type: 'date' }),
      '"type" has an invalid value.',
      'one of string, number',
    ],
    ['a number as type', withNumber({ type: 7 }), '"type" has an invalid value.', 'one of string, number'],
    [
      'a number as description',
      withNumber({ type: 'string', description: 7 }),
      '"description" has an invalid value.',
      'text',
    ],
    [
      'a list of properties',
      withNumber({ type: 'object', properties: [] }),
      '"properties" has an invalid value.',
      'a mapping of schemas',
    ],
    [
      'required names of which one is a number',
      withInput({ type: 'object', required: ['number', 5], properties: { number: { type: 'string' } } }),
      '"required" has an invalid value.',
      'a list of names',
    ],
    ['a schema that is text', withNumber('string'), 'A schema must be a mapping.', 'a mapping with type'],
    ['a schema without type', withNumber({}), 'The schema has no "type".', 'string, number, integer'],
  ])('says what is wrong with %s, and what is valid', (_, value, message, expected) => {
    const errors = read(value).problems.filter(({ severity }) => severity === 'error');
    const problem = errors.find((error) => error.message.startsWith(message));
    expect(problem, JSON.stringify(errors)).toBeDefined();
    expect(problem?.expected ?? '').toMatch(expected === undefined ? /^$/ : new RegExp(`^${expected}`));
  });

  it('names the required name that is not a property', () => {
    const [problem] = read(
      withInput({ type: 'object', properties: { year: { type: 'string' } }, required: ['year', 'number'] }),
    ).problems;
    expect(problem?.message).toBe('"required" lists "number", which "properties" does not define.');
    expect(problem?.path).toBe('/0/inputSchema/required/1');
  });

  it('checks the items of a list and the properties within them', () => {
    const items = { type: 'object', properties: { when: { type: 'date' } } };
    expect(read(withNumber({ type: 'array', items })).problems).toMatchObject([
      { path: '/0/inputSchema/properties/number/items/properties/when/type' },
    ]);
  });

  it('derives a tool only from an entry with a name and a description', () => {
    const entries = [tool, { ...tool, name: '' }, { ...tool, name: 'other', description: '' }, 'text', null];
    expect(read(entries).tools.map(({ name }) => name)).toEqual(['find_customer']);
  });
});
