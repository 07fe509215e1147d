import { beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../core/decide/memory.ts';
import type { Observed } from '../../core/decide/observed.ts';
import type { Desired, DesiredResource } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/fingerprint.ts';
import type { JsonObject } from '../../core/manifest/json.ts';
import { defaultSettings, type Settings } from '../../core/manifest/settings.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { Address } from '../../core/resources/address.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import type { Tool } from '../../core/schemas/schemaReading.ts';
import type { Status } from '../../core/status.ts';
import { contractKey, keepContracts, leaveChanges, readChange } from '../contracts.ts';
import { contractChanges } from './contractChanges.ts';

const WORKSPACE = 'payments';
const ADDRESS: Address = 'gatewayTarget/front/cards';
const tool = (name: string): Tool => ({ name, description: name, inputSchema: { type: 'object' } });
const both = [tool('find'), tool('refund')];
const less = [tool('find')];
const uriOf = (name: string) => `s3://specs/applied/${name}`;

/** What is in the bucket, and which keys were read. */
let documents: Map<string, unknown>;
let applied: Map<string, Uint8Array>;
let reads: string[];
let bucket: SpecBucket;
beforeEach(() => {
  documents = new Map();
  applied = new Map();
  reads = [];
  const used: Partial<SpecBucket> = {
    appliedUri: uriOf,
    readApplied: async (sha256) => {
      reads.push(sha256);
      return applied.get(sha256);
    },
    readDocument: async (key) => {
      reads.push(key);
      return documents.get(key);
    },
    writeDocument: async (key, document) => {
      documents.set(key, document);
    },
  };
  // Only these are asked; anything else fails the test as a call of undefined.
  bucket = used as SpecBucket;
});

const configWith = (toolSchema: JsonObject): JsonObject => ({
  name: 'cards',
  targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:…', toolSchema } } },
});
const before = configWith({ s3: { uri: uriOf('before') } });
const wanted = configWith({ s3: { uri: uriOf('wanted') } });

function targetOf(config: JsonObject, tools?: readonly Tool[], approve: Settings['approve'] = 'breaking') {
  const resource: DesiredResource = {
    kind: 'gatewayTarget',
    name: 'front/cards',
    config,
    references: [],
    settings: { ...defaultSettings, approve },
    ...(tools && { schema: { kind: 'lambdaTools', sha256: 'wanted', uri: uriOf('wanted'), tools } }),
    place: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  return resource;
}

const desiredOf = (resource: DesiredResource): Desired => ({
  workspace: WORKSPACE,
  revision: '1',
  settings: defaultSettings,
  owners: {},
  resources: [resource],
  warnings: [],
});

const seenAs = (status: Status, more: Partial<Observed> = {}): Observed => ({
  address: ADDRESS,
  id: 'T',
  status,
  reasons: [],
  updatedAt: 1,
  outputs: {},
  ...more,
});

const known = (more: Partial<Memory> = {}): Memory => ({
  address: ADDRESS,
  id: 'T',
  state: 'ready',
  reasons: [],
  since: 0,
  generation: 1,
  applied: { fingerprint: fingerprint(before), updatedAt: 1 },
  lastGood: fingerprint(before),
  ...more,
});

async function compared(
  resource: DesiredResource,
  observed: Observed | undefined,
  memory: Memory | 'none' = known(),
) {
  const { toApprove, unreadContracts, changes } = await contractChanges(
    {
      desired: desiredOf(resource),
      observed: new Map(observed ? [[ADDRESS, observed]] : []),
      memory: new Map(memory === 'none' ? [] : [[ADDRESS, memory]]),
    },
    bucket,
  );
  const change = changes.get(ADDRESS);
  return {
    asks: toApprove.has(ADDRESS),
    unread: unreadContracts.has(ADDRESS),
    kinds: change?.changes.map(({ kind }) => kind),
    unknown: change?.unknown,
  };
}

const keep = (config: JsonObject, tools: readonly Tool[]) =>
  documents.set(contractKey(WORKSPACE, fingerprint(config)), { config, tools });
const stored = (tools: readonly Tool[]) => new TextEncoder().encode(JSON.stringify(tools));

describe('A change of tools is compared', () => {
  it('with the contract of what was applied last', async () => {
    keep(before, both);
    expect(await compared(targetOf(wanted, less), seenAs('READY'))).toMatchObject({
      asks: true,
      kinds: ['toolRemoved'],
    });
    expect((await compared(targetOf(wanted, [...both, tool('void')]), seenAs('READY'))).asks).toBe(false);
    expect((await compared(targetOf(wanted, less, 'never'), seenAs('READY'))).asks).toBe(false);
  });

  it('with the copies of what was sent, where no contract was kept', async () => {
    applied.set(fingerprint(before), canonicalJson(before));
    applied.set('before', stored(both));
    expect(await compared(targetOf(wanted, less), seenAs('READY'))).toMatchObject({
      asks: true,
      kinds: ['toolRemoved'],
      unknown: undefined,
    });
  });

  it('with what the service holds, once that is read, where nothing was kept', async () => {
    applied.set('before', stored(both));
    const target = targetOf(wanted, less);
    expect(await compared(target, seenAs('READY'))).toMatchObject({ asks: false, unread: true });
    const read = seenAs('READY', { config: before });
    expect(await compared(target, read)).toMatchObject({ asks: true, unread: false, kinds: ['toolRemoved'] });
    const { applied: _, lastGood: __, generation: ___, ...found } = known();
    expect(await compared(target, read, found)).toMatchObject({ asks: true, kinds: ['toolRemoved'] });
    expect(await compared(target, seenAs('READY'), 'none')).toMatchObject({ unread: true });
  });

  it('with an inline schema that the service holds', async () => {
    const inline = configWith({ inlinePayload: JSON.parse(JSON.stringify(both)) });
    const read = seenAs('READY', { config: inline });
    expect(await compared(targetOf(wanted, less), read)).toMatchObject({ kinds: ['toolRemoved'] });
  });
});

describe('Somebody is asked though nobody can tell what changes', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['whose schema others keep', configWith({ s3: { uri: 's3://others/tools.json' } }), /s3:\/\/others/],
    ['whose schema is gone', before, /gone from the bucket/],
    [
      'whose tools a server lists',
      { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://e' } } } },
      /stand in no schema/,
    ],
  ])('about a target %s', async (_, config, why) => {
    const change = await compared(targetOf(wanted, less), seenAs('READY', { config }));
    expect(change).toMatchObject({ asks: true, kinds: ['toolUnknown'] });
    expect(change.unknown).toMatch(why);
  });

  it('about one that has failed since, and whose last good schema was not kept', async () => {
    const failed = seenAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: before });
    const change = await compared(targetOf(wanted, less), failed);
    expect(change).toMatchObject({ asks: true, unknown: expect.stringContaining('before it failed') });
  });

  it('without a second reading, once the question is put', async () => {
    const request = { id: 'r', kind: 'approval' as const, askedAt: 0, fingerprint: fingerprint(wanted) };
    const change = await compared(targetOf(wanted, less), seenAs('READY'), known({ request }));
    expect(change).toMatchObject({ asks: true, unread: false, kinds: undefined });
  });
});

describe('Nobody is asked', () => {
  it.each<[string, Observed | undefined, Partial<Memory>]>([
    ['about a target that is not there', undefined, {}],
    ['as long as it moves', seenAs('UPDATING'), {}],
    ['as long as it waits for a person', seenAs('UPDATE_PENDING_AUTH'), {}],
    [
      'where it is as wanted',
      seenAs('READY'),
      { applied: { fingerprint: fingerprint(wanted), updatedAt: 1 } },
    ],
    ['about what was approved', seenAs('READY'), { approved: fingerprint(wanted) }],
    ['where the service holds the very schema', seenAs('READY', { config: wanted }), {}],
  ])('%s, and nothing is read', async (_, observed, memory) => {
    const change = await compared(targetOf(wanted, less), observed, known(memory));
    expect(change).toMatchObject({ asks: false, unread: false });
    expect(reads).toEqual([]);
  });

  it('about a target that Gateloop made and that was never ready', async () => {
    const { applied: _, lastGood: __, ...never } = known();
    const target = targetOf(wanted, less);
    for (const status of ['FAILED', 'UPDATE_UNSUCCESSFUL'] as const)
      expect(await compared(target, seenAs(status, { config: before }), never)).toMatchObject({
        asks: false,
      });
  });

  it('about one that another hand made in vain', async () => {
    expect((await compared(targetOf(wanted, less), seenAs('FAILED', { config: before }), 'none')).asks).toBe(
      false,
    );
  });
});

it('What failed is compared with what was ready last, not with what was tried', async () => {
  keep(before, both);
  const tried = configWith({ s3: { uri: uriOf('tried') } });
  keep(tried, less);
  const failed = seenAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: tried });
  expect(await compared(targetOf(wanted, less), failed)).toMatchObject({ kinds: ['toolRemoved'] });
});

describe('The contract of a configuration', () => {
  const planned = { address: ADDRESS, fingerprint: fingerprint(wanted), id: 'T' };
  const desired = desiredOf(targetOf(wanted, less));

  it('is kept when it is about to be applied', async () => {
    const operations = [{ ...planned, operation: 'update' as const, configuration: fingerprint(wanted) }];
    await keepContracts(desired, { operations }, bucket);
    expect(documents.get(contractKey(WORKSPACE, fingerprint(wanted)))).toEqual({
      config: wanted,
      tools: less,
    });
  });

  it('is not overwritten by what the manifest says, when a step back is made to it', async () => {
    keep(before, both);
    const operations = [{ ...planned, operation: 'rollback' as const, configuration: fingerprint(before) }];
    await keepContracts(desired, { operations }, bucket);
    expect(documents.get(contractKey(WORKSPACE, fingerprint(before)))).toEqual({
      config: before,
      tools: both,
    });
  });
});

it('What was compared is found by the step that asks, and what is lost is told to be', async () => {
  const request = {
    address: ADDRESS,
    kind: 'approval' as const,
    fingerprint: 'f',
    reason: 'update' as const,
  };
  const change = { changes: [], unknown: 'Nobody knows.' };
  await leaveChanges(WORKSPACE, { requests: [request] }, new Map([[ADDRESS, change]]), bucket);
  expect(await readChange(WORKSPACE, ADDRESS, 'f', bucket)).toEqual(change);
  expect((await readChange(WORKSPACE, ADDRESS, 'g', bucket)).unknown).toContain('not there any more');
});
