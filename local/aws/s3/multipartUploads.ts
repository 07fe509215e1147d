import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { AwsError } from '../http/awsError.ts';
import type { Blobs } from './blobs.ts';
import { digestOf } from './uploadBody.ts';

/** An upload that is not complete. */
export interface UploadRecord {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  /** Simulated milliseconds since the epoch. */
  readonly initiated: number;
  /** The headers of the object to be, as in `ObjectRecord`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PartRecord {
  readonly number: number;
  readonly size: number;
  /** The MD5 of the content, in quotation marks. */
  readonly etag: string;
  readonly blob: string;
  readonly lastModified: number;
  /** The checksums that the client sent with the part. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** A part as the client names it at the end. */
export interface NamedPart {
  readonly number: number;
  readonly etag: string;
}

/** The object that an upload makes. */
export interface CompletedUpload {
  readonly content: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** As S3 has it; the last part may be smaller. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** Uploads in parts that are not complete. They outlast a restart, as those of S3 do. */
export class MultipartUploads {
  readonly #clock: Clock;
  readonly #blobs: Blobs;
  readonly #uploads: Table<UploadRecord>;
  readonly #parts: Table<PartRecord>;

  constructor({ store, clock, blobs }: { store: Store; clock: Clock; blobs: Blobs }) {
    this.#clock = clock;
    this.#blobs = blobs;
    this.#uploads = store.table('s3/uploads');
    this.#parts = store.table('s3/parts');
  }

  create(upload: Pick<UploadRecord, 'bucket' | 'key' | 'headers'>): UploadRecord {
    const uploadId = randomBytes(24).toString('base64url');
    const record = { ...upload, uploadId, initiated: this.#clock.now() };
    this.#uploads.put(uploadId, record);
    return record;
  }

  /** @throws AwsError `NoSuchUpload`, `InvalidArgument` */
  putPart(
    upload: Pick<UploadRecord, 'uploadId' | 'bucket' | 'key'>,
    number: number,
    content: Buffer,
    checksums: Readonly<Record<string, string>>,
  ): PartRecord {
    const { uploadId } = this.find(upload);
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      throw new AwsError('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}`);
    const part = {
      number,
      size: content.length,
      etag: `"${md5(content).toString('hex')}"`,
      blob: this.#blobs.put(content),
      lastModified: this.#clock.now(),
      checksums,
    };
    this.#parts.put(partKey(uploadId, number), part);
    return part;
  }

  /** @throws AwsError `NoSuchUpload` */
  find({ uploadId, bucket, key }: Pick<UploadRecord, 'uploadId' | 'bucket' | 'key'>): UploadRecord {
    const upload = this.#uploads.get(uploadId);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw new AwsError('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
  }

  /** @returns the parts in the order of their numbers */
  parts(uploadId: string): readonly PartRecord[] {
    return this.#parts.list({ prefix: `${uploadId}/` }).map(([, part]) => part);
  }

  /** @returns the uploads to a bucket in the order of their keys */
  list(bucket: string, prefix: string): readonly UploadRecord[] {
    return this.#uploads
      .list()
      .map(([, upload]) => upload)
      .filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  }

  /**
   * Puts the named parts together. The upload stays until `remove`, so that the caller can store the object first.
   *
   * @throws AwsError `NoSuchUpload`, `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`
   */
  assemble(
    upload: Pick<UploadRecord, 'uploadId' | 'bucket' | 'key'>,
    named: readonly NamedPart[],
  ): CompletedUpload {
    const { uploadId, headers } = this.find(upload);
    const parts = named.map(({ number, etag }, index) => {
      if (index > 0 && number <= (named[index - 1]?.number ?? 0))
        throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
      const part = this.#parts.get(partKey(uploadId, number));
      if (part === undefined || part.etag.replaceAll('"', '') !== etag.replaceAll('"', ''))
        throw new AwsError(
          'InvalidPart',
          `One or more of the specified parts could not be found: ${number}.`,
        );
      return part;
    });
    const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
    if (small)
      throw new AwsError('EntityTooSmall', `Part ${small.number} has less than ${MIN_PART_BYTES} bytes.`);
    const hashes = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
    return {
      content: Buffer.concat(parts.map(({ blob }) => this.#blobs.get(blob))),
      etag: `"${md5(Buffer.concat(hashes)).toString('hex')}-${parts.length}"`,
      headers: { ...headers, ...compositeChecksums(parts) },
    };
  }

  remove(uploadId: string): void {
    for (const { number } of this.parts(uploadId)) this.#parts.delete(partKey(uploadId, number));
    this.#uploads.delete(uploadId);
  }

  /** @returns the contents that the parts refer to */
  blobs(): readonly string[] {
    return this.#parts.list().map(([, { blob }]) => blob);
  }
}

/** S3 gives the object a checksum of the parts' checksums where every part came with one. */
function compositeChecksums(parts: readonly PartRecord[]): Record<string, string> {
  const [first] = parts;
  for (const name of Object.keys(first?.checksums ?? {})) {
    const digest = digestOf(name);
    const all = parts.flatMap(({ checksums }) => checksums[name] ?? []);
    // S3 has no composite of CRC-64/NVME.
    if (digest === undefined || all.length < parts.length || name === 'x-amz-checksum-crc64nvme') continue;
    const composite = digest(Buffer.concat(all.map((checksum) => Buffer.from(checksum, 'base64'))));
    return {
      [name]: `${composite.toString('base64')}-${parts.length}`,
      'x-amz-checksum-type': 'COMPOSITE',
    };
  }
  return {};
}

function md5(content: Buffer): Buffer {
  return createHash('md5').update(content).digest();
}

/** Numbers of one width, so that the table's order is that of the numbers. */
function partKey(uploadId: string, number: number): string {
  return `${uploadId}/${String(number).padStart(5, '0')}`;
}
