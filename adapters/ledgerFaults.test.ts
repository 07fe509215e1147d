import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { sampleRequest } from '../core/authorization/testing/sampleRequest.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import type { ResourceRecord } from '../core/reconcile/ledgerRecord.ts';
import { ledgerTableDefinition } from '../local/aws/ledgerTable.ts';
import { DynamoLedger } from './dynamoLedger.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const NOW = Date.UTC(2026, 0, 1);
const GATEWAY: Address = 'gateway/front';
const record: ResourceRecord = {
  address: GATEWAY,
  id: 'front-1',
  generation: 2,
  applied: { fingerprint: 'f', updatedAt: NOW },
  state: 'ready',
  reasons: [],
  since: NOW,
};
const request = sampleRequest();
const lease = { workspace: 'payments', holder: 'other', now: NOW, duration: 60_000 };

type StoredItem = Readonly<Record<string, unknown>>;

/** A ledger with one item of each kind, and a client that writes to its table whatever it likes. */
async function openTable() {
  const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
  const client = new DynamoDBClient(settings('DYNAMODB'));
  const ledger = new DynamoLedger('ledger', client, () => NOW);
  const items = async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'ledger' }));
    return Items.map((item): StoredItem => unmarshall(item, { wrapNumbers: Number }));
  };
  await ledger.writeResource('payments', record, 0);
  await ledger.writeWorkspace('payments', { acceptedRevision: 'r1', nextResyncAt: NOW });
  await ledger.putCommand('payments', { action: 'sync', address: GATEWAY, givenAt: NOW });
  await ledger.takeLease({ ...lease, holder: 'execution' });
  await ledger.claim(GATEWAY, 'payments');
  await ledger.openRequest(request);
  await ledger.bindSession('session', { reference: 'reference', browser: 'b' }, NOW);
  await ledger.reserveWrites(1, NOW);
  await ledger.reserveHeals('payments', [GATEWAY], 10, NOW);
  await ledger.suspend('payments', { since: NOW, reason: 'maintenance' });
  const put = (item: StoredItem) =>
    client.send(
      new PutItemCommand({
        TableName: 'ledger',
        Item: marshall(item, {
          removeUndefinedValues: true,
          allowImpreciseNumbers: true,
          convertClassInstanceToMap: true,
        }),
      }),
    );
  const corrupt = async (kind: string, change: StoredItem) => {
    const found = (await items()).find(({ item }) => String(item).startsWith(kind));
    if (!found) throw new RangeError(`The table has no item ${kind}.`);
    await put({ ...found, ...change });
  };
  const setAside = async () => (await items()).filter(({ item }) => String(item).startsWith('setAside#'));
  return { ledger, corrupt, setAside };
}

/** What each kind of item is read by, and what is left of a broken one. */
const reads: Readonly<Record<string, readonly [(ledger: Ledger) => Promise<unknown>, unknown]>> = {
  'resource#': [async (ledger) => (await ledger.readResources('payments')).size, 1],
  workspace: [async (ledger) => (await ledger.readWorkspace('payments')).outcomeDelivery, undefined],
  'command#': [async (ledger) => (await ledger.readCommands('payments')).length, 0],
  suspension: [async (ledger) => (await ledger.readSuspension('payments')) !== undefined, true],
};

describe('DynamoLedger: a broken item', () => {
  const attributes: Readonly<Record<string, StoredItem>> = {
    'resource#': { record: 42 },
    workspace: { record: ['garbage'] },
    'command#': { command: 'garbage' },
    suspension: { suspension: null },
  };

  it.each(
    Object.keys(reads).flatMap((kind) => [
      [kind, 'a broken attribute', attributes[kind] ?? {}] as const,
      [kind, 'no format', { format: undefined }] as const,
      [kind, 'a format of another type', { format: 'garbage' }] as const,
    ]),
  )('DynamoLedger: reads, tells and sets aside an item %s with %s', async (kind, _, change) => {
    const { ledger, corrupt, setAside } = await openTable();
    await corrupt(kind, change);
    const [read, left] = reads[kind] ?? [];
    const isReadable = kind === 'command#' && 'format' in change;
    expect(await read?.(ledger)).toEqual(isReadable ? 1 : left);
    expect(await ledger.findFaults('books')).toEqual([]);
    expect(await ledger.findFaults('payments')).toEqual([
      {
        place: expect.stringContaining(`payments/${kind}`),
        problem: expect.stringContaining('cannot be read'),
      },
    ]);
    expect(await setAside()).toEqual([]);
    await ledger.repair('payments');
    expect(await setAside()).toMatchObject([
      { workspace: 'payments', content: { workspace: 'payments' }, deleteAt: NOW / 1000 + 30 * 86_400 },
    ]);
    await read?.(ledger);
    expect(await ledger.findFaults('payments')).toEqual([]);
  });

  it.each([
    ['without a version', { version: undefined }],
    ['with a version of another type', { version: 'two' }],
    ['with a broken record', { record: { ...record, applied: 'garbage' } }],
  ])('DynamoLedger: writes the record of a resource %s after the repair', async (_, change) => {
    const { ledger, corrupt } = await openTable();
    await corrupt('resource#', change);
    const entry = (await ledger.readResources('payments')).get(GATEWAY);
    expect(entry).toMatchObject({ record: { id: 'front-1', generation: 2 }, version: 1 });
    await ledger.repair('payments');
    await ledger.writeResource('payments', { ...record, id: 'front-2' }, 1);
    const after = (await ledger.readResources('payments')).get(GATEWAY);
    expect(after).toMatchObject({ record: { id: 'front-2' }, version: 2 });
  });

  it.each<[string, StoredItem]>([
    ['a number that JavaScript does not count with', { record: { ...record, generation: 2 ** 53 } }],
    ['a number for which the SDK has no type', { record: { ...record, generation: 1e21 } }],
    [
      'an attribute that JavaScript calls',
      { record: { ...record, applied: { constructor: 'a' } }, constructor: 'a' },
    ],
    ['a key that leaves no room for the time', { item: `resource#${'x'.repeat(1000)}` }],
  ])('DynamoLedger: reads and repairs an item with %s', async (_, change) => {
    const { ledger, corrupt, setAside } = await openTable();
    await corrupt('resource#', change);
    expect((await ledger.readResources('payments')).get(GATEWAY)).toMatchObject({
      record: { id: 'front-1' },
    });
    await ledger.repair('payments');
    expect(await setAside()).toHaveLength(1);
    await ledger.readResources('payments');
    expect(await ledger.findFaults('payments')).toEqual([]);
  });

  it('DynamoLedger: keeps what another step wrote between the read and the repair', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('resource#', { record: 42 });
    await ledger.readResources('payments');
    await corrupt('resource#', { record, version: 7 });
    await ledger.repair('payments');
    expect((await ledger.readResources('payments')).get(GATEWAY)).toEqual({ record, version: 7 });
  });

  it('DynamoLedger: keeps the beginning of an item that is too large for a copy', async () => {
    const { ledger, corrupt, setAside } = await openTable();
    await corrupt('resource#', { record: 'x'.repeat(390_000) });
    await ledger.readResources('payments');
    await ledger.repair('payments');
    expect(String((await setAside())[0]?.content)).toHaveLength(100_000);
    expect((await ledger.readResources('payments')).get(GATEWAY)?.version).toBe(1);
  });

  it('DynamoLedger: still finds a workspace that is due after the repair of its item', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('workspace', { record: { acceptedRevision: 42, nextResyncAt: NOW } });
    await ledger.readWorkspace('payments');
    await ledger.repair('payments');
    expect(await ledger.listDueWorkspaces(NOW)).toEqual(['payments']);
    await ledger.writeWorkspace('payments', {});
    expect(await ledger.listDueWorkspaces(NOW)).toEqual([]);
  });

  it.each<[string, StoredItem]>([
    ['a holder of another type', { holder: 42 }],
    ['no expiry', { expiresAt: undefined }],
    ['an expiry of another type', { expiresAt: 'tomorrow' }],
    ['an expiry in a thousand years', { expiresAt: NOW * 20 }],
    ['a format of another type', { format: 'garbage' }],
    ['a mark of another type', { dirtyMark: 42, holder: undefined }],
  ])('DynamoLedger: takes a lease with %s, and has the workspace read once more', async (_, change) => {
    const { ledger, corrupt } = await openTable();
    await corrupt('lease', change);
    expect(await ledger.takeLease(lease)).toEqual({ kind: 'taken', mark: 'repaired' });
    expect(await ledger.findFaults('payments')).toMatchObject([{ place: 'ledger: payments/lease' }]);
    await ledger.clearMark('payments', 'other', 'repaired');
    expect(await ledger.releaseLease('payments', 'other')).toEqual({ dirty: false });
  });

  it.each<[string, StoredItem]>([
    ['an owner of another type', { claimedBy: 42 }],
    ['a format of another type', { format: 'garbage', claimedBy: null }],
  ])('DynamoLedger: claims a resource whose claim has %s', async (_, change) => {
    const { ledger, corrupt } = await openTable();
    await corrupt('claim', change);
    expect((await ledger.readClaims([GATEWAY])).size).toBe(0);
    expect(await ledger.claim(GATEWAY, 'payments')).toBe('payments');
    expect(await ledger.claim(GATEWAY, 'books')).toBe('payments');
  });

  it.each<StoredItem>([{ times: 'garbage' }, { times: [-1] }, { version: 'garbage' }, { format: null }])(
    'DynamoLedger: reserves writes after the item of all workspaces was broken: %j',
    async (change) => {
      const { ledger, corrupt } = await openTable();
      await corrupt('writes', change);
      expect(await ledger.reserveWrites(2, NOW)).toBe(2);
      expect(await ledger.reserveWrites(2, NOW)).toBeGreaterThan(0);
      expect(await ledger.findFaults('books')).toMatchObject([{ place: 'ledger: account#/writes' }]);
    },
  );

  it('DynamoLedger: counts heals after the item of all workspaces was broken', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('heals', { heals: { times: ['garbage'] } });
    expect(await ledger.reserveHeals('payments', [GATEWAY], 10, NOW)).toEqual({ granted: true });
  });

  it.each<StoredItem>([
    { request: 'garbage' },
    { request: { ...request, state: 'unknown' } },
    { version: null },
  ])('DynamoLedger: takes a broken request for absent: %j', async (change) => {
    const { ledger, corrupt, setAside } = await openTable();
    await corrupt('request', change);
    expect(await ledger.readRequest(request.reference)).toBeUndefined();
    await ledger.repair('payments');
    expect(await setAside()).toHaveLength(1);
    await ledger.openRequest(request);
    expect(await ledger.readRequest(request.reference)).toEqual({ request, version: 1 });
  });

  it('DynamoLedger: replaces an alias whose reference cannot be read', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('alias', { reference: 42 });
    expect(await ledger.resolveAlias('session')).toBeUndefined();
    expect(await ledger.replaceAlias('session', undefined, 'next', NOW)).toBe(true);
    expect(await ledger.resolveAlias('session')).toBe('next');
  });
});

describe('DynamoLedger: an item of a newer format', () => {
  it.each(Object.keys(reads))('DynamoLedger: tells an item %s, and never changes it', async (kind) => {
    const { ledger, corrupt, setAside } = await openTable();
    await corrupt(kind, { format: 2, shape: 'new' });
    await reads[kind]?.[0](ledger);
    expect(await ledger.findFaults('payments')).toMatchObject([
      { isNewer: true, problem: expect.stringMatching(/format 2, .* reads format 1\. .*Deploy the version/) },
    ]);
    await ledger.repair('payments');
    expect(await setAside()).toEqual([]);
    await ledger.writeWorkspace('payments', {});
    await reads[kind]?.[0](ledger);
    expect(await ledger.findFaults('payments')).toHaveLength(1);
  });

  it('DynamoLedger: shows a resource as failed, and a suspension as one', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('resource#', { format: 2 });
    await corrupt('suspension', { format: 2, suspension: { until: 'later' } });
    expect((await ledger.readResources('payments')).get(GATEWAY)).toMatchObject({
      isNewer: true,
      record: { state: 'failed', since: NOW, reasons: [expect.stringContaining('format 2')] },
    });
    expect(await ledger.readSuspension('payments')).toMatchObject({
      reason: expect.stringContaining('format 2'),
    });
  });

  it('DynamoLedger: neither takes a lease nor reads a request of a newer format', async () => {
    const { ledger, corrupt } = await openTable();
    await corrupt('lease', { format: 2 });
    await corrupt('request', { format: 2 });
    await expect(ledger.takeLease(lease)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
    await expect(ledger.readRequest(request.reference)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('DynamoLedger: grants writes and no heals while it cannot count them, and leaves claims to their owner', async () => {
    const { ledger, corrupt } = await openTable();
    for (const kind of ['writes', 'heals', 'claim']) await corrupt(kind, { format: 2 });
    expect(await ledger.reserveWrites(2, NOW)).toBe(2);
    expect(await ledger.reserveHeals('payments', [GATEWAY], 10, NOW)).toEqual({ granted: false });
    expect(await ledger.claim(GATEWAY, 'books')).toBe('payments');
  });
});
