import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { StoredCopy } from '../core/ports/copyStore.ts';
import { RENEWAL_AGE } from '../core/storage/appliedCopies.ts';
import { appliedKey } from '../core/storage/keys.ts';
import { ACCOUNT } from '../local/aws/account.ts';
import { ledgerTableDefinition } from '../local/aws/ledgerTable.ts';
import { DynamoLedger } from './dynamoLedger.ts';
import { DynamoLedgerScan } from './dynamoLedgerScan.ts';
import { S3CopyStore } from './s3CopyStore.ts';
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
    copies: new S3CopyStore('specs', ACCOUNT, client),
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

it('S3CopyStore: lists each copy once with all its versions, and deletes only those that it listed', async () => {
  const { aws, clock, bucket, copies } = await openStores();
  const store = () => bucket.writeApplied(SHA256, bytes, 'application/json');
  await store();
  await store();
  const first = clock.now();
  await clock.advance(RENEWAL_AGE);
  await store();
  const [copy, ...others] = await all(copies.listCopies());
  expect(others).toEqual([]);
  expect(copy).toMatchObject({ sha256: SHA256, storedAt: first + RENEWAL_AGE, bytes: 1 });
  expect(copy?.versions).toHaveLength(2);
  await clock.advance(RENEWAL_AGE);
  await store();
  await copies.deleteCopy(copy as StoredCopy);
  expect(await copies.readApplied(SHA256)).toEqual(bytes);
  const [left] = await all(copies.listCopies());
  expect(left?.versions).toHaveLength(1);
  await copies.deleteCopy(left as StoredCopy);
  expect(await copies.readApplied(SHA256)).toBeUndefined();
  expect(aws.buckets.listVersions('specs', appliedKey(''))).toEqual([]);
});

it('S3CopyStore: reads outcomes, and of parsed uploads those that were stored before a time', async () => {
  const { clock, bucket, copies } = await openStores();
  await bucket.writeDocument('outcomes/payments.json', { old: 1 });
  await bucket.writeDocument('outcomes/progress/payments.json', { progress: 1 });
  await bucket.writeDocument('desired/parsed/payments/a.json', { parsed: 1 });
  await clock.advance(10_000);
  await bucket.writeDocument('desired/parsed/payments/b.json', { parsed: 2 });
  expect(await all(copies.readOutcomeTexts())).toEqual(['{"old":1}']);
  expect(await all(copies.readParsedTexts(clock.now()))).toEqual(['{"parsed":1}']);
});

it('DynamoLedgerScan: yields every item of the ledger', async () => {
  const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
  const client = new DynamoDBClient(settings('DYNAMODB'));
  const ledger = new DynamoLedger('ledger', client);
  for (const workspace of ['cards', 'payments'])
    await ledger.takeLease({ workspace, holder: `holder-of-${workspace}`, now: 0, duration: 1 });
  const texts = await all(new DynamoLedgerScan('ledger', client).scanTexts());
  for (const workspace of ['cards', 'payments']) expect(texts.join()).toContain(`holder-of-${workspace}`);
});
