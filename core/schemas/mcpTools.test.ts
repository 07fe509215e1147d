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

function read(value: unknown) {
  return readSchema('mcpTools', new TextEncoder().encode(JSON.stringify(value)), 'tools.json');
}

describe('readSchema, for MCP tool lists', () => {
  it.each([
    ['a list', [tool]],
    ['the result of tools/list', { tools: [tool] }],
  ])('accepts %s', (_, value) => {
    const { problems, tools } = read(value);
    expect(problems).toEqual([]);
    expect(tools).toEqual([
      { name: tool.name, description: tool.description, inputSchema: tool.inputSchema },
    ]);
  });

  it('returns the outputSchema of a tool', () => {
    const outputSchema = { type: 'object', properties: { total: { type: 'integer' } } };
    expect(read([{ ...tool, outputSchema }]).tools[0]?.outputSchema).toEqual(outputSchema);
  });

  it.each<[string, unknown, object]>([
    ['a JSON-RPC response', { result: { tools: [tool] } }, { rule: 'mcp-tool-list', path: '' }],
    ['an empty list', { tools: [] }, { rule: 'mcp-tool-list', path: '/tools' }],
    ['a list of lists', [[tool]], { rule: 'mcp-tool-members', path: '/0' }],
    [
      'a tool without a name',
      { tools: [{ ...tool, name: '' }] },
      { rule: 'mcp-tool-members', path: '/tools/0' },
    ],
    [
      'a tool without an inputSchema',
      [{ ...tool, inputSchema: undefined }],
      { rule: 'mcp-tool-input-object', path: '/0' },
    ],
    [
      'an inputSchema of type string',
      [{ ...tool, inputSchema: { type: 'string' } }],
      { rule: 'mcp-tool-input-object', path: '/0/inputSchema' },
    ],
  ])('rejects %s', (_, value, expected) => {
    expect(read(value).problems).toContainEqual(expect.objectContaining({ severity: 'error', ...expected }));
  });

  it.each<[string, unknown, object]>([
    [
      'one of several pages',
      { tools: [tool], nextCursor: 'abc' },
      { rule: 'mcp-tool-list-incomplete', path: '/nextCursor' },
    ],
    [
      'references in an inputSchema',
      [
        {
          ...tool,
          inputSchema: {
            type: 'object',
            properties: { a: { anyOf: [{ $ref: '#/$defs/A' }] } },
            $defs: { A: { type: 'string' } },
          },
        },
      ],
      { rule: 'mcp-tool-references', path: '/0/inputSchema/$defs' },
    ],
    [
      'an anchor in an outputSchema',
      [{ ...tool, outputSchema: { type: 'object', properties: { a: { $anchor: 'a' } } } }],
      { rule: 'mcp-tool-references', path: '/0/outputSchema/properties/a/$anchor' },
    ],
    [
      'a tool without a description',
      [{ ...tool, description: undefined }],
      { rule: 'tool-description', path: '/0' },
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
    expect(read([{ ...tool, inputSchema }]).tools[0]?.inputSchema).toEqual({
      type: 'object',
      properties: { node: { type: 'object', properties: { next: { type: 'object' } } } },
    });
  });

  it.each<[string, unknown, string, string | undefined]>([
    ['a text', 'tools', 'This is not a list of MCP tools.', 'a list, or {"tools": [...]}'],
    ['an empty list', [], 'The list has no tool. Add at least one.', undefined],
    ['a list of texts', ['find'], 'A tool must be a mapping.', 'name, description, inputSchema'],
    ['a tool without a name', [{ ...tool, name: undefined }], 'The tool has no name.', 'name'],
    ['a tool whose name is a number', [{ ...tool, name: 7 }], 'The tool has no name.', 'name'],
    [
      'an inputSchema of type string',
      [{ ...tool, inputSchema: { type: 'string' } }],
      'The inputSchema of a tool must be a JSON Schema of type "object".',
      'type: object',
    ],
    [
      'one of several pages',
      { tools: [tool], nextCursor: 'abc' },
      'This is one of several pages. Fetch the other pages and merge their tools into one list.',
      undefined,
    ],
    [
      'a reference',
      [{ ...tool, inputSchema: { type: 'object', properties: { a: { $ref: '#/properties/b' } } } }],
      '"$ref" can make the synchronization fail. Write the schema inline instead.',
      undefined,
    ],
  ])('says what is wrong with %s, and what is valid', (_, value, message, expected) => {
    const problem = read(value).problems.find((each) => each.message === message);
    expect(problem).toBeDefined();
    expect(problem?.expected).toBe(expected);
  });

  it('derives a tool only from an entry with a name', () => {
    const entries = ['text', null, { ...tool, name: '' }, tool];
    expect(read(entries).tools.map(({ name }) => name)).toEqual([tool.name]);
    expect(read(entries).problems.filter(({ rule }) => rule === 'mcp-tool-members')).toMatchObject([
      { path: '/0' },
      { path: '/1' },
      { path: '/2' },
    ]);
  });
});
