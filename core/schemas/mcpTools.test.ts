import { describe, expect, it } from 'vitest';
import { readSchema } from './readSchema.ts';

const tool = {
  name: 'search_issues',
  title: 'Search issues',
  description: 'Searches the issues of a repository.',
  inputSchema: {
    type: 'object',
    properties: { query: { type: 'string', minLength: 1 } },
    required: ['query'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true },
};

const toolsOf = (...tools: unknown[]) => ({ tools });

function read(value: unknown) {
  return readSchema('mcpTools', new TextEncoder().encode(JSON.stringify(value)), 'tools.json');
}

describe('readSchema, for MCP tool lists', () => {
  it('accepts the result of tools/list', () => {
    const { problems, tools } = read({ tools: [tool] });
    expect(problems).toEqual([]);
    expect(tools).toEqual([
      { name: tool.name, description: tool.description, inputSchema: tool.inputSchema },
    ]);
  });

  it('returns the outputSchema of a tool', () => {
    const outputSchema = { type: 'object', properties: { total: { type: 'integer' } } };
    expect(read(toolsOf({ ...tool, outputSchema })).tools[0]?.outputSchema).toEqual(outputSchema);
  });

  it.each<[string, unknown, object]>([
    ['a JSON-RPC response', { result: toolsOf(tool) }, { rule: 'mcp-tool-list', path: '' }],
    ['a bare list', [tool], { rule: 'mcp-tool-list', path: '' }],
    ['a mapping of tools', { tools: { find: tool } }, { rule: 'mcp-tool-list', path: '/tools' }],
    ['an empty list', { tools: [] }, { rule: 'mcp-tool-list', path: '/tools' }],
    ['a list of lists', toolsOf([tool]), { rule: 'mcp-tool-members', path: '/tools/0' }],
    ['a tool without a name', toolsOf({ ...tool, name: '' }), { rule: 'mcp-tool-members', path: '/tools/0' }],
    [
      'a tool without an inputSchema',
      toolsOf({ ...tool, inputSchema: undefined }),
      { rule: 'mcp-tool-input-object', path: '/tools/0' },
    ],
    [
      'an inputSchema of type string',
      toolsOf({ ...tool, inputSchema: { type: 'string' } }),
      { rule: 'mcp-tool-input-object', path: '/tools/0/inputSchema' },
    ],
    [
      'an inputSchema of several types',
      toolsOf({ ...tool, inputSchema: { type: ['object'] } }),
      { rule: 'mcp-tool-input-object', path: '/tools/0/inputSchema' },
    ],
    [
      'an inputSchema that is text',
      toolsOf({ ...tool, inputSchema: 'object' }),
      { rule: 'mcp-tool-input-object', path: '/tools/0/inputSchema' },
    ],
    [
      'an outputSchema that is a boolean',
      toolsOf({ ...tool, outputSchema: true }),
      { rule: 'mcp-tool-schema', path: '/tools/0/outputSchema' },
    ],
  ])('rejects %s with one message', (_, value, expected) => {
    expect(read(value).problems).toMatchObject([{ severity: 'error', ...expected }]);
  });

  it.each<[string, unknown, string]>([
    ['enum', 'asc', 'a list of values, such as ["asc", "desc"]'],
    ['properties', 'x', 'a mapping from names to schemas, such as {"id": {"type": "string"}}'],
    ['type', 5, 'the name of a type, such as "string", or a list of such names'],
    ['type', [], 'the name of a type, such as "string", or a list of such names'],
    ['type', ['string', null], 'the name of a type, such as "string", or a list of such names'],
    ['required', 'a', 'a list of names, such as ["id"]'],
    ['required', [5], 'a list of names, such as ["id"]'],
    ['items', 3, 'a schema, such as {"type": "string"}'],
    ['additionalProperties', 'no', 'a schema, such as {"type": "string"}'],
    ['not', null, 'a schema, such as {"type": "string"}'],
    ['description', 5, 'text'],
    ['oneOf', {}, 'a list of schemas, such as [{"type": "string"}]'],
    ['definitions', [], 'a mapping from names to schemas, such as {"id": {"type": "string"}}'],
    ['anyOf', {}, 'a list of schemas, such as [{"type": "string"}]'],
    ['prefixItems', {}, 'a list of schemas, such as [{"type": "string"}]'],
    ['patternProperties', [], 'a mapping from names to schemas, such as {"id": {"type": "string"}}'],
  ])(
    'rejects the value of "%s" in %j at any depth, once, and says what it takes',
    (name, value, expected) => {
      const problem = {
        severity: 'error',
        rule: 'mcp-tool-schema',
        message: `"${name}" has an invalid value.`,
        expected,
      };
      const at = (schema: unknown) => read(toolsOf({ ...tool, inputSchema: schema })).problems;
      expect(at({ type: 'object', [name]: value })).toMatchObject([
        { ...problem, path: `/tools/0/inputSchema/${name}` },
      ]);
      for (const [steps, wrapped] of [
        ['properties/a', { properties: { a: { [name]: value } } }],
        ['items', { items: { [name]: value } }],
        ['items/1', { items: [{}, { [name]: value }] }],
        ['additionalProperties/allOf/0', { additionalProperties: { allOf: [{ [name]: value }] } }],
        ['dependentSchemas/a/not', { dependentSchemas: { a: { not: { [name]: value } } } }],
      ] as const)
        expect(at({ type: 'object', ...wrapped })).toMatchObject([
          { ...problem, path: `/tools/0/inputSchema/${steps}/${name}` },
        ]);
    },
  );

  it('rejects a property that is no schema, and accepts a boolean as one', () => {
    const withProperty = (a: unknown) =>
      toolsOf({ ...tool, inputSchema: { type: 'object', properties: { a } } });
    for (const value of [5, null, 'string', []])
      expect(read(withProperty(value)).problems).toMatchObject([
        {
          rule: 'mcp-tool-schema',
          path: '/tools/0/inputSchema/properties/a',
          message: 'A schema must be a mapping.',
          expected: 'a schema, such as {"type": "string"}',
        },
      ]);
    const schemas = [withProperty(true), withProperty(false)].map((value) => read(value));
    expect(schemas.map(({ problems }) => problems)).toEqual([[], []]);
    expect(schemas.map(({ tools }) => tools[0]?.inputSchema.properties)).toEqual([
      { a: {} },
      { a: { not: {} } },
    ]);
  });

  it('keeps the keywords of every property, however many there are', () => {
    const property = { type: 'string', minLength: 1 };
    const properties = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, property]));
    const inputSchema = { type: 'object', properties };
    expect(read(toolsOf({ ...tool, inputSchema })).tools[0]?.inputSchema).toEqual(inputSchema);
  });

  it('derives the schemas in a list of items like other schemas', () => {
    const items = [{ type: 'string', $comment: 'The name.' }, { type: 'number' }];
    const inputSchema = { type: 'object', properties: { row: { type: 'array', items } } };
    expect(read(toolsOf({ ...tool, inputSchema })).tools[0]?.inputSchema.properties?.row?.items).toEqual([
      { type: 'string' },
      { type: 'number' },
    ]);
  });

  it('ignores members that only look like keywords', () => {
    const properties = {
      enum: { type: 'string' },
      type: { type: 'string' },
      constructor: { type: 'string' },
    };
    const inputSchema = { type: 'object', properties, const: { enum: 'x' }, required: ['enum'] };
    expect(read(toolsOf({ ...tool, inputSchema })).problems).toEqual([]);
  });

  it.each<[string, unknown, object]>([
    [
      'one of several pages',
      { tools: [tool], nextCursor: 'abc' },
      { rule: 'mcp-tool-list-incomplete', path: '/nextCursor' },
    ],
    [
      'references in an inputSchema',
      toolsOf({
        ...tool,
        inputSchema: {
          type: 'object',
          properties: { a: { anyOf: [{ $ref: '#/$defs/A' }] } },
          $defs: { A: { type: 'string' } },
        },
      }),
      { rule: 'mcp-tool-references', path: '/tools/0/inputSchema/$defs' },
    ],
    [
      'an anchor in an outputSchema',
      toolsOf({ ...tool, outputSchema: { type: 'object', properties: { a: { $anchor: 'a' } } } }),
      { rule: 'mcp-tool-references', path: '/tools/0/outputSchema/properties/a/$anchor' },
    ],
    [
      'a list of values, once for each schema',
      toolsOf({
        ...tool,
        inputSchema: {
          type: 'object',
          properties: {
            sort: { enum: ['asc'] },
            order: { type: 'array', items: { enum: ['id'], default: 'id' } },
          },
        },
      }),
      {
        rule: 'mcp-tool-keywords',
        path: '/tools/0/inputSchema/properties/sort/enum',
        message:
          'The service may refuse "enum" in mcpToolSchema. If the target fails, describe the values in "description" instead.',
        expected: 'type, properties, required, items, description',
      },
    ],
    [
      'a default in the items of a list',
      toolsOf({
        ...tool,
        inputSchema: { type: 'object', properties: { order: { type: 'array', items: [{ default: 'id' }] } } },
      }),
      { rule: 'mcp-tool-keywords', path: '/tools/0/inputSchema/properties/order/items/0/default' },
    ],
    [
      'a tool without a description',
      toolsOf({ ...tool, description: undefined }),
      { rule: 'tool-description', path: '/tools/0' },
    ],
  ])('warns about %s', (_, value, expected) => {
    expect(read(value).problems).toMatchObject([{ severity: 'warning', ...expected }]);
  });

  it('inlines the references of an inputSchema', () => {
    const inputSchema = {
      type: 'object',
      properties: { node: { $ref: '#/$defs/Node' } },
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
    };
    expect(read(toolsOf({ ...tool, inputSchema })).tools[0]?.inputSchema).toEqual({
      type: 'object',
      properties: { node: { type: 'object', properties: { next: { type: 'object' } } } },
    });
  });

  const listExpected = '{"tools": [...]}, as in the result of tools/list';

  it.each<[string, unknown, string, string | undefined]>([
    ['a text', 'tools', "mcpToolSchema must be an object with 'tools' array.", listExpected],
    ['a bare list', [tool], "mcpToolSchema must be an object with 'tools' array.", listExpected],
    ['an empty list', toolsOf(), 'The list has no tool. Add at least one.', undefined],
    ['a list of texts', toolsOf('find'), 'A tool must be a mapping.', 'name, description, inputSchema'],
    ['a tool without a name', toolsOf({ ...tool, name: undefined }), 'The tool has no name.', 'name'],
    ['a tool whose name is a number', toolsOf({ ...tool, name: 7 }), 'The tool has no name.', 'name'],
    [
      'an inputSchema of type string',
      toolsOf({ ...tool, inputSchema: { type: 'string' } }),
      'The inputSchema of a tool must be a JSON Schema of type "object".',
      'type: object',
    ],
    [
      'an outputSchema that is text',
      toolsOf({ ...tool, outputSchema: 'object' }),
      'The outputSchema of a tool must be a JSON Schema.',
      'a mapping, such as {"type": "object"}',
    ],
    [
      'one of several pages',
      { tools: [tool], nextCursor: 'abc' },
      'This is one of several pages. Fetch the other pages and merge their tools into one list.',
      undefined,
    ],
    [
      'a reference',
      toolsOf({ ...tool, inputSchema: { type: 'object', properties: { a: { $ref: '#/properties/b' } } } }),
      '"$ref" can make the synchronization fail. Write the schema inline instead.',
      undefined,
    ],
  ])('says what is wrong with %s, and what is valid', (_, value, message, expected) => {
    const problem = read(value).problems.find((each) => each.message === message);
    expect(problem).toBeDefined();
    expect(problem?.expected).toBe(expected);
  });

  it('reports the problems of the tools in a bare list too', () => {
    expect(read([{ ...tool, name: '' }]).problems.map(({ rule }) => rule)).toEqual([
      'mcp-tool-list',
      'mcp-tool-members',
    ]);
  });

  it('derives a tool only from an entry with a name', () => {
    const { tools, problems } = read(toolsOf('text', null, { ...tool, name: '' }, tool));
    expect(tools.map(({ name }) => name)).toEqual([tool.name]);
    expect(problems.filter(({ rule }) => rule === 'mcp-tool-members')).toMatchObject([
      { path: '/tools/0' },
      { path: '/tools/1' },
      { path: '/tools/2' },
    ]);
  });
});
