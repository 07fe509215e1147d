import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { S3UploadHistory } from './s3UploadHistory.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

async function openHistory() {
  const { settings, clock } = await startEmbeddedServices({ buckets: [{ name: 'specs', versioned: true }] });
  const client = new S3Client({ ...settings('S3'), forcePathStyle: true });
  return { client, clock, history: new S3UploadHistory('specs', undefined, client) };
}

describe('S3UploadHistory', () => {
  it('S3UploadHistory: lists every version of the files of one workspace, deletions too', async () => {
    const { client, clock, history } = await openHistory();
    const put = (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: 'specs', Key, Body }));
    const start = clock.now();
    await put('workspaces/payments/a.json', '1');
    await put('workspaces/payments-eu/a.json', '1');
    await clock.advance(1000);
    await put('workspaces/payments/a.json', '2');
    await clock.advance(1000);
    await client.send(new DeleteObjectCommand({ Bucket: 'specs', Key: 'workspaces/payments/a.json' }));
    const versions = await history.listVersions('payments');
    expect(versions.map(({ path, time, isDeletion }) => [path, time - start, isDeletion]).sort()).toEqual([
      ['a.json', 0, false],
      ['a.json', 1000, false],
      ['a.json', 2000, true],
    ]);
    expect(new Set(versions.map(({ versionId }) => versionId)).size).toBe(3);
  });

  it('S3UploadHistory: reads all pages', async () => {
    const { client, history } = await openHistory();
    for (let index = 0; index < 1005; index += 1)
      await client.send(
        new PutObjectCommand({
          Bucket: 'specs',
          Key: `workspaces/payments/${index % 67}.json`,
          Body: `${index}`,
        }),
      );
    const versions = await history.listVersions('payments');
    expect(new Set(versions.map(({ versionId }) => versionId)).size).toBe(1005);
  });

  it('S3UploadHistory: reads the metadata that an uploader stored with a version', async () => {
    const { client, history } = await openHistory();
    const object = { Bucket: 'specs', Key: 'workspaces/payments/manifest.yaml', Body: 'a' };
    await client.send(new PutObjectCommand({ ...object, Metadata: { 'gateloop-commit': 'abc' } }));
    const [version] = await history.listVersions('payments');
    await client.send(new PutObjectCommand(object));
    expect(version && (await history.readMetadata('payments', version))).toEqual({
      'gateloop-commit': 'abc',
    });
  });

  it('S3UploadHistory: lists the outcomes since a time, the latest first, and reads each', async () => {
    const { client, clock, history } = await openHistory();
    const put = (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: 'specs', Key, Body }));
    await put('outcomes/payments.json', '{"outcome":"failed"}');
    await clock.advance(1000);
    const since = clock.now();
    for (const outcome of ['awaiting', 'ready']) {
      await put('outcomes/payments.json', JSON.stringify({ outcome }));
      await clock.advance(1000);
    }
    await put('outcomes/payments.json.bak', '{}');
    const versions = await history.listOutcomes('payments', since);
    expect(await Promise.all(versions.map((version) => history.readOutcome('payments', version)))).toEqual([
      { outcome: 'ready' },
      { outcome: 'awaiting' },
    ]);
    expect(await history.readOutcome('payments', { versionId: 'none', time: 0 })).toBeUndefined();
  });
});
