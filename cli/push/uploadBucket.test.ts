import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { bucketPlace } from '../../core/deployedNames.ts';
import { UploadBucket } from './uploadBucket.ts';

const content = Buffer.from('openapi: 3.1.0');
const sha256 = createHash('sha256').update(content).digest('base64');

/** A bucket whose service returns the same response to every request, and records the requests. */
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

describe('UploadBucket', () => {
  const file = { path: 'a.yaml', size: content.length };

  it('UploadBucket: compares a file by its ETag, without a request', async () => {
    const { bucket, inputs } = bucketAnswering({});
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    expect(await bucket.holds({ ...file, etag }, content)).toBe(true);
    expect(inputs).toEqual([]);
  });

  it('UploadBucket: compares a file with SSE-KMS by its checksum, because its ETag is no MD5', async () => {
    const { bucket } = bucketAnswering({ ChecksumSHA256: sha256 });
    expect(await bucket.holds({ ...file, etag: '"0f"' }, content)).toBe(true);
    const { bucket: other } = bucketAnswering({ ChecksumSHA256: 'b3RoZXI=' });
    expect(await other.holds({ ...file, etag: '"0f"' }, content)).toBe(false);
  });

  it('UploadBucket: reports a file of another size as different, without a request', async () => {
    const { bucket, inputs } = bucketAnswering({});
    expect(await bucket.holds({ ...file, size: 1, etag: '"0f"' }, content)).toBe(false);
    expect(inputs).toEqual([]);
  });

  it('UploadBucket: sends the account in the bucket name as the expected owner, against a bucket of another account', async () => {
    const { bucket, inputs } = bucketAnswering({});
    await bucket.put('a.yaml', content);
    await bucket.listFiles();
    for (const input of inputs) expect(input).toMatchObject({ ExpectedBucketOwner: '123456789012' });
  });
});

describe('bucketPlace', () => {
  it.each([
    [
      'gateloop-main-spec-123456789012-eu-west-1',
      { environment: 'main', account: '123456789012', region: 'eu-west-1' },
    ],
    [
      'gateloop-my-env-spec-123456789012-us-gov-west-1',
      { environment: 'my-env', account: '123456789012', region: 'us-gov-west-1' },
    ],
    ['gateloop-spec', {}],
  ])('bucketPlace: reads from %s %o', (name, place) => {
    expect(bucketPlace(name)).toEqual(place);
  });
});
