import { describe, expect, it } from 'vitest';
import { configuredSchema } from '../desired/configuredSchema.ts';
import type { JsonObject } from '../json.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import {
  contractOf,
  diffContracts,
  needsApproval,
  savedContract,
  type ToolContract,
} from './toolContract.ts';
import { toolsInSchema } from './toolsInSchema.ts';

const find: Tool = { name: 'find', description: 'Finds.', inputSchema: { type: 'object' } };
const pay: Tool = { ...find, name: 'pay' };
const contractWith = (...tools: Tool[]): ToolContract => ({ tools });
const dynamic: ToolContract = { dynamic: true };
const unknown: ToolContract = { unknown: 'It is gone.' };

describe('what a target offers', () => {
  it.each<[string, ToolContract, ToolContract, string[], string | undefined]>([
    ['other tools', contractWith(find, pay), contractWith(find), ['toolRemoved'], undefined],
    ['the same tools', contractWith(find), contractWith(find), [], undefined],
    ['what a server lists, as before', dynamic, dynamic, [], undefined],
    [
      'tools where nobody knows the present ones',
      unknown,
      contractWith(find),
      ['toolUnknown'],
      'It is gone.',
    ],
    ['tools where a server listed them', dynamic, contractWith(find), ['toolUnknown'], 'stand in no schema'],
    [
      'what a server lists in place of tools',
      contractWith(find),
      dynamic,
      ['toolUnknown'],
      'would stand in no',
    ],
    ['what nobody can read', contractWith(find), unknown, [], 'It is gone.'],
    ['tools where there never were any', { none: true }, contractWith(find), [], undefined],
  ])('is compared with %s', (_, before, after, kinds, why) => {
    const change = diffContracts(before, after);
    expect(change.changes.map(({ kind }) => kind)).toEqual(kinds);
    if (why === undefined) expect(change.unknown).toBeUndefined();
    else expect(change.unknown).toContain(why);
  });

  it('is what its schema says, where Gateloop can read it', () => {
    const schema = { kind: 'openApi' as const, sha256: 'a', tools: [find] };
    const { kind: _, ...unread } = schema;
    expect(contractOf({ schema })).toEqual(contractWith(find));
    expect(contractOf({})).toEqual(dynamic);
    expect(contractOf({ schema: unread })).toHaveProperty('unknown');
  });
});

describe('a change', () => {
  const added = diffContracts(contractWith(find), contractWith(find, pay));
  const removed = diffContracts(contractWith(find, pay), contractWith(find));
  const untold = diffContracts(unknown, dynamic);

  it.each([
    ['never', [false, false, false]],
    ['breaking', [false, true, true]],
    ['always', [true, true, true]],
  ] as const)('that adds, breaks or cannot be told waits for a yes under "%s": %j', (approve, expected) => {
    expect([added, removed, untold].map((change) => needsApproval(change, approve))).toEqual(expected);
  });

  it('of nothing waits for nobody', () => {
    expect(needsApproval(diffContracts(contractWith(find), contractWith(find)), 'always')).toBe(false);
  });
});

describe('the schema that a configuration names', () => {
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
    ['of a server that lists them', mcp({ mcpServer: { endpoint: 'https://e' } }), undefined],
    ['of no target', { name: 'gateway' }, undefined],
  ])('is found: %s', (_, config, expected) => {
    expect(configuredSchema(config)).toEqual(expected);
    expect(savedContract(config, [find])).toEqual(expected ? contractWith(find) : dynamic);
  });

  it.each([
    ['as bytes', new TextEncoder().encode(JSON.stringify([find]))],
    ['as an inline list', [{ name: 'find', description: 'Finds.', inputSchema: { type: 'object' } }]],
    ['as inline text', JSON.stringify([find])],
  ])('gives its tools, %s', (_, content) => {
    expect(toolsInSchema('lambdaTools', content)).toEqual([find]);
  });
});
