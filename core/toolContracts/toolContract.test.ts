import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import {
  configuredSchema,
  contractOf,
  diffContracts,
  needsApproval,
  savedContract,
  settingChanges,
  type ToolContract,
} from './toolContract.ts';
import { toolsInSchema } from './toolsInSchema.ts';

const find: Tool = { name: 'find', description: 'Finds.', inputSchema: { type: 'object' } };
const pay: Tool = { ...find, name: 'pay' };
const contractWith = (...tools: Tool[]): ToolContract => ({ tools });
const dynamic: ToolContract = { dynamic: true };
const unknown: ToolContract = { unknown: 'It is gone.' };

it('settingChanges: lists the changed members of a configuration without the schema', () => {
  const config = (lambdaArn: string, uri: string) => ({
    targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: { s3: { uri } } } } },
  });
  expect(settingChanges(config('a', 's3://b/1'), { ...config('b', 's3://b/2'), metadata: { x: 1 } })).toEqual(
    [
      { path: 'targetConfiguration.mcp.lambda.lambdaArn', before: 'a', after: 'b' },
      { path: 'metadata', after: '{\n  "x": 1\n}' },
    ],
  );
});

describe('diffContracts and contractOf', () => {
  it.each<[string, ToolContract, ToolContract, string[], string | undefined]>([
    ['a removed tool', contractWith(find, pay), contractWith(find), ['toolRemoved'], undefined],
    ['the same tools', contractWith(find), contractWith(find), [], undefined],
    ['dynamic tools on both sides', dynamic, dynamic, [], undefined],
    ['tools against an unknown contract', unknown, contractWith(find), ['toolUnknown'], 'It is gone.'],
    ['tools against dynamic ones', dynamic, contractWith(find), ['toolUnknown'], 'No schema describes'],
    [
      'dynamic tools against those of a schema',
      contractWith(find),
      dynamic,
      ['toolUnknown'],
      'No schema would describe',
    ],
    ['an unknown contract against tools', contractWith(find), unknown, [], 'It is gone.'],
    ['the first tools of a target', { none: true }, contractWith(find), [], undefined],
  ])('diffContracts: compares %s', (_, before, after, kinds, why) => {
    const change = diffContracts(before, after);
    expect(change.changes.map(({ kind }) => kind)).toEqual(kinds);
    if (why === undefined) expect(change.unknown).toBeUndefined();
    else expect(change.unknown).toContain(why);
  });

  it('contractOf: returns the tools of a schema that Gateloop can read', () => {
    const schema = { kind: 'openApi' as const, sha256: 'a', tools: [find] };
    const { kind: _, ...unread } = schema;
    expect(contractOf({ schema })).toEqual(contractWith(find));
    expect(contractOf({})).toEqual(dynamic);
    expect(contractOf({ schema: unread })).toHaveProperty('unknown');
  });
});

describe('needsApproval', () => {
  const added = diffContracts(contractWith(find), contractWith(find, pay));
  const removed = diffContracts(contractWith(find, pay), contractWith(find));
  const unknownChange = diffContracts(unknown, dynamic);

  it.each([
    ['never', [false, false, false]],
    ['breaking', [false, true, true]],
    ['always', [true, true, true]],
  ] as const)(
    'needsApproval: decides for an addition, a removal and an unknown change under "%s": %j',
    (approve, expected) => {
      expect([added, removed, unknownChange].map((change) => needsApproval(change, approve))).toEqual(
        expected,
      );
    },
  );

  it('needsApproval: is false where nothing changes', () => {
    expect(needsApproval(diffContracts(contractWith(find), contractWith(find)), 'always')).toBe(false);
  });
});

describe('configuredSchema and toolsInSchema', () => {
  const withLambda = (toolSchema: JsonObject): JsonObject => ({
    name: 'cards',
    targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:…', toolSchema } } },
  });
  const mcp = (server: JsonObject): JsonObject => ({ targetConfiguration: { mcp: server } });

  it.each([
    ['in S3', withLambda({ s3: { uri: 's3://b/k' } }), { kind: 'lambdaTools', uri: 's3://b/k' }],
    ['inline', withLambda({ inlinePayload: [] }), { kind: 'lambdaTools', payload: [] }],
    [
      'of an API',
      mcp({ openApiSchema: { inlinePayload: 'openapi: 3.1.0' } }),
      { kind: 'openApi', payload: 'openapi: 3.1.0' },
    ],
    [
      'of a server with static tools',
      mcp({ mcpServer: { endpoint: 'https://e', mcpToolSchema: { s3: { uri: 's3://b/m' } } } }),
      { kind: 'mcpTools', uri: 's3://b/m' },
    ],
    ['of a server with dynamic tools', mcp({ mcpServer: { endpoint: 'https://e' } }), undefined],
    ['of no target', { name: 'gateway' }, undefined],
  ])('configuredSchema: finds the schema %s', (_, config, expected) => {
    expect(configuredSchema(config)).toEqual(expected);
    expect(savedContract(config, [find])).toEqual(expected ? contractWith(find) : dynamic);
  });

  it.each([
    ['as bytes', new TextEncoder().encode(JSON.stringify([find]))],
    ['as an inline list', [{ name: 'find', description: 'Finds.', inputSchema: { type: 'object' } }]],
    ['as inline text', JSON.stringify([find])],
  ])('toolsInSchema: reads the tools of a schema %s', (_, content) => {
    expect(toolsInSchema('lambdaTools', content)).toEqual([find]);
  });

  it.each([
    ['is empty', '', undefined],
    ['is no list', '{"tools": 5}', undefined],
    ['has no entry', '[]', undefined],
    ['has one readable entry and a broken one', JSON.stringify([find, 5]), [find]],
  ])('toolsInSchema: returns the tools of a schema that %s', (_, content, tools) => {
    expect(toolsInSchema('lambdaTools', content)).toEqual(tools);
    expect(toolsInSchema('lambdaTools', new TextEncoder().encode(content))).toEqual(tools);
  });

  it('toolsInSchema: keeps what is malformed, so that a comparison finds that it cannot read it', () => {
    const schema = {
      type: 'object',
      properties: { a: 5, b: { items: 3, not: 'x' } },
      required: 'a',
      anyOf: {},
    };
    const content = { tools: [{ name: 'find', description: 'Finds.', inputSchema: schema }] };
    const tools = toolsInSchema('mcpTools', content) ?? [];
    expect(tools).toEqual([{ name: 'find', description: 'Finds.', inputSchema: schema }]);
    expect(diffContracts({ tools }, contractWith(find)).changes).toMatchObject([{ kind: 'toolUnknown' }]);
  });
});
