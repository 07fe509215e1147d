import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import { Deliveries } from '../eventBridge/deliveries.ts';
import { EventBus } from '../eventBridge/eventBus.ts';
import type { HttpServer } from '../http/server.ts';
import { FileBlobs } from './blobs.ts';
import { Buckets } from './buckets.ts';
import { startS3 } from './s3Server.ts';

describe('the embedded S3', () => {
  const clock = new SimulatedClock();
  const Bucket = 'specs';
  let directory: string;
  let server: HttpServer;
  let client: S3Client;
  let buckets: Buckets;
  let bus: EventBus;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gateloop-s3-'));
    const store = new Store(':memory:');
    const nowhere = async () => {};
    const targets = { stateMachine: nowhere, function: nowhere, outbox: nowhere, log: nowhere };
    bus = new EventBus({ store, clock, rules: [], deliveries: new Deliveries({ store, clock, targets }) });
    buckets = new Buckets({ store, clock, bus, blobs: new FileBlobs(directory) });
    buckets.create({ name: Bucket, versioned: true });
    buckets.create({ name: 'plain' });
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
    rmSync(directory, { recursive: true });
  });

  const text = async (Key: string, more: object = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return Body?.transformToString();
  };
  const put = (Key: string, Body: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

  it('returns an object with its type, metadata, ETag, checksum and version', async () => {
    const Key = 'workspaces/a b/ü+&<>.yaml';
    const ContentType = 'application/yaml';
    const { ETag, VersionId, ChecksumCRC32 } = await put(Key, 'hello', {
      ContentType,
      Metadata: { owner: 'me' },
    });
    expect(ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(ChecksumCRC32).toBe('NhCmhg==');
    expect(VersionId).toBeTruthy();
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({ ETag, VersionId, ChecksumCRC32, ContentType, Metadata: { owner: 'me' } });
    expect(got.LastModified).toEqual(new Date(clock.now()));
    expect(await got.Body?.transformToString()).toBe('hello');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ETag, ContentLength: 5 });
  });

  it('accepts a stream, which clients send in chunks with a trailing checksum', async () => {
    const parts = ['a'.repeat(70_000), 'ü', '\r\n0\r\n'];
    const ContentLength = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    const Body = Readable.from(parts.map((part) => Buffer.from(part)));
    await client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength }));
    expect(await text('stream')).toBe(parts.join(''));
  });

  it.each([
    ['Content-MD5', { ContentMD5: createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    ['SHA-256', { ChecksumSHA256: createHash('sha256').update('other').digest('base64') }, 'BadDigest'],
    ['CRC-32', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
  ])('refuses a body that does not fit its %s, and keeps nothing of it', async (_, claim, name) => {
    await expect(put('key', 'hello', claim)).rejects.toMatchObject({ name });
    await expect(text('key')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(bus.archive()).toHaveLength(0);
  });

  it('creates an object only if it is missing with If-None-Match', async () => {
    await put('key', 'first', { IfNoneMatch: '*' });
    await expect(put('key', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await text('key')).toBe('first');
  });

  it('replaces an object only if its ETag matches with If-Match', async () => {
    const { ETag } = await put('key', 'first');
    await put('key', 'second', { IfMatch: ETag });
    await expect(put('key', 'third', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('none', 'third', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('key')).toBe('second');
  });

  it('answers 304 for content that the reader has', async () => {
    const { ETag } = await put('key', 'hello');
    await expect(text('key', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(text('key', { IfMatch: '"other"' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  it.each([
    ['bytes=1-3', 'ell', 'bytes 1-3/5'],
    ['bytes=3-', 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 'lo', 'bytes 3-4/5'],
    ['bytes=3-99', 'lo', 'bytes 3-4/5'],
  ])('sends the part asked for: %s', async (Range, expected, ContentRange) => {
    await put('key', 'hello');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'key', Range }));
    expect(got.ContentRange).toBe(ContentRange);
    expect(await got.Body?.transformToString()).toBe(expected);
  });

  it('rejects a range beyond the end', async () => {
    await put('key', 'hello');
    await expect(text('key', { Range: 'bytes=9-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('lists by prefix and delimiter, page by page', async () => {
    const keys = ['a/1', 'a/2', 'a/b/3', 'a/c/4', 'a/c/5', 'a/d', 'b/6'];
    for (const key of keys) await put(key, 'x');
    const pages: string[][] = [];
    const request = { Bucket, Prefix: 'a/', Delimiter: '/', MaxKeys: 2 };
    for await (const page of paginateListObjectsV2({ client }, request)) {
      const objects = page.Contents?.map(({ Key }) => Key ?? '') ?? [];
      pages.push([...objects, ...(page.CommonPrefixes?.map(({ Prefix }) => Prefix ?? '') ?? [])]);
      expect(page.KeyCount).toBe(pages.at(-1)?.length);
    }
    expect(pages).toEqual([['a/1', 'a/2'], ['a/b/', 'a/c/'], ['a/d']]);
    const all = await client.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a/c/4' }));
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(['a/c/5', 'a/d', 'b/6']);
    const none = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'zzz' }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('lists more keys than fit on one page', async () => {
    for (let index = 0; index < 1_203; index += 1) buckets.put('plain', `k${index}`, '');
    let count = 0;
    for await (const page of paginateListObjectsV2({ client }, { Bucket: 'plain' }))
      count += page.KeyCount ?? 0;
    expect(count).toBe(1_203);
  });

  it('deletes one or many objects, also missing ones', async () => {
    await put('a&b', 'x');
    await put(' c ', 'x');
    await put('7.0', 'x');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a&b' }));
    const Objects = [{ Key: ' c ' }, { Key: '7.0' }, { Key: 'never was' }];
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'never was' }));
  });

  it('keeps versions of replaced and deleted objects', async () => {
    const { VersionId: first } = await put('key', 'one');
    const { VersionId: second } = await put('key', 'two');
    const { VersionId: marker } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    expect(await text('key', { VersionId: first })).toBe('one');
    expect(await text('key', { VersionId: second })).toBe('two');
    await expect(text('key', { VersionId: marker })).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    await expect(text('key')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('keeps the latest twenty versions and deletes the contents of the others', () => {
    for (let index = 0; index < 30; index += 1) buckets.put(Bucket, 'key', `content ${index}`);
    buckets.put('plain', 'key', 'replaced');
    buckets.put('plain', 'key', 'current');
    buckets.deleteUnreferencedBlobs();
    expect(readdirSync(directory)).toHaveLength(20 + 1 + 1);
    expect(buckets.text('plain', 'key')).toBe('current');
  });

  it('copies an object with its metadata', async () => {
    await put('from/ü', 'hello', { Metadata: { owner: 'me' } });
    const CopySource = `${Bucket}/${encodeURIComponent('from/ü')}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
      Metadata: { owner: 'me' },
    });
    expect(await text('to')).toBe('hello');
  });

  it('rejects a request that expects another bucket owner', async () => {
    await put('key', 'hello', { ExpectedBucketOwner: '123456789012' });
    await expect(text('key', { ExpectedBucketOwner: '999999999999' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('lists and describes its buckets', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'another' }));
    await client.send(new HeadBucketCommand({ Bucket: 'another' }));
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    expect(Status).toBe('Enabled');
    await expect(client.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    const get = new GetObjectCommand({ Bucket: 'nowhere', Key: 'key' });
    await expect(client.send(get)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('rejects operations that it lacks', async () => {
    await put('key', 'hello');
    const tagging = new PutObjectTaggingCommand({
      Bucket,
      Key: 'key',
      Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] },
    });
    await expect(client.send(tagging)).rejects.toMatchObject({ name: 'NotImplemented' });
    expect(await text('key')).toBe('hello');
  });

  it('publishes an event for every object created and deleted', async () => {
    const { VersionId, ETag } = await put('key', 'hello');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'never was' }));
    const [created, deleted, ...more] = bus.archive();
    expect(more).toEqual([]);
    expect(created).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      account: '123456789012',
      region: 'us-east-1',
      time: '2026-01-01T00:00:00Z',
      resources: ['arn:aws:s3:::specs'],
      detail: {
        version: '0',
        bucket: { name: 'specs' },
        object: { key: 'key', size: 5, etag: ETag?.replaceAll('"', ''), 'version-id': VersionId },
        requester: '123456789012',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
    expect(deleted).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: { object: { key: 'key' }, reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
    });
  });
});
