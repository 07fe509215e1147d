import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../local/aws/account.ts';
import { S3SpecBucket } from './s3SpecBucket.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeSpecBucketContract } from './testing/specBucketContract.ts';

async function openBucket(owner: string | undefined = ACCOUNT) {
  const { aws, clock, settings } = await startEmbeddedServices({
    buckets: [{ name: 'specs', versioned: true }],
  });
  const client = new S3Client({ ...settings('S3'), forcePathStyle: true });
  return {
    bucket: new S3SpecBucket('specs', owner, client, () => clock.now()),
    put: (key: string, content: string) => void aws.buckets.put('specs', key, content),
    delete: (key: string) => void aws.buckets.delete('specs', key),
  };
}

describeSpecBucketContract('S3SpecBucket', openBucket);

describe('S3SpecBucket', () => {
  it("lists all pages of a workspace's files", async () => {
    const { bucket, put } = await openBucket();
    for (let index = 0; index < 1005; index += 1) put(`workspaces/payments/schemas/${index}.json`, 'abc');
    expect(await bucket.listFiles('payments')).toHaveLength(1005);
  });

  it('S3SpecBucket: stops to list at more than 10,000 files, whatever their names are', async () => {
    const { bucket, put } = await openBucket();
    for (let index = 0; index < 11_500; index += 1) put(`workspaces/payments/._${index}`, '');
    expect((await bucket.listFiles('payments')).length).toBe(11_000);
  });

  it('is denied access to a bucket of another account', async () => {
    const { bucket } = await openBucket('999999999999');
    const denied = { name: 'AccessDenied' };
    await expect(bucket.listFiles('payments')).rejects.toMatchObject(denied);
    await expect(bucket.listWorkspaces()).rejects.toMatchObject(denied);
    await expect(bucket.readDocument('desired/payments')).rejects.toMatchObject(denied);
    await expect(bucket.writeDocument('desired/payments', {})).rejects.toMatchObject(denied);
    const bytes = new TextEncoder().encode('a');
    await expect(bucket.writeApplied('abc', bytes, 'text/plain')).rejects.toMatchObject(denied);
  });
});
