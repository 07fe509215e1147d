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

describe('an MCP tool list', () => {
  it.each([
    ['a list', [tool]],
    ['the result of tools/list', { tools: [tool] }],
  ])('is accepted as %s', (_, value) => {
    const { problems, tools } = read(value);
    expect(problems).toEqual([]);
    expect(tools).toEqual([
      { name: tool.name, description: tool.description, inputSchema: tool.inputSchema },
    ]);
  });

  it('says what its tools answer, where they do', () => {
    const outputSchema = { type: 'object', properties: { total: { type: 'integer' } } };
    expect(read([{ ...tool, outputSchema }]).tools[0]?.outputSchema).toEqual(outputSchema);
  });

  it.each<[string, unknown, object]>([
    ['is something else', { result: { tools: [tool] } }, { rule: 'mcp-tool-list', path: '' }],
    ['is empty', { tools: [] }, { rule: 'mcp-tool-list', path: '/tools' }],
    ['holds something else', [[tool]], { rule: 'mcp-tool-members', path: '/0' }],
    [
      'has a tool without a name',
      { tools: [{ ...tool, name: '' }] },
      { rule: 'mcp-tool-members', path: '/tools/0' },
    ],
    [
      'has a tool without an input',
      [{ ...tool, inputSchema: undefined }],
      { rule: 'mcp-tool-input-object', path: '/0' },
    ],
    [
      'has an input that is no object',
      [{ ...tool, inputSchema: { type: 'string' } }],
      { rule: 'mcp-tool-input-object', path: '/0/inputSchema' },
    ],
  ])('is refused where it %s', (_, value, expected) => {
    expect(read(value).problems).toContainEqual(expect.objectContaining({ severity: 'error', ...expected }));
  });

  it.each<[string, unknown, object]>([
    [
      'is one page of several',
      { tools: [tool], nextCursor: 'abc' },
      { rule: 'mcp-tool-list-incomplete', path: '/nextCursor' },
    ],
    [
      'has references',
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
      'has an anchor in its output',
      [{ ...tool, outputSchema: { type: 'object', properties: { a: { $anchor: 'a' } } } }],
      { rule: 'mcp-tool-references', path: '/0/outputSchema/properties/a/$anchor' },
    ],
    [
      'has a tool that says nothing of itself',
      [{ ...tool, description: undefined }],
      { rule: 'tool-description', path: '/0' },
    ],
  ])('is accepted with a warning where it %s', (_, value, expected) => {
    expect(read(value).problems).toMatchObject([{ severity: 'warning', ...expected }]);
  });

  it('has its references written out in what an agent would see', () => {
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
});
