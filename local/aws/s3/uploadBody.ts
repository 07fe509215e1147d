import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../http/awsError.ts';
import type { HttpRequest } from '../http/server.ts';
import { crc64 } from './crc64.ts';

/** The content of an upload, with its verified checksum, which downloads return. */
export interface UploadBody {
  readonly content: Buffer;
  readonly checksumHeaders: Readonly<Record<string, string>>;
}

type Digest = (content: Buffer) => Buffer;

const CHECKSUMS: Readonly<Record<string, Digest>> = {
  'x-amz-checksum-crc32': (content) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(content));
    return bytes;
  },
  'x-amz-checksum-crc64nvme': crc64,
  'x-amz-checksum-sha1': (content) => createHash('sha1').update(content).digest(),
  'x-amz-checksum-sha256': (content) => createHash('sha256').update(content).digest(),
};

/** A checksum of S3 that no client sends by itself. Uploads with it are rejected, because they could not be verified. */
const UNSUPPORTED_CHECKSUM = 'x-amz-checksum-crc32c';

/** @param name the header with the checksum */
export function digestOf(name: string): Digest | undefined {
  return CHECKSUMS[name];
}

/**
 * Decodes an upload from its transfer encoding and verifies its length and checksums.
 * @throws AwsError `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `NotImplemented`
 */
export function readUpload({ headers, body }: HttpRequest): UploadBody {
  const requestHeaders = singleHeaders(headers);
  const isChunked = requestHeaders['content-encoding']?.includes('aws-chunked') ?? false;
  const { content, trailers } = isChunked ? decodeChunks(body) : { content: body, trailers: {} };
  const declared = { ...requestHeaders, ...trailers };
  checkLength(declared, content);
  checkMd5(declared, content);
  checkSignedHash(declared, content);
  return { content, checksumHeaders: checkChecksums(declared, content) };
}

/**
 * @returns the verified checksums of a whole object that the request names. One with a count of parts (`…-3`) is of the
 *   parts' checksums, which are verified already.
 * @throws AwsError `BadDigest`, `NotImplemented`
 */
export function checksumsOf(headers: HttpRequest['headers'], content: Buffer): Record<string, string> {
  const ofWhole = Object.entries(singleHeaders(headers)).filter(([, value]) => !/-\d+$/.test(value));
  return checkChecksums(Object.fromEntries(ofWhole), content);
}

function singleHeaders(headers: HttpRequest['headers']): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') single[name] = value;
  return single;
}

type DeclaredHeaders = Readonly<Record<string, string>>;

function checkLength(
  { 'x-amz-decoded-content-length': declaredLength }: DeclaredHeaders,
  content: Buffer,
): void {
  if (declaredLength === undefined || Number(declaredLength) === content.length) return;
  throw new AwsError('IncompleteBody', `The body has ${content.length} bytes instead of ${declaredLength}.`);
}

function checkMd5({ 'content-md5': md5 }: DeclaredHeaders, content: Buffer): void {
  if (md5 === undefined || md5 === createHash('md5').update(content).digest('base64')) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function checkSignedHash({ 'x-amz-content-sha256': hash }: DeclaredHeaders, content: Buffer): void {
  if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash)) return;
  if (hash === createHash('sha256').update(content).digest('hex')) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

function checkChecksums(declared: DeclaredHeaders, content: Buffer): Record<string, string> {
  if (UNSUPPORTED_CHECKSUM in declared)
    throw new AwsError('NotImplemented', `The local S3 cannot check ${UNSUPPORTED_CHECKSUM}.`, 501);
  const checked: Record<string, string> = {};
  for (const [name, digest] of Object.entries(CHECKSUMS)) {
    const declaredChecksum = declared[name];
    if (declaredChecksum === undefined) continue;
    if (declaredChecksum !== digest(content).toString('base64')) {
      const algorithm = name.slice('x-amz-checksum-'.length).toUpperCase();
      throw new AwsError(
        'BadDigest',
        `The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
    checked[name] = declaredChecksum;
    checked['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  return checked;
}

/** `aws-chunked`: chunks, each led by its length in hex and perhaps a signature, then trailing headers. */
function decodeChunks(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) throw new AwsError('IncompleteBody', 'The body ends within a chunk.');
    const [hex = ''] = body.toString('latin1', at, lineEnd).split(';');
    const length = Number.parseInt(hex, 16);
    if (Number.isNaN(length)) throw new AwsError('IncompleteBody', `A chunk has the length ${hex}.`);
    at = lineEnd + 2;
    if (length === 0)
      return { content: Buffer.concat(chunks), trailers: readTrailers(body.toString('latin1', at)) };
    if (at + length > body.length) throw new AwsError('IncompleteBody', 'The body ends within a chunk.');
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
