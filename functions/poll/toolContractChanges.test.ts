import { beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { fingerprint } from '../../core/desired/desired.ts';
import type { JsonObject } from '../../core/json.ts';
import { defaultSettings, type Settings } from '../../core/manifest/settings.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ObservedResource } from '../../core/resources/observe.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import type { Tool } from '../../core/schemas/schemaTypes.ts';
import type { Status } from '../../core/status.ts';
import { contractKey } from '../../core/storage/keys.ts';
import { readToolChanges, saveContracts, saveToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { toolContractChanges } from './toolContractChanges.ts';

const WORKSPACE = 'payments';
const ADDRESS: Address = 'gatewayTarget/front/cards';
const tool = (name: string): Tool => ({ name, description: name, inputSchema: { type: 'object' } });
const bothTools = [tool('find'), tool('refund')];
const fewerTools = [tool('find')];
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
    address: 'gatewayTarget/front/cards',
    kind: 'gatewayTarget',
    name: 'front/cards',
    config,
    references: [],
    settings: { ...defaultSettings, approve },
    ...(tools && { schema: { kind: 'lambdaTools', sha256: 'wanted', uri: uriOf('wanted'), tools } }),
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  return resource;
}

const desiredOf = (resource: DesiredResource): DesiredState => ({
  workspace: WORKSPACE,
  revision: '1',
  settings: defaultSettings,
  owners: {},
  resources: [resource],
  warnings: [],
});

const observedAs = (status: Status, more: Partial<ObservedResource> = {}): ObservedResource => ({
  address: ADDRESS,
  id: 'T',
  status,
  reasons: [],
  updatedAt: 1,
  outputs: {},
  ...more,
});

const recordWith = (more: Partial<ResourceRecord> = {}): ResourceRecord => ({
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

async function changesFor(
  resource: DesiredResource,
  observed: ObservedResource | undefined,
  memory: ResourceRecord | 'none' = recordWith(),
) {
  const { needsApproval, unknownContracts, changes } = await toolContractChanges(
    {
      desired: desiredOf(resource),
      observed: new Map(observed ? [[ADDRESS, observed]] : []),
      recorded: new Map(memory === 'none' ? [] : [[ADDRESS, memory]]),
    },
    bucket,
  );
  const change = changes.get(ADDRESS);
  return {
    asks: needsApproval.has(ADDRESS),
    unread: unknownContracts.has(ADDRESS),
    kinds: change?.changes.map(({ kind }) => kind),
    unknown: change?.unknown,
  };
}

const saveContract = (config: JsonObject, tools: readonly Tool[]) =>
  documents.set(contractKey(WORKSPACE, fingerprint(config)), { format: 1, config, tools });
const stored = (tools: readonly Tool[]) => new TextEncoder().encode(JSON.stringify(tools));

describe('A change of tools is compared', () => {
  it('with the contract of what was applied last', async () => {
    saveContract(before, bothTools);
    expect(await changesFor(targetOf(wanted, fewerTools), observedAs('READY'))).toMatchObject({
      asks: true,
      kinds: ['toolRemoved'],
    });
    expect((await changesFor(targetOf(wanted, [...bothTools, tool('void')]), observedAs('READY'))).asks).toBe(
      false,
    );
    expect((await changesFor(targetOf(wanted, fewerTools, 'never'), observedAs('READY'))).asks).toBe(false);
  });

  it('with the copies of what was sent, where no contract was kept', async () => {
    applied.set(fingerprint(before), canonicalJson(before));
    applied.set('before', stored(bothTools));
    expect(await changesFor(targetOf(wanted, fewerTools), observedAs('READY'))).toMatchObject({
      asks: true,
      kinds: ['toolRemoved'],
      unknown: undefined,
    });
  });

  it('with what the service holds, once that is read, where nothing was kept', async () => {
    applied.set('before', stored(bothTools));
    const target = targetOf(wanted, fewerTools);
    expect(await changesFor(target, observedAs('READY'))).toMatchObject({ asks: false, unread: true });
    const read = observedAs('READY', { config: before });
    expect(await changesFor(target, read)).toMatchObject({
      asks: true,
      unread: false,
      kinds: ['toolRemoved'],
    });
    const { applied: _, lastGood: __, generation: ___, ...found } = recordWith();
    expect(await changesFor(target, read, found)).toMatchObject({ asks: true, kinds: ['toolRemoved'] });
    expect(await changesFor(target, observedAs('READY'), 'none')).toMatchObject({ unread: true });
  });

  it('with an inline schema that the service holds', async () => {
    const inline = configWith({ inlinePayload: JSON.parse(JSON.stringify(bothTools)) });
    const read = observedAs('READY', { config: inline });
    expect(await changesFor(targetOf(wanted, fewerTools), read)).toMatchObject({ kinds: ['toolRemoved'] });
  });
});

describe('Somebody is asked though nobody can tell what changes', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['whose schema others keep', configWith({ s3: { uri: 's3://others/tools.json' } }), /s3:\/\/others/],
    ['whose schema is gone', before, /missing in the bucket/],
    [
      'whose tools a server lists',
      { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://e' } } } },
      /No schema describes/,
    ],
  ])('about a target %s', async (_, config, why) => {
    const change = await changesFor(targetOf(wanted, fewerTools), observedAs('READY', { config }));
    expect(change).toMatchObject({ asks: true, kinds: ['toolUnknown'] });
    expect(change.unknown).toMatch(why);
  });

  it('about one that has failed since, and whose last good schema was not kept', async () => {
    const failed = observedAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: before });
    const change = await changesFor(targetOf(wanted, fewerTools), failed);
    expect(change).toMatchObject({
      asks: true,
      unknown: expect.stringContaining('before the failed update'),
    });
  });

  it('without a second reading, once the question is put', async () => {
    const request = { id: 'r', kind: 'approval' as const, askedAt: 0, fingerprint: fingerprint(wanted) };
    const change = await changesFor(
      targetOf(wanted, fewerTools),
      observedAs('READY'),
      recordWith({ request }),
    );
    expect(change).toMatchObject({ asks: true, unread: false, kinds: undefined });
  });
});

describe('Nobody is asked', () => {
  it.each<[string, ObservedResource | undefined, Partial<ResourceRecord>]>([
    ['about a target that is not there', undefined, {}],
    ['as long as it moves', observedAs('UPDATING'), {}],
    ['as long as it waits for a person', observedAs('UPDATE_PENDING_AUTH'), {}],
    [
      'where it is as wanted',
      observedAs('READY'),
      { applied: { fingerprint: fingerprint(wanted), updatedAt: 1 } },
    ],
    ['about what was approved', observedAs('READY'), { approvedFingerprint: fingerprint(wanted) }],
    ['where the service holds the very schema', observedAs('READY', { config: wanted }), {}],
  ])('%s, and nothing is read', async (_, observed, memory) => {
    const change = await changesFor(targetOf(wanted, fewerTools), observed, recordWith(memory));
    expect(change).toMatchObject({ asks: false, unread: false });
    expect(reads).toEqual([]);
  });

  it('about a target that Gateloop made and that was never ready', async () => {
    const { applied: _, lastGood: __, ...never } = recordWith();
    const target = targetOf(wanted, fewerTools);
    for (const status of ['FAILED', 'UPDATE_UNSUCCESSFUL'] as const)
      expect(await changesFor(target, observedAs(status, { config: before }), never)).toMatchObject({
        asks: false,
      });
  });

  it('about one that another hand made in vain', async () => {
    expect(
      (await changesFor(targetOf(wanted, fewerTools), observedAs('FAILED', { config: before }), 'none')).asks,
    ).toBe(false);
  });
});

it('What failed is compared with what was ready last, not with what was tried', async () => {
  saveContract(before, bothTools);
  const tried = configWith({ s3: { uri: uriOf('tried') } });
  saveContract(tried, fewerTools);
  const failed = observedAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: tried });
  expect(await changesFor(targetOf(wanted, fewerTools), failed)).toMatchObject({ kinds: ['toolRemoved'] });
});

describe('The contract of a configuration', () => {
  const planned = { address: ADDRESS, fingerprint: fingerprint(wanted), id: 'T' };
  const desired = desiredOf(targetOf(wanted, fewerTools));

  it('is kept when it is about to be applied', async () => {
    const operations = [{ ...planned, operation: 'update' as const, configuration: fingerprint(wanted) }];
    await saveContracts(desired, { operations }, bucket);
    expect(documents.get(contractKey(WORKSPACE, fingerprint(wanted)))).toEqual({
      format: 1,
      config: wanted,
      tools: fewerTools,
    });
  });

  it('is not overwritten by what the manifest says, when a step back is made to it', async () => {
    saveContract(before, bothTools);
    const operations = [{ ...planned, operation: 'rollback' as const, configuration: fingerprint(before) }];
    await saveContracts(desired, { operations }, bucket);
    expect(documents.get(contractKey(WORKSPACE, fingerprint(before)))).toEqual({
      format: 1,
      config: before,
      tools: bothTools,
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
  await saveToolChanges(WORKSPACE, { requests: [request] }, new Map([[ADDRESS, change]]), bucket);
  expect(await readToolChanges(WORKSPACE, ADDRESS, 'f', bucket)).toEqual(change);
  expect((await readToolChanges(WORKSPACE, ADDRESS, 'g', bucket)).unknown).toContain(
    'not in the bucket any more',
  );
});
