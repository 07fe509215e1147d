import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../local/aws/account.ts';
import { S3SpecBucket } from './s3SpecBucket.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

async function openBucket(owner: string | undefined = ACCOUNT) {
  const { aws, settings } = await startEmbeddedServices({ buckets: [{ name: 'specs', versioned: true }] });
  const client = new S3Client({ ...settings('S3'), forcePathStyle: true });
  const put = (key: string, content: string) => aws.buckets.put('specs', key, content);
  return { bucket: new S3SpecBucket('specs', owner, client), put, aws };
}

describe('the spec bucket in S3', () => {
  it('lists workspaces, and nothing that lies beside them', async () => {
    const { bucket, put } = await openBucket();
    put('workspaces/payments/manifest.yaml', 'a');
    put('workspaces/books/schemas/deep/ledger.yaml', 'b');
    put('workspaces/readme.md', 'no workspace');
    put('applied/abc', 'c');
    expect(await bucket.listWorkspaces()).toEqual(['books', 'payments']);
  });

  it('lists all files of a workspace, page by page, with paths of its own', async () => {
    const { bucket, put } = await openBucket();
    put('workspaces/payments-2/manifest.yaml', 'another workspace');
    for (let index = 0; index < 1005; index += 1) put(`workspaces/payments/schemas/${index}.json`, 'abc');
    const files = await bucket.listFiles('payments');
    expect(files).toHaveLength(1005);
    expect(files.find(({ path }) => path === 'schemas/7.json')).toMatchObject({ size: 3 });
  });

  it('reads the file that was listed', async () => {
    const { bucket, put } = await openBucket();
    put('workspaces/payments/manifest.yaml', 'owners: {}');
    const [file] = await bucket.listFiles('payments');
    expect(text(file && (await bucket.readFile('payments', file)))).toBe('owners: {}');
  });

  it.each([
    [
      'overwritten',
      ({ put }: Awaited<ReturnType<typeof openBucket>>) => put('workspaces/payments/manifest.yaml', 'b'),
    ],
    [
      'deleted',
      ({ aws }: Awaited<ReturnType<typeof openBucket>>) =>
        aws.buckets.delete('specs', 'workspaces/payments/manifest.yaml'),
    ],
  ])('asks for another look when a file was %s since it was listed', async (_, change) => {
    const opened = await openBucket();
    opened.put('workspaces/payments/manifest.yaml', 'a');
    const [file] = await opened.bucket.listFiles('payments');
    change(opened);
    const reading = file && opened.bucket.readFile('payments', file);
    await expect(reading).rejects.toMatchObject({
      code: 'WorkspaceChanged',
      retryable: true,
      details: { workspace: 'payments', path: 'manifest.yaml' },
    });
  });

  it('writes an immutable copy once: the second writer changes nothing', async () => {
    const { bucket, aws } = await openBucket();
    await bucket.writeApplied('abc', bytes('first'), 'application/yaml');
    await bucket.writeApplied('abc', bytes('second'), 'application/yaml');
    expect(text(await bucket.readApplied('abc'))).toBe('first');
    expect(aws.buckets.list('specs', { prefix: 'applied/' })).toHaveLength(1);
    expect(bucket.appliedUri('abc')).toBe('s3://specs/applied/abc');
  });

  it('has no copy that was never written', async () => {
    const { bucket } = await openBucket();
    expect(await bucket.readApplied('abc')).toBeUndefined();
  });

  it('keeps documents from step to step, and replaces them', async () => {
    const { bucket } = await openBucket();
    expect(await bucket.readDocument('outcomes/payments.json')).toBeUndefined();
    await bucket.writeDocument('outcomes/payments.json', { outcome: 'ready' });
    await bucket.writeDocument('outcomes/payments.json', { outcome: 'failed', reasons: ['ü'] });
    expect(await bucket.readDocument('outcomes/payments.json')).toEqual({
      outcome: 'failed',
      reasons: ['ü'],
    });
  });

  it('speaks to no bucket of another account', async () => {
    const { bucket } = await openBucket('999999999999');
    const denied = { name: 'AccessDenied' };
    await expect(bucket.listFiles('payments')).rejects.toMatchObject(denied);
    await expect(bucket.listWorkspaces()).rejects.toMatchObject(denied);
    await expect(bucket.readDocument('desired/payments')).rejects.toMatchObject(denied);
    await expect(bucket.writeDocument('desired/payments', {})).rejects.toMatchObject(denied);
    await expect(bucket.writeApplied('abc', bytes('a'), 'text/plain')).rejects.toMatchObject(denied);
  });
});
