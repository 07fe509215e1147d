import { randomUUID } from 'node:crypto';
import type { Clock } from '../../simulation/clock.ts';
import { ACCOUNT, REGION } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import { type HttpRequest, type HttpResponse, type HttpServer, startHttpServer } from '../http/server.ts';
import type { ObjectRecord } from './buckets.ts';
import { type Buckets, isSameEtag, preconditionFailed } from './buckets.ts';
import { listObjects, listObjectVersions } from './listing.ts';
import { multipartOperations } from './multipartOperations.ts';
import { readDeleteRequest, xml, xmlError } from './s3Xml.ts';
import { readUpload } from './uploadBody.ts';

/** A call with its bucket and key. */
interface S3Request {
  readonly call: HttpRequest;
  readonly bucket: string;
  readonly key: string;
}

type Operation = (buckets: Buckets, request: S3Request) => HttpResponse;

/** Query parameters of other operations of S3. A call with one of them must not be taken for the plain operation. */
const UNSUPPORTED_SUBRESOURCES = [
  'acl',
  'attributes',
  'cors',
  'legal-hold',
  'lifecycle',
  'notification',
  'policy',
  'retention',
  'select',
  'tagging',
  'torrent',
];
const MAX_KEYS = 1_000;
/** Headers of an upload that downloads return. */
const RETURNED_HEADERS =
  /^(content-type|content-language|content-disposition|cache-control|expires|x-amz-meta-.+)$/;

/** Serves S3's API over buckets, path style: `http://127.0.0.1:port/bucket/key`. */
export function startS3(buckets: Buckets, clock: Clock): Promise<HttpServer> {
  return startHttpServer({ clock, answer: (call) => handleRequest(buckets, call), refuse: errorResponse });
}

function handleRequest(buckets: Buckets, call: HttpRequest): HttpResponse {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?([\s\S]*)$/.exec(call.path) ?? [];
  const request = { call, bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  const level = key ? 'object' : bucket ? 'bucket' : 'service';
  // Of an upload, a part has a number; a download of one part is another operation.
  const unsupported =
    call.query.has('partNumber') && !call.query.has('uploadId')
      ? 'partNumber'
      : UNSUPPORTED_SUBRESOURCES.find((name) => call.query.has(name));
  const operation = unsupported === undefined ? operationOf(level, call) : undefined;
  if (!operation) {
    const what = unsupported === undefined ? '' : `?${unsupported}`;
    throw new AwsError('NotImplemented', `The local S3 has no ${call.method} of a ${level}${what}.`, 501);
  }
  const owner = call.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== ACCOUNT) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const { status, headers, body } = operation(buckets, request);
  return {
    status,
    headers: { 'x-amz-request-id': randomUUID(), ...headers },
    ...(body === undefined ? {} : { body }),
  };
}

function operationOf(level: string, { method, query, headers }: HttpRequest): Operation | undefined {
  const variants: Readonly<Record<string, boolean>> = {
    '?list-type': query.has('list-type'),
    '?versioning': query.has('versioning'),
    '?versions': query.has('versions'),
    '?location': query.has('location'),
    '?delete': query.has('delete'),
    '?uploads': query.has('uploads'),
    '?uploadId': query.has('uploadId'),
    copy: headers['x-amz-copy-source'] !== undefined && level === 'object',
  };
  const variant = Object.keys(variants).find((name) => variants[name]) ?? '';
  return OPERATIONS[`${method} ${level} ${variant}`.trim()];
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET service': (buckets) =>
    xml('ListAllMyBucketsResult', {
      Owner: { ID: ACCOUNT },
      Buckets: {
        Bucket: buckets
          .names()
          .map(({ name, createdAt }) => ({ Name: name, CreationDate: isoTime(createdAt) })),
      },
    }),
  'PUT bucket': (buckets, { bucket }) => {
    buckets.create({ name: bucket });
    return { status: 200, headers: { location: `/${bucket}` } };
  },
  'DELETE bucket': (buckets, { bucket }) => {
    buckets.isVersioned(bucket);
    buckets.remove(bucket);
    return { status: 204 };
  },
  'HEAD bucket': (buckets, { bucket }) => {
    buckets.isVersioned(bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': REGION } };
  },
  'GET bucket ?location': (buckets, { bucket }) => {
    buckets.isVersioned(bucket);
    return xml('LocationConstraint', {});
  },
  'GET bucket ?versioning': (buckets, { bucket }) =>
    xml('VersioningConfiguration', buckets.isVersioned(bucket) ? { Status: 'Enabled' } : {}),
  'GET bucket ?list-type': list,
  'GET bucket ?versions': listVersions,
  'POST bucket ?delete': deleteMany,
  ...multipartOperations(storedHeaders),
  'PUT object': put,
  'PUT object copy': copy,
  'GET object': get,
  'HEAD object': get,
  'DELETE object': (buckets, { bucket, key, call }) => {
    const version = call.query.get('versionId');
    if (version !== null) {
      buckets.deleteVersion(bucket, key, version);
      return { status: 204, headers: { 'x-amz-version-id': version } };
    }
    const { versionId } = buckets.delete(bucket, key);
    const marker =
      versionId === undefined ? {} : { 'x-amz-version-id': versionId, 'x-amz-delete-marker': 'true' };
    return { status: 204, headers: marker };
  },
};

function storedHeaders(call: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.headers)) {
    if (RETURNED_HEADERS.test(name) && typeof value === 'string') headers[name] = value;
  }
  return headers;
}

function put(buckets: Buckets, { call, bucket, key }: S3Request): HttpResponse {
  const { content, checksumHeaders } = readUpload(call);
  const headers = { ...storedHeaders(call), ...checksumHeaders };
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  const record = buckets.put(bucket, key, content, {
    headers,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  });
  return { status: 200, headers: { etag: record.etag, ...checksumHeaders, ...versionHeader(record) } };
}

function copy(buckets: Buckets, { call, bucket, key }: S3Request): HttpResponse {
  const source = decodeURIComponent(String(call.headers['x-amz-copy-source'])).replace(/^\//, '');
  const [, from = '', path = ''] = /^([^/]+)\/([\s\S]+)$/.exec(source) ?? [];
  const [, fromKey = path, version] = /^([\s\S]+)\?versionId=(.+)$/.exec(path) ?? [];
  const original = buckets.head(from, fromKey, version);
  const condition = call.headers['x-amz-copy-source-if-match'];
  if (typeof condition === 'string' && !isSameEtag(condition, original.etag))
    throw preconditionFailed('If-Match');
  const ifNoneMatch = call.headers['if-none-match'];
  const record = buckets.put(bucket, key, buckets.content(original), {
    headers: original.headers,
    reason: 'CopyObject',
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  });
  return {
    ...xml('CopyObjectResult', { ETag: record.etag, LastModified: isoTime(record.lastModified) }),
    headers: { 'content-type': 'application/xml', ...versionHeader(record) },
  };
}

function get(buckets: Buckets, { call, bucket, key }: S3Request): HttpResponse {
  const record = buckets.head(bucket, key, call.query.get('versionId') ?? undefined);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, range } = call.headers;
  const headers = headersOf(record, call.headers['x-amz-checksum-mode'] === 'ENABLED' && range === undefined);
  if (ifMatch !== undefined && !isSameEtag(ifMatch, record.etag)) throw preconditionFailed('If-Match');
  if (ifNoneMatch !== undefined && isSameEtag(ifNoneMatch, record.etag)) return { status: 304, headers };
  const content = buckets.content(record);
  const part = range === undefined ? undefined : rangeOf(range, content.length);
  if (!part) return { status: 200, headers, body: content };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${part.from}-${part.to}/${content.length}` },
    body: content.subarray(part.from, part.to + 1),
  };
}

/** @returns undefined for a header that is not a single range of bytes, which S3 ignores */
function rangeOf(header: string, size: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from >= size || from > to)
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { from, to };
}

function deleteMany(buckets: Buckets, { call, bucket }: S3Request): HttpResponse {
  const { keys, quiet } = readDeleteRequest(readUpload(call).content);
  const deleted = keys.map((key) => {
    const { versionId } = buckets.delete(bucket, key);
    return {
      Key: key,
      ...(versionId === undefined ? {} : { DeleteMarker: true, DeleteMarkerVersionId: versionId }),
    };
  });
  return xml('DeleteResult', quiet ? {} : { Deleted: deleted });
}

function list(buckets: Buckets, { call: { query }, bucket }: S3Request): HttpResponse {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const maxKeys = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  if (!Number.isInteger(maxKeys) || maxKeys < 0)
    throw new AwsError('InvalidArgument', 'max-keys is not a count.');
  const startAfter =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const { objects, commonPrefixes, next } = listObjects(buckets, bucket, {
    prefix,
    delimiter,
    startAfter,
    maxKeys,
  });
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    ...(delimiter ? { Delimiter: encode(delimiter) } : {}),
    MaxKeys: maxKeys,
    KeyCount: objects.length + commonPrefixes.length,
    IsTruncated: next !== undefined,
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    ...(token === null ? {} : { ContinuationToken: token }),
    ...(next === undefined ? {} : { NextContinuationToken: Buffer.from(next).toString('base64url') }),
    Contents: objects.map(({ key, lastModified, etag, size }) => ({
      Key: encode(key),
      LastModified: isoTime(lastModified),
      ETag: etag,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

/** As ListObjectVersions of S3: the keys in order, each with its latest version first. */
function listVersions(buckets: Buckets, { call: { query }, bucket }: S3Request): HttpResponse {
  if (query.has('delimiter'))
    throw new AwsError('NotImplemented', 'The local S3 lists versions without a delimiter.', 501);
  const prefix = query.get('prefix') ?? '';
  const maxKeys = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  const { versions, next } = listObjectVersions(buckets, bucket, {
    prefix,
    maxKeys,
    ...withMarkers(query),
  });
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  const shown = versions.map(({ record, isLatest }) => ({
    record,
    entry: {
      Key: encode(record.key),
      VersionId: record.versionId ?? 'null',
      IsLatest: isLatest,
      LastModified: isoTime(record.lastModified),
      Owner: { ID: ACCOUNT },
    },
  }));
  return xml('ListVersionsResult', {
    Name: bucket,
    Prefix: encode(prefix),
    MaxKeys: maxKeys,
    IsTruncated: next !== undefined,
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    ...(next === undefined
      ? {}
      : { NextKeyMarker: encode(next.key), NextVersionIdMarker: next.versionId ?? 'null' }),
    Version: shown
      .filter(({ record }) => !record.isDeleteMarker)
      .map(({ record: { etag, size }, entry }) => ({
        ...entry,
        ETag: etag,
        Size: size,
        StorageClass: 'STANDARD',
      })),
    DeleteMarker: shown.filter(({ record }) => record.isDeleteMarker).map(({ entry }) => entry),
  });
}

function withMarkers(query: URLSearchParams): { keyMarker?: string; versionIdMarker?: string } {
  const [keyMarker, versionIdMarker] = [query.get('key-marker'), query.get('version-id-marker')];
  return {
    ...(keyMarker ? { keyMarker } : {}),
    ...(versionIdMarker ? { versionIdMarker } : {}),
  };
}

function headersOf(record: ObjectRecord, withChecksum: boolean): Record<string, string> {
  const kept = Object.entries(record.headers).filter(
    ([name]) => withChecksum || !name.startsWith('x-amz-checksum-'),
  );
  return {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...Object.fromEntries(kept),
    etag: record.etag,
    'last-modified': new Date(record.lastModified).toUTCString(),
    ...versionHeader(record),
  };
}

function versionHeader({ versionId }: ObjectRecord): Record<string, string> {
  return versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}

function errorResponse(error: unknown, call: HttpRequest | undefined): HttpResponse {
  const isKnown = error instanceof AwsError;
  const status = isKnown ? error.status : 500;
  return xmlError(status, {
    Code: isKnown ? error.code : 'InternalError',
    Message: error instanceof Error ? error.message : String(error),
    Resource: call?.path ?? '',
    RequestId: randomUUID(),
  });
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
