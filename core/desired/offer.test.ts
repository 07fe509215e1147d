import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../manifest/json.ts';
import type { Tool } from '../schemas/schemaReading.ts';
import { heldSchema } from './heldSchema.ts';
import { compareOffers, isToApprove, keptOffer, type Offer, offerOf } from './offer.ts';
import { toolsOf } from './toolsOf.ts';

const find: Tool = { name: 'find', description: 'Finds.', inputSchema: { type: 'object' } };
const pay: Tool = { ...find, name: 'pay' };
const offering = (...tools: Tool[]): Offer => ({ tools });
const listed: Offer = { listed: true };
const unknown: Offer = { unknown: 'It is gone.' };

describe('what a target offers', () => {
  it.each<[string, Offer, Offer, string[], string | undefined]>([
    ['other tools', offering(find, pay), offering(find), ['toolRemoved'], undefined],
    ['the same tools', offering(find), offering(find), [], undefined],
    ['what a server lists, as before', listed, listed, [], undefined],
    ['tools where nobody knows the present ones', unknown, offering(find), ['toolUnknown'], 'It is gone.'],
    ['tools where a server listed them', listed, offering(find), ['toolUnknown'], 'stand in no schema'],
    ['what a server lists in place of tools', offering(find), listed, ['toolUnknown'], 'would stand in no'],
    ['what nobody can read', offering(find), unknown, [], 'It is gone.'],
    ['tools where there never were any', { nothing: true }, offering(find), [], undefined],
  ])('is compared with %s', (_, before, after, kinds, why) => {
    const change = compareOffers(before, after);
    expect(change.changes.map(({ kind }) => kind)).toEqual(kinds);
    if (why === undefined) expect(change.unknown).toBeUndefined();
    else expect(change.unknown).toContain(why);
  });

  it('is what its schema says, where Gateloop can read it', () => {
    const schema = { kind: 'openApi' as const, sha256: 'a', tools: [find] };
    const { kind: _, ...unread } = schema;
    expect(offerOf({ schema })).toEqual(offering(find));
    expect(offerOf({})).toEqual(listed);
    expect(offerOf({ schema: unread })).toHaveProperty('unknown');
  });
});

describe('a change', () => {
  const added = compareOffers(offering(find), offering(find, pay));
  const removed = compareOffers(offering(find, pay), offering(find));
  const untold = compareOffers(unknown, listed);

  it.each([
    ['never', [false, false, false]],
    ['breaking', [false, true, true]],
    ['always', [true, true, true]],
  ] as const)('that adds, breaks or cannot be told waits for a yes under "%s": %j', (approve, expected) => {
    expect([added, removed, untold].map((change) => isToApprove(change, approve))).toEqual(expected);
  });

  it('of nothing waits for nobody', () => {
    expect(isToApprove(compareOffers(offering(find), offering(find)), 'always')).toBe(false);
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
    expect(heldSchema(config)).toEqual(expected);
    expect(keptOffer(config, [find])).toEqual(expected ? offering(find) : listed);
  });

  it.each([
    ['as bytes', new TextEncoder().encode(JSON.stringify([find]))],
    ['as an inline list', [{ name: 'find', description: 'Finds.', inputSchema: { type: 'object' } }]],
    ['as inline text', JSON.stringify([find])],
  ])('gives its tools, %s', (_, content) => {
    expect(toolsOf('lambdaTools', content)).toEqual([find]);
  });
});
