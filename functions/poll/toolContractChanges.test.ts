import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import type { Address } from '../../core/address.ts';
import { type DesiredResource, type DesiredState, fingerprint } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { defaultSettings, type Settings } from '../../core/manifest/settings.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ObservedResource } from '../../core/resources/observe.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';
import type { Tool } from '../../core/schemas/schemaTypes.ts';
import type { Status } from '../../core/status.ts';
import { appliedKey, contractKey } from '../../core/storage/keys.ts';
import { readToolChanges, saveContracts, saveToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { logger } from '../runtime/observability.ts';
import { toolContractChanges } from './toolContractChanges.ts';

const WORKSPACE = 'payments';
const ADDRESS: Address = 'gatewayTarget/front/cards';
const tool = (name: string): Tool => ({ name, description: name, inputSchema: { type: 'object' } });
const bothTools = [tool('find'), tool('refund')];
const fewerTools = [tool('find')];
const nameOf = (text: string) => createHash('sha256').update(text).digest('hex');
const uriOf = (name: string) => `s3://specs/applied/${name}`;
const beforeSchema = JSON.stringify(bothTools);

let bucket: InMemorySpecBucket;
beforeEach(() => {
  bucket = new InMemorySpecBucket();
});

const configWith = (toolSchema: JsonObject): JsonObject => ({
  name: 'cards',
  targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:…', toolSchema } } },
});
const before = configWith({ s3: { uri: uriOf(nameOf(beforeSchema)) } });
const after = configWith({ s3: { uri: uriOf('after') } });

function targetOf(config: JsonObject, tools?: readonly Tool[], approve: Settings['approve'] = 'breaking') {
  const resource: DesiredResource = {
    address: 'gatewayTarget/front/cards',
    kind: 'gatewayTarget',
    name: 'front/cards',
    config,
    references: [],
    settings: { ...defaultSettings, approve },
    ...(tools && { schema: { kind: 'lambdaTools', sha256: 'after', uri: uriOf('after'), tools } }),
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

const observedAs = (status: Status, change: Partial<ObservedResource> = {}): ObservedResource => ({
  address: ADDRESS,
  id: 'T',
  status,
  reasons: [],
  updatedAt: 1,
  outputs: {},
  ...change,
});

const recordWith = (change: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address: ADDRESS,
  id: 'T',
  state: 'ready',
  reasons: [],
  since: 0,
  generation: 1,
  applied: { fingerprint: fingerprint(before), updatedAt: 1 },
  lastGood: fingerprint(before),
  ...change,
});

async function changesFor(
  resource: DesiredResource,
  observed: ObservedResource | undefined,
  record: ResourceRecord | 'none' = recordWith(),
) {
  const { needsApproval, unknownContracts, changes } = await toolContractChanges(
    {
      desired: desiredOf(resource),
      observed: new Map(observed ? [[ADDRESS, observed]] : []),
      recorded: new Map(record === 'none' ? [] : [[ADDRESS, record]]),
    },
    bucket,
  );
  const change = changes.get(ADDRESS);
  return {
    needsApproval: needsApproval.has(ADDRESS),
    isUnknown: unknownContracts.has(ADDRESS),
    kinds: change?.changes.map(({ kind }) => kind),
    unknown: change?.unknown,
    settings: change?.settings,
  };
}

const saveContract = (config: JsonObject, tools: readonly Tool[]) =>
  bucket.putDocument(contractKey(WORKSPACE, fingerprint(config)), { format: 1, config, tools });

describe('toolContractChanges: what it compares with', () => {
  it('compares with the saved contract of the configuration that was applied last', async () => {
    saveContract(before, bothTools);
    expect(await changesFor(targetOf(after, fewerTools), observedAs('READY'))).toMatchObject({
      needsApproval: true,
      kinds: ['toolRemoved'],
    });
    expect(
      (await changesFor(targetOf(after, [...bothTools, tool('void')]), observedAs('READY'))).needsApproval,
    ).toBe(false);
    expect((await changesFor(targetOf(after, fewerTools, 'never'), observedAs('READY'))).needsApproval).toBe(
      false,
    );
  });

  it('lists the settings that change with the tools, since an approval lets them through too', async () => {
    saveContract(before, bothTools);
    const moved = { ...after, credentialProviderConfigurations: [{ credentialProviderType: 'OAUTH' }] };
    const { settings } = await changesFor(targetOf(moved, fewerTools), observedAs('READY'));
    expect(settings).toEqual([
      {
        path: 'credentialProviderConfigurations',
        after: JSON.stringify(moved.credentialProviderConfigurations, null, 2),
      },
    ]);
    expect((await changesFor(targetOf(after, fewerTools), observedAs('READY'))).settings).toEqual([]);
  });

  it('compares with the applied copies of the configuration and its schema when no contract was saved', async () => {
    bucket.putObject(appliedKey(fingerprint(before)), canonicalJson(before));
    bucket.putObject(appliedKey(nameOf(beforeSchema)), beforeSchema);
    expect(await changesFor(targetOf(after, fewerTools), observedAs('READY'))).toMatchObject({
      needsApproval: true,
      kinds: ['toolRemoved'],
      unknown: undefined,
    });
  });

  it('has the configuration read from the service when nothing was saved, and compares with that', async () => {
    bucket.putObject(appliedKey(nameOf(beforeSchema)), beforeSchema);
    const target = targetOf(after, fewerTools);
    expect(await changesFor(target, observedAs('READY'))).toMatchObject({
      needsApproval: false,
      isUnknown: true,
    });
    const read = observedAs('READY', { config: before });
    expect(await changesFor(target, read)).toMatchObject({
      needsApproval: true,
      isUnknown: false,
      kinds: ['toolRemoved'],
    });
    const { applied: _, lastGood: __, generation: ___, ...found } = recordWith();
    expect(await changesFor(target, read, found)).toMatchObject({
      needsApproval: true,
      kinds: ['toolRemoved'],
    });
    expect(await changesFor(target, observedAs('READY'), 'none')).toMatchObject({ isUnknown: true });
  });

  it('compares with an inline schema in the observed configuration', async () => {
    const inline = configWith({ inlinePayload: JSON.parse(JSON.stringify(bothTools)) });
    const read = observedAs('READY', { config: inline });
    expect(await changesFor(targetOf(after, fewerTools), read)).toMatchObject({ kinds: ['toolRemoved'] });
  });
});

describe('toolContractChanges: changes that it cannot tell', () => {
  it.each<[string, JsonObject, RegExp]>([
    [
      'whose schema is in another bucket',
      configWith({ s3: { uri: 's3://others/tools.json' } }),
      /s3:\/\/others/,
    ],
    ['whose applied schema is not in the bucket any more', before, /missing or broken in the bucket/],
    [
      'whose tools come from a server',
      { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://e' } } } },
      /No schema describes/,
    ],
  ])('needs approval for a target %s', async (_, config, why) => {
    const change = await changesFor(targetOf(after, fewerTools), observedAs('READY', { config }));
    expect(change).toMatchObject({ needsApproval: true, kinds: ['toolUnknown'] });
    expect(change.unknown).toMatch(why);
  });

  it('needs approval for a target that has failed since, without a saved contract of its last good configuration', async () => {
    const failed = observedAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: before });
    const change = await changesFor(targetOf(after, fewerTools), failed);
    expect(change).toMatchObject({
      needsApproval: true,
      unknown: expect.stringContaining('before the failed update'),
    });
  });

  it('reads no configuration again once the approval of this very change is requested', async () => {
    const request = { id: 'r', kind: 'approval' as const, askedAt: 0, fingerprint: fingerprint(after) };
    const change = await changesFor(
      targetOf(after, fewerTools),
      observedAs('READY'),
      recordWith({ request }),
    );
    expect(change).toMatchObject({ needsApproval: true, isUnknown: false, kinds: undefined });
  });
});

describe('toolContractChanges: comparisons that fail', () => {
  const target = targetOf(after, fewerTools);

  const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
  afterAll(() => logged.mockRestore());

  it.each(['{ "targetConfiguration": ', '[]', '{}'])(
    'has the configuration read from the service when the applied copy of it is changed to %s',
    async (content) => {
      bucket.putObject(appliedKey(fingerprint(before)), content);
      bucket.putObject(appliedKey(nameOf(beforeSchema)), beforeSchema);
      expect(await changesFor(target, observedAs('READY'))).toMatchObject({ isUnknown: true });
      const read = observedAs('READY', { config: before });
      expect(await changesFor(target, read)).toMatchObject({ isUnknown: false, kinds: ['toolRemoved'] });
    },
  );

  it('needs approval for a target whose applied configuration cannot be read, and says why', async () => {
    bucket.script.failNext('readApplied', new TypeError('broken'));
    const change = await changesFor(target, observedAs('READY'));
    expect(change).toEqual({
      needsApproval: true,
      isUnknown: false,
      kinds: ['toolUnknown'],
      unknown: 'The comparison of its tools failed (TypeError); the log of the function poll has the error.',
    });
    expect(logged).toHaveBeenCalledWith('The tools of a target cannot be compared.', {
      address: ADDRESS,
      error: expect.any(TypeError),
    });
  });

  it('compares the other targets of the workspace all the same', async () => {
    bucket.script.failNext('readApplied', new TypeError('broken'));
    const healthy: DesiredResource = {
      ...target,
      address: 'gatewayTarget/front/refunds',
      name: 'front/refunds',
    };
    const applied = configWith({ s3: { uri: uriOf('healthy') } });
    saveContract(applied, bothTools);
    const { needsApproval, changes } = await toolContractChanges(
      {
        desired: { ...desiredOf(target), resources: [target, healthy] },
        observed: new Map(
          [ADDRESS, healthy.address].map((address) => [address, { ...observedAs('READY'), address }]),
        ),
        recorded: new Map([
          [ADDRESS, recordWith()],
          [
            healthy.address,
            recordWith({
              address: healthy.address,
              applied: { fingerprint: fingerprint(applied), updatedAt: 1 },
            }),
          ],
        ]),
      },
      bucket,
    );
    expect([...needsApproval]).toHaveLength(2);
    expect(changes.get(healthy.address)?.changes.map(({ kind }) => kind)).toEqual(['toolRemoved']);
    expect(changes.get(ADDRESS)?.unknown).toContain('comparison of its tools failed');
  });

  it('throws a retryable error, so that the poll is retried', async () => {
    const error = new GateloopError('SlowDown', 'Too many requests.', { retryable: true });
    bucket.script.failNext('readDocument', error);
    await expect(changesFor(target, observedAs('READY'))).rejects.toBe(error);
    bucket.script.failNext('readDocument', new GateloopError('AccessDenied', 'Denied.'));
    expect((await changesFor(target, observedAs('READY'))).unknown).toContain('(AccessDenied)');
  });

  it.each<[string, unknown]>([
    ['a number in place of a tool', [5]],
    [
      'a type that is a number',
      [{ ...tool('find'), inputSchema: { type: 'object', properties: { a: { type: 5 } } } }],
    ],
    ['values that are text', [{ ...tool('find'), inputSchema: { enum: 'asc' } }]],
  ])('needs approval for a target whose saved contract has %s', async (_, tools) => {
    bucket.putDocument(contractKey(WORKSPACE, fingerprint(before)), { format: 1, config: before, tools });
    const change = await changesFor(target, observedAs('READY'));
    expect(change).toMatchObject({ needsApproval: true, unknown: undefined });
    expect(change.kinds).toContain('toolUnknown');
  });

  it.each([
    ['in the bucket', configWith({ s3: { uri: uriOf(nameOf('{ "tools": {} }')) } })],
    ['inline', configWith({ inlinePayload: { tools: {} } })],
  ])(
    'needs approval for a target whose current schema %s has no tools that Gateloop finds',
    async (_, config) => {
      bucket.putObject(appliedKey(nameOf('{ "tools": {} }')), '{ "tools": {} }');
      const change = await changesFor(target, observedAs('READY', { config }));
      expect(change).toMatchObject({
        needsApproval: true,
        kinds: ['toolUnknown'],
        unknown: 'Gateloop finds no tools in its current schema.',
      });
    },
  );
});

describe('toolContractChanges: changes without approval', () => {
  it.each<[string, ObservedResource | undefined, Partial<ResourceRecord>]>([
    ['does not exist', undefined, {}],
    ['is in an operation', observedAs('UPDATING'), {}],
    ['awaits a person', observedAs('UPDATE_PENDING_AUTH'), {}],
    [
      'has the desired configuration',
      observedAs('READY'),
      { applied: { fingerprint: fingerprint(after), updatedAt: 1 } },
    ],
    ['has a change that was approved', observedAs('READY'), { approvedFingerprint: fingerprint(after) }],
    ['has the desired schema in the service', observedAs('READY', { config: after }), {}],
  ])('needs no approval for a target that %s, and reads nothing', async (_, observed, change) => {
    const found = await changesFor(targetOf(after, fewerTools), observed, recordWith(change));
    expect(found).toMatchObject({ needsApproval: false, isUnknown: false });
    expect(bucket.script.calls()).toEqual([]);
  });

  it('needs no approval for a target that Gateloop created and that was never ready', async () => {
    const { applied: _, lastGood: __, ...never } = recordWith();
    const target = targetOf(after, fewerTools);
    for (const status of ['FAILED', 'UPDATE_UNSUCCESSFUL'] as const)
      expect(await changesFor(target, observedAs(status, { config: before }), never)).toMatchObject({
        needsApproval: false,
      });
  });

  it('needs no approval for a failed target that was created outside Gateloop', async () => {
    expect(
      (await changesFor(targetOf(after, fewerTools), observedAs('FAILED', { config: before }), 'none'))
        .needsApproval,
    ).toBe(false);
  });
});

it('toolContractChanges: compares a failed target with the configuration that was ready last, not with the failed one', async () => {
  saveContract(before, bothTools);
  const tried = configWith({ s3: { uri: uriOf('tried') } });
  saveContract(tried, fewerTools);
  const failed = observedAs('UPDATE_UNSUCCESSFUL', { updatedAt: 2, config: tried });
  expect(await changesFor(targetOf(after, fewerTools), failed)).toMatchObject({ kinds: ['toolRemoved'] });
});

describe('saveContracts', () => {
  const planned = { address: ADDRESS, fingerprint: fingerprint(after), id: 'T' };
  const desired = desiredOf(targetOf(after, fewerTools));

  it('saves the contract of a configuration that is about to be applied', async () => {
    const operations = [{ ...planned, operation: 'update' as const, configuration: fingerprint(after) }];
    await saveContracts(desired, { operations }, bucket);
    expect(bucket.document(contractKey(WORKSPACE, fingerprint(after)))).toMatchObject({
      format: 1,
      config: after,
      tools: fewerTools,
    });
  });

  it('does not overwrite the contract of the configuration that a rollback applies', async () => {
    saveContract(before, bothTools);
    const operations = [{ ...planned, operation: 'rollback' as const, configuration: fingerprint(before) }];
    await saveContracts(desired, { operations }, bucket);
    expect(bucket.document(contractKey(WORKSPACE, fingerprint(before)))).toEqual({
      format: 1,
      config: before,
      tools: bothTools,
    });
  });
});

it('readToolChanges: finds the changes that poll saved, and reports lost ones as unknown', async () => {
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
