import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { LedgerRow, StoredVersions } from '../core/ports/collectedStorage.ts';
import { RENEWAL_AGE } from '../core/storage/appliedCopies.ts';
import { appliedKey, prefixes } from '../core/storage/keys.ts';
import { ACCOUNT } from '../local/aws/account.ts';
import { ledgerTableDefinition } from '../local/aws/ledgerTable.ts';
import { DynamoLedger } from './dynamoLedger.ts';
import { DynamoLedgerRows } from './dynamoLedgerRows.ts';
import { S3ObjectVersions } from './s3ObjectVersions.ts';
import { S3SpecBucket } from './s3SpecBucket.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const bytes = new TextEncoder().encode('a');
/** The SHA-256 of `a`. */
const SHA256 = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';

async function openStores() {
  const { aws, clock, settings } = await startEmbeddedServices({
    buckets: [{ name: 'specs', versioned: true }],
  });
  const client = new S3Client({ ...settings('S3'), forcePathStyle: true });
  return {
    aws,
    clock,
    bucket: new S3SpecBucket('specs', ACCOUNT, client, () => clock.now()),
    objects: new S3ObjectVersions('specs', ACCOUNT, client),
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

it('S3ObjectVersions: lists each object once with all its versions, and deletes only those that it listed', async () => {
  const { aws, clock, bucket, objects } = await openStores();
  const store = () => bucket.writeApplied(SHA256, bytes, 'application/json');
  const list = () => all(objects.listVersions(prefixes.applied));
  const key = appliedKey(SHA256);
  await store();
  await store();
  const first = clock.now();
  await clock.advance(RENEWAL_AGE);
  await store();
  const [object, ...others] = await list();
  expect(others).toEqual([]);
  expect(object).toMatchObject({ key, storedAt: first + RENEWAL_AGE, bytes: 1 });
  expect(object?.versions).toHaveLength(2);
  await clock.advance(RENEWAL_AGE);
  await store();
  await objects.deleteVersions(object as StoredVersions);
  expect(await objects.readText(key)).toBe('a');
  const [left] = await list();
  expect(left?.versions).toHaveLength(1);
  await objects.deleteVersions(left as StoredVersions);
  expect(await objects.readText(key)).toBeUndefined();
  expect(aws.buckets.listVersions('specs', appliedKey(''))).toEqual([]);
});

it('S3ObjectVersions: finds the uploads of a workspace, and takes no file that Gateloop ignores for one', async () => {
  const { aws, objects } = await openStores();
  aws.buckets.put('specs', 'workspaces/cards-and-loans/manifest.yaml', '{}');
  aws.buckets.put('specs', 'workspaces/cards/.DS_Store', '');
  expect(await objects.hasUploads('cards')).toBe(false);
  aws.buckets.put('specs', 'workspaces/cards/manifest.yaml', '{}');
  expect(await objects.hasUploads('cards')).toBe(true);
});

const holder = 'execution';
const lease = { holder, now: 0, duration: 1000 };

async function openLedger() {
  const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
  const client = new DynamoDBClient(settings('DYNAMODB'));
  return { ledger: new DynamoLedger('ledger', client), rows: new DynamoLedgerRows('ledger', client) };
}

it('DynamoLedgerRows: yields every item of the ledger, with the time at which it may be deleted', async () => {
  const { ledger, rows } = await openLedger();
  for (const workspace of ['cards', 'payments']) await ledger.takeLease({ ...lease, workspace });
  await ledger.replaceAlias('link', undefined, 'request', 1000);
  const found = await all(rows.scanRows());
  const names = found.map(({ partition, item, deleteAt }) => [partition, item, deleteAt !== undefined]);
  expect(names.sort()).toEqual([
    ['alias#link', 'alias', true],
    ['cards', 'lease', false],
    ['payments', 'lease', false],
  ]);
});

it('DynamoLedgerRows: deletes an item as it was read, and none that was written since', async () => {
  const { ledger, rows } = await openLedger();
  await ledger.replaceAlias('link', undefined, 'first', 0);
  const [read] = await all(rows.scanRows());
  await ledger.replaceAlias('link', 'first', 'second', 5000);
  expect(await rows.deleteRow(read as LedgerRow)).toBe(false);
  const [again] = await all(rows.scanRows());
  expect(await rows.deleteRow(again as LedgerRow)).toBe(true);
  expect(await ledger.resolveAlias('link')).toBeUndefined();
});

it('DynamoLedgerRows: deletes a lease for its holder alone, unless another execution has marked it', async () => {
  const { ledger, rows } = await openLedger();
  await ledger.takeLease({ ...lease, workspace: 'cards' });
  expect(await rows.deleteLease('cards', 'another')).toBe(false);
  await ledger.takeLease({ ...lease, workspace: 'cards', holder: 'another' });
  expect(await rows.deleteLease('cards', holder)).toBe(false);
  await ledger.abandonLease('cards', holder);
  await ledger.takeLease({ ...lease, workspace: 'cards' });
  expect(await rows.deleteLease('cards', holder)).toBe(true);
  expect(await all(rows.scanRows())).toEqual([]);
});
