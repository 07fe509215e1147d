import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import { Deliveries } from '../eventBridge/deliveries.ts';
import { EventBus } from '../eventBridge/eventBus.ts';
import type { HttpServer } from '../http/server.ts';
import { MemoryBlobs } from './blobs.ts';
import { Buckets } from './buckets.ts';
import { crc64 } from './crc64.ts';
import { startS3 } from './s3Server.ts';

const Bucket = 'specs';
const Key = 'workspaces/a/schemas/large.yaml';
const PART = 5 * 1024 * 1024;

describe('the embedded S3, uploads in parts', () => {
  const clock = new SimulatedClock();
  let server: HttpServer;
  let client: S3Client;
  let buckets: Buckets;
  let bus: EventBus;

  beforeEach(async () => {
    const store = new Store(':memory:');
    const nowhere = async () => {};
    const targets = { stateMachine: nowhere, function: nowhere, outbox: nowhere, log: nowhere };
    bus = new EventBus({ store, clock, rules: [], deliveries: new Deliveries({ store, clock, targets }) });
    buckets = new Buckets({ store, clock, bus, blobs: new MemoryBlobs() });
    buckets.create({ name: Bucket, versioned: true });
    server = await startS3(buckets, clock);
    client = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  async function begin(more: object = {}) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
    return { Bucket, Key, UploadId };
  }

  async function send(upload: object, PartNumber: number, Body: string) {
    const request = { Bucket, Key, ...upload, PartNumber, Body, UploadId: undefined };
    const part = await client.send(new UploadPartCommand({ ...request, ...upload }));
    return { PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 };
  }

  const complete = (upload: { Bucket: string; Key: string; UploadId: string | undefined }, Parts: object[]) =>
    client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));

  it('makes one object of parts that came in any order, with one event', async () => {
    const upload = await begin({
      ...{ ContentType: 'application/yaml', ChecksumAlgorithm: 'CRC32', Metadata: { owner: 'me' } },
    });
    const second = await send(upload, 2, 'the end');
    const first = await send(upload, 1, 'a'.repeat(PART));
    await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    const done = await complete(upload, [first, second]);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(done.ChecksumCRC32).toMatch(/^.{8}-2$/);
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({
      ETag: done.ETag,
      VersionId: done.VersionId,
      ContentType: 'application/yaml',
      Metadata: { owner: 'me' },
    });
    expect(await got.Body?.transformToString()).toBe(`${'a'.repeat(PART)}the end`);
    expect(bus.archive().map(({ detail }) => detail.reason)).toEqual(['CompleteMultipartUpload']);
    await expect(complete(upload, [first, second])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('takes the last of several parts with one number', async () => {
    const upload = await begin();
    await send(upload, 1, 'old');
    await complete(upload, [await send(upload, 1, 'new')]);
    expect(buckets.text(Bucket, Key)).toBe('new');
  });

  it('lists uploads and their parts, in pages', async () => {
    const upload = await begin();
    for (const number of [11, 2, 1]) await send(upload, number, `part ${number}`);
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'workspaces/' }));
    expect(uploads.Uploads).toMatchObject([{ Key, UploadId: upload.UploadId }]);
    const page = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(page).toMatchObject({ IsTruncated: true, Parts: [{ PartNumber: 1 }, { PartNumber: 2, Size: 6 }] });
    const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '2' }));
    expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 11 }] });
  });

  it('keeps the parts of an upload until it is aborted', async () => {
    const upload = await begin();
    const part = await send(upload, 1, 'kept');
    buckets.deleteUnreferencedBlobs();
    await client.send(new ListPartsCommand(upload));
    await client.send(new AbortMultipartUploadCommand(upload));
    await expect(complete(upload, [part])).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(buckets.uploads.blobs()).toEqual([]);
  });

  it.each([
    ['parts in a wrong order', [2, 1], 'InvalidPartOrder'],
    ['a part that was never sent', [1, 3], 'InvalidPart'],
    ['a small part that is not the last', [1, 2], 'EntityTooSmall'],
  ])('refuses %s, and keeps the upload', async (_, numbers, name) => {
    const upload = await begin();
    const parts = [await send(upload, 1, 'a'), await send(upload, 2, 'b')];
    const named = numbers.map((PartNumber) => ({
      PartNumber,
      ETag: parts[PartNumber - 1]?.ETag ?? '"0"',
    }));
    await expect(complete(upload, named)).rejects.toMatchObject({ name });
    await complete(upload, parts.slice(1));
    expect(buckets.text(Bucket, Key)).toBe('b');
  });

  it('refuses an upload of another key, a part number beyond 10,000, and a corrupted part', async () => {
    const upload = await begin();
    await expect(send({ ...upload, Key: 'other' }, 1, 'a')).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(send(upload, 10_001, 'a')).rejects.toMatchObject({ name: 'InvalidArgument' });
    const damaged = { ...upload, PartNumber: 1, Body: 'a', ChecksumCRC32: 'AAAAAA==' };
    await expect(client.send(new UploadPartCommand(damaged))).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('checks the checksum of the whole object, which aws s3 cp sends', async () => {
    const upload = await begin();
    const part = await send(upload, 1, 'hello');
    const right = crc64(Buffer.from('hello')).toString('base64');
    const whole = (ChecksumCRC64NVME: string) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          ChecksumCRC64NVME,
          ChecksumType: 'FULL_OBJECT',
          MultipartUpload: { Parts: [part] },
        }),
      );
    await expect(whole('AAAAAAAAAAA=')).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await whole(right)).toMatchObject({ ChecksumCRC64NVME: right, ChecksumType: 'FULL_OBJECT' });
  });
});

describe('crc64', () => {
  // The check value of the catalogue of parametrised CRC algorithms.
  it('crc64: is CRC-64/NVME', () => {
    expect(crc64(Buffer.from('123456789')).toString('hex')).toBe('ae8b14860a799888');
  });
});
