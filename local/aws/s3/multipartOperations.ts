import { AwsError } from '../http/awsError.ts';
import type { HttpRequest, HttpResponse } from '../http/server.ts';
import type { Buckets, ObjectRecord } from './buckets.ts';
import { readCompleteRequest, xml } from './s3Xml.ts';
import { checksumsOf, readUpload } from './uploadBody.ts';

interface ObjectCall {
  readonly call: HttpRequest;
  readonly bucket: string;
  readonly key: string;
}

type Operation = (buckets: Buckets, call: ObjectCall) => HttpResponse;

/**
 * The operations of uploads in parts, which `aws s3 cp` and the SDK's `Upload` use for files of 8 MB and 5 MB on.
 *
 * @param storedHeaders the headers of a request that downloads of its object return
 */
export function multipartOperations(
  storedHeaders: (call: HttpRequest) => Record<string, string>,
): Readonly<Record<string, Operation>> {
  return {
    'POST object ?uploads': (buckets, { call, bucket, key }) => {
      buckets.isVersioned(bucket);
      const { uploadId } = buckets.uploads.create({ bucket, key, headers: storedHeaders(call) });
      const response = xml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId });
      const algorithm = call.headers['x-amz-checksum-algorithm'];
      return typeof algorithm === 'string'
        ? { ...response, headers: { ...response.headers, 'x-amz-checksum-algorithm': algorithm } }
        : response;
    },
    'PUT object ?uploadId': (buckets, { call, bucket, key }) => {
      if (call.headers['x-amz-copy-source'] !== undefined)
        throw new AwsError('NotImplemented', 'The local S3 copies no parts.', 501);
      const { content, checksumHeaders } = readUpload(call);
      const { 'x-amz-checksum-type': _, ...checksums } = checksumHeaders;
      const upload = { bucket, key, uploadId: idOf(call) };
      const { etag } = buckets.uploads.putPart(
        upload,
        Number(call.query.get('partNumber')),
        content,
        checksums,
      );
      return { status: 200, headers: { etag, ...checksums } };
    },
    'POST object ?uploadId': complete,
    'DELETE object ?uploadId': (buckets, { call, bucket, key }) => {
      const { uploadId } = buckets.uploads.find({ bucket, key, uploadId: idOf(call) });
      buckets.uploads.remove(uploadId);
      return { status: 204 };
    },
    'GET object ?uploadId': listParts,
    'GET bucket ?uploads': listUploads,
  };
}

function complete(buckets: Buckets, { call, bucket, key }: ObjectCall): HttpResponse {
  const upload = { bucket, key, uploadId: idOf(call) };
  const { content, etag, headers } = buckets.uploads.assemble(upload, readCompleteRequest(call.body));
  const whole = checksumsOf(call.headers, content);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  const record = buckets.put(bucket, key, content, {
    etag,
    headers: { ...headers, ...whole },
    reason: 'CompleteMultipartUpload',
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  });
  buckets.uploads.remove(upload.uploadId);
  const response = xml('CompleteMultipartUploadResult', {
    Location: `/${bucket}/${key}`,
    Bucket: bucket,
    Key: key,
    ETag: etag,
    ...checksumMembers(record),
  });
  return { ...response, headers: { ...response.headers, ...versionHeader(record) } };
}

function listParts(buckets: Buckets, { call, bucket, key }: ObjectCall): HttpResponse {
  const upload = buckets.uploads.find({ bucket, key, uploadId: idOf(call) });
  const after = Number(call.query.get('part-number-marker') ?? 0);
  const most = Math.min(Number(call.query.get('max-parts') ?? 1000), 1000);
  const parts = buckets.uploads.parts(upload.uploadId).filter(({ number }) => number > after);
  const page = parts.slice(0, most);
  return xml('ListPartsResult', {
    Bucket: bucket,
    Key: key,
    UploadId: upload.uploadId,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? after,
    MaxParts: most,
    IsTruncated: parts.length > page.length,
    Part: page.map(({ number, size, etag, lastModified }) => ({
      PartNumber: number,
      LastModified: new Date(lastModified).toISOString(),
      ETag: etag,
      Size: size,
    })),
  });
}

function listUploads(buckets: Buckets, { call, bucket }: ObjectCall): HttpResponse {
  buckets.isVersioned(bucket);
  const prefix = call.query.get('prefix') ?? '';
  return xml('ListMultipartUploadsResult', {
    Bucket: bucket,
    Prefix: prefix,
    IsTruncated: false,
    Upload: buckets.uploads.list(bucket, prefix).map(({ key, uploadId, initiated }) => ({
      Key: key,
      UploadId: uploadId,
      Initiated: new Date(initiated).toISOString(),
    })),
  });
}

function idOf({ query }: HttpRequest): string {
  return query.get('uploadId') ?? '';
}

/** The header `x-amz-checksum-crc32` is the member `ChecksumCRC32`. */
function checksumMembers({ headers }: ObjectRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-checksum-'))
      .map(([name, value]) => {
        const member = name.slice('x-amz-checksum-'.length);
        return [`Checksum${member === 'type' ? 'Type' : member.toUpperCase()}`, value];
      }),
  );
}

function versionHeader({ versionId }: ObjectRecord): Record<string, string> {
  return versionId === undefined ? {} : { 'x-amz-version-id': versionId };
}
