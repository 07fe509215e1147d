import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { bucketPlace, UploadBucket } from './uploadBucket.ts';

const content = Buffer.from('openapi: 3.1.0');
const sha256 = createHash('sha256').update(content).digest('base64');

/** A bucket whose service answers every request with this, and remembers what was asked. */
function bucketAnswering(answer: object, name = 'gateloop-main-spec-123456789012-eu-west-1') {
  const inputs: object[] = [];
  const client = new S3Client({ region: 'eu-west-1' });
  client.middlewareStack.add(
    () => async (args) => {
      inputs.push(args.input);
      return { response: {}, output: { $metadata: {}, ...answer } };
    },
    { step: 'initialize' },
  );
  return { bucket: new UploadBucket(client, name, 'payments'), inputs };
}

describe('a file in the bucket', () => {
  const file = { path: 'a.yaml', size: content.length };

  it('is known by its ETag, without a request', async () => {
    const { bucket, inputs } = bucketAnswering({});
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    expect(await bucket.holds({ ...file, etag }, content)).toBe(true);
    expect(inputs).toEqual([]);
  });

  it('that a key of KMS encrypts is known by its checksum, since its ETag says nothing', async () => {
    const { bucket } = bucketAnswering({ ChecksumSHA256: sha256 });
    expect(await bucket.holds({ ...file, etag: '"0f"' }, content)).toBe(true);
    const { bucket: other } = bucketAnswering({ ChecksumSHA256: 'b3RoZXI=' });
    expect(await other.holds({ ...file, etag: '"0f"' }, content)).toBe(false);
  });

  it('of another size differs, without a request', async () => {
    const { bucket, inputs } = bucketAnswering({});
    expect(await bucket.holds({ ...file, size: 1, etag: '"0f"' }, content)).toBe(false);
    expect(inputs).toEqual([]);
  });

  it('is asked for in the account that the name of the bucket tells, so that nobody can slip in another', async () => {
    const { bucket, inputs } = bucketAnswering({});
    await bucket.put('a.yaml', content);
    await bucket.listFiles();
    for (const input of inputs) expect(input).toMatchObject({ ExpectedBucketOwner: '123456789012' });
  });
});

describe('the name of a bucket', () => {
  it.each([
    ['gateloop-main-spec-123456789012-eu-west-1', { account: '123456789012', region: 'eu-west-1' }],
    ['gateloop-my-env-spec-123456789012-us-gov-west-1', { account: '123456789012', region: 'us-gov-west-1' }],
    ['gateloop-spec', {}],
  ])('%s tells %o', (name, place) => {
    expect(bucketPlace(name)).toEqual(place);
  });
});
