import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../core/json.ts';
import type { Clock } from '../../simulation/clock.ts';
import { createSortableIdGenerator, type SortableIdGenerator } from '../../simulation/sortableId.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { ACCOUNT } from '../account.ts';
import type { EventBus } from '../eventBridge/eventBus.ts';
import { AwsError } from '../http/awsError.ts';
import type { Blobs } from './blobs.ts';
import { MultipartUploads } from './multipartUploads.ts';

export interface BucketDefinition {
  readonly name: string;
  /** Keeps the latest versions of each object. */
  readonly versioned?: boolean;
}

/** The index entry of one version of an object. */
export interface ObjectRecord {
  readonly key: string;
  /** Only in a versioned bucket. */
  readonly versionId?: string;
  readonly isDeleteMarker?: true;
  readonly size: number;
  /** The MD5 of the content, in quotation marks; of an upload in parts, the MD5 of their MD5s and their number. */
  readonly etag: string;
  /** The SHA-256 of the content, its key in `Blobs`. */
  readonly blob: string;
  /** Simulated milliseconds since the epoch. */
  readonly lastModified: number;
  readonly sequencer: string;
  /** Headers that downloads return unchanged: the content's type, user metadata, the checksum. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One version in a list of versions. */
export interface VersionRecord {
  readonly record: ObjectRecord;
  readonly isLatest: boolean;
}

interface BucketRecord {
  readonly versioned: boolean;
  readonly createdAt: number;
}

export interface PutOptions {
  /** As in `ObjectRecord`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  /** The reason in the event. */
  readonly reason?: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';
  /** As in `ObjectRecord`, where it is not the MD5 of the content. */
  readonly etag?: string;
}

export interface ObjectActivity {
  readonly bucket: string;
  readonly key: string;
  readonly change: 'created' | 'deleted';
}

/** Versions kept of one object besides the current one; S3 itself keeps all unless a lifecycle rule expires them. */
const MAX_NONCURRENT_VERSIONS = 20;
const MAX_KEY_BYTES = 1024;
/** Sorts before anything that can follow a key. */
const VERSION_SEPARATOR = '\u0000';

/**
 * Buckets and their objects. A change and its event are written in one transaction before the call returns.
 */
export class Buckets {
  /** Uploads in parts that are not complete. */
  readonly uploads: MultipartUploads;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #blobs: Blobs;
  readonly #bus: EventBus;
  readonly #nextSequencer: SortableIdGenerator;
  readonly #buckets: Table<BucketRecord>;
  readonly #tables = new Map<string, Table<ObjectRecord>>();
  readonly #onActivity: (activity: ObjectActivity) => void;

  constructor({
    store,
    clock,
    blobs,
    bus,
    onActivity = () => {},
  }: {
    store: Store;
    clock: Clock;
    blobs: Blobs;
    bus: EventBus;
    onActivity?: (activity: ObjectActivity) => void;
  }) {
    this.uploads = new MultipartUploads({ store, clock, blobs });
    this.#store = store;
    this.#clock = clock;
    this.#blobs = blobs;
    this.#bus = bus;
    this.#nextSequencer = createSortableIdGenerator(clock);
    this.#buckets = store.table('s3/buckets');
    this.#onActivity = onActivity;
  }

  /** Creates a bucket unless it exists. */
  create({ name, versioned = false }: BucketDefinition): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
    }
    if (!this.#buckets.get(name)) this.#buckets.put(name, { versioned, createdAt: this.#clock.now() });
  }

  /** @throws AwsError `BucketNotEmpty` */
  remove(bucket: string): void {
    if (this.#objects(bucket).count() > 0) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    }
    this.#buckets.delete(bucket);
  }

  names(): readonly { name: string; createdAt: number }[] {
    return this.#buckets.list().map(([name, { createdAt }]) => ({ name, createdAt }));
  }

  /** @throws AwsError `NoSuchBucket` */
  isVersioned(bucket: string): boolean {
    return this.#bucket(bucket).versioned;
  }

  /** @throws AwsError `NoSuchBucket`, `KeyTooLongError`, `PreconditionFailed` */
  put(bucket: string, key: string, content: Buffer | string, options: PutOptions = {}): ObjectRecord {
    const { versioned } = this.#bucket(bucket);
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
    const bytes = Buffer.from(content);
    const record: ObjectRecord = {
      key,
      ...(versioned ? { versionId: newVersionId() } : {}),
      size: bytes.length,
      etag: options.etag ?? `"${createHash('md5').update(bytes).digest('hex')}"`,
      blob: this.#blobs.put(bytes),
      lastModified: this.#clock.now(),
      sequencer: this.#nextSequencer(),
      headers: options.headers ?? {},
    };
    const event = this.#store.transaction(() => {
      this.#checkConditions(this.#objects(bucket).get(key), options);
      this.#archive(bucket, key);
      this.#objects(bucket).put(key, record);
      return this.#bus.record(
        objectEvent('Object Created', bucket, record, { reason: options.reason ?? 'PutObject' }),
      );
    });
    this.#bus.wake(event);
    this.#onActivity({ bucket, key, change: 'created' });
    return record;
  }

  /** @throws AwsError `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion` */
  head(bucket: string, key: string, versionId?: string): ObjectRecord {
    const current = this.#find(bucket, key);
    if (versionId === undefined) {
      if (current) return current;
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    if (current?.versionId === versionId) return current;
    const version = this.#versions(bucket, key).find(([, record]) => record.versionId === versionId)?.[1];
    if (!version) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
    if (version.isDeleteMarker)
      throw new AwsError('MethodNotAllowed', 'The version is a delete marker.', 405);
    return version;
  }

  content({ blob }: ObjectRecord): Buffer {
    return this.#blobs.get(blob);
  }

  /** The content of an object as text. @throws AwsError as `head` does */
  text(bucket: string, key: string): string {
    return this.content(this.head(bucket, key)).toString('utf8');
  }

  /** Deletes an object; in a versioned bucket, its versions stay. Deleting a missing object is not an error. */
  delete(bucket: string, key: string): { readonly versionId?: string } {
    const { versioned } = this.#bucket(bucket);
    const current = this.#objects(bucket).get(key);
    if (!current && !versioned) return {};
    const marker: ObjectRecord = {
      key,
      ...(versioned ? { versionId: newVersionId() } : {}),
      isDeleteMarker: true,
      size: 0,
      etag: current?.etag ?? '""',
      blob: '',
      lastModified: this.#clock.now(),
      sequencer: this.#nextSequencer(),
      headers: {},
    };
    const event = this.#store.transaction(() => {
      this.#archive(bucket, key);
      this.#objects(bucket).delete(key);
      if (versioned) this.#versionTable(bucket).put(versionKey(marker), marker);
      const type = versioned ? 'Delete Marker Created' : 'Permanently Deleted';
      return this.#bus.record(
        objectEvent('Object Deleted', bucket, marker, { reason: 'DeleteObject', 'deletion-type': type }),
      );
    });
    this.#bus.wake(event);
    this.#onActivity({ bucket, key, change: 'deleted' });
    return marker.versionId === undefined ? {} : { versionId: marker.versionId };
  }

  /** Deletes one version for good; the one before it becomes the current one. Deleting a missing version is not an error. */
  deleteVersion(bucket: string, key: string, versionId: string): void {
    this.#bucket(bucket);
    this.#store.transaction(() => {
      const table = this.#versionTable(bucket);
      const noncurrent = this.#versions(bucket, key).find(([, record]) => record.versionId === versionId);
      if (noncurrent) table.delete(noncurrent[0]);
      if (this.#objects(bucket).get(key)?.versionId === versionId) this.#objects(bucket).delete(key);
      if (this.#objects(bucket).get(key)) return;
      const [last, record] = this.#versions(bucket, key).at(-1) ?? [];
      if (last === undefined || !record || record.isDeleteMarker) return;
      table.delete(last);
      this.#objects(bucket).put(key, record);
    });
  }

  /** Objects whose key starts with `prefix`, after the key `after`, in the order of keys. */
  list(
    bucket: string,
    options: { prefix?: string; after?: string; limit?: number } = {},
  ): readonly ObjectRecord[] {
    this.#bucket(bucket);
    return this.#objects(bucket)
      .list(options)
      .map(([, record]) => record);
  }

  /** All versions of the objects whose key starts with `prefix`, in the order of keys, each with its latest version first. */
  listVersions(bucket: string, prefix: string): readonly VersionRecord[] {
    this.#bucket(bucket);
    const current = this.list(bucket, { prefix }).map((record) => ({ record, isLatest: true }));
    const isThere = new Set(current.map(({ record }) => record.key));
    const earlier = this.#versionTable(bucket)
      .list({ prefix })
      .map(([, record]) => record)
      .reverse();
    const seen = new Set(isThere);
    const noncurrent = earlier.map((record) => {
      // Of a deleted object, the latest version is the mark of its deletion.
      const isLatest = !seen.has(record.key);
      seen.add(record.key);
      return { record, isLatest };
    });
    return [...current, ...noncurrent].sort((one, other) => compareKeys(one.record, other.record));
  }

  /** Deletes contents that no version of any object, and no part of an upload, refers to. */
  deleteUnreferencedBlobs(): void {
    const referenced = new Set(this.uploads.blobs());
    for (const { name } of this.names()) {
      for (const [, { blob }] of this.#objects(name).list()) referenced.add(blob);
      for (const [, { blob }] of this.#versionTable(name).list()) referenced.add(blob);
    }
    this.#blobs.deleteUnreferenced((blob) => referenced.has(blob));
  }

  #bucket(name: string): BucketRecord {
    const bucket = this.#buckets.get(name);
    if (bucket) return bucket;
    throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
  }

  #find(bucket: string, key: string): ObjectRecord | undefined {
    this.#bucket(bucket);
    return this.#objects(bucket).get(key);
  }

  #objects(bucket: string): Table<ObjectRecord> {
    return this.#table(`s3/objects/${bucket}`);
  }

  #versionTable(bucket: string): Table<ObjectRecord> {
    return this.#table(`s3/versions/${bucket}`);
  }

  /** A table prepares seven SQL statements, so each one is made once. */
  #table(name: string): Table<ObjectRecord> {
    const table = this.#tables.get(name) ?? this.#store.table<ObjectRecord>(name);
    this.#tables.set(name, table);
    return table;
  }

  #versions(bucket: string, key: string) {
    return this.#versionTable(bucket).list({ prefix: `${key}${VERSION_SEPARATOR}` });
  }

  /** Makes the current version a noncurrent one, and deletes the oldest beyond the limit. */
  #archive(bucket: string, key: string): void {
    const current = this.#objects(bucket).get(key);
    if (current?.versionId === undefined) return;
    const table = this.#versionTable(bucket);
    table.put(versionKey(current), current);
    const versions = this.#versions(bucket, key);
    for (const [old] of versions.slice(0, Math.max(0, versions.length - MAX_NONCURRENT_VERSIONS)))
      table.delete(old);
  }

  #checkConditions(current: ObjectRecord | undefined, { ifMatch, ifNoneMatch }: PutOptions): void {
    if (ifNoneMatch === '*' && current) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    if (!isSameEtag(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  }
}

/** Whether a condition matches an ETag. Some clients omit the quotation marks. */
export function isSameEtag(condition: string, etag: string): boolean {
  return condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '');
}

export function preconditionFailed(condition: string): AwsError {
  return new AwsError(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
    412,
  );
}

/** S3 sorts by the bytes of UTF-8. The sort is stable, so that the versions of a key keep their order. */
function compareKeys(one: ObjectRecord, other: ObjectRecord): number {
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
}

function newVersionId(): string {
  return randomBytes(24).toString('base64url');
}

function versionKey({ key, sequencer }: ObjectRecord): string {
  return `${key}${VERSION_SEPARATOR}${sequencer}`;
}

function objectEvent(detailType: string, bucket: string, record: ObjectRecord, more: JsonObject) {
  const { key, size, etag, versionId, sequencer, isDeleteMarker } = record;
  const detail: JsonObject = {
    version: '0',
    bucket: { name: bucket },
    object: {
      key,
      ...(isDeleteMarker ? {} : { size }),
      etag: etag.replaceAll('"', ''),
      ...(versionId === undefined ? {} : { 'version-id': versionId }),
      sequencer,
    },
    'request-id': randomUUID(),
    requester: ACCOUNT,
    'source-ip-address': '127.0.0.1',
    ...more,
  };
  return { source: 'aws.s3', detailType, detail, resources: [`arn:aws:s3:::${bucket}`] };
}
