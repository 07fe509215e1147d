import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import type { HttpResponse } from '../http/server.ts';
import type { NamedPart } from './multipartUploads.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

// Keys may look like numbers, and start or end with spaces: the parser must not convert or trim them.
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  isArray: (name) => name === 'Object' || name === 'Part',
});
const builder = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  suppressEmptyNode: false,
});

export function xml(root: string, members: object, status = 200): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: { '@xmlns': NAMESPACE, ...members } })}`,
  };
}

/** S3's errors have no namespace. */
export function xmlError(status: number, members: object): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ Error: members })}`,
  };
}

/** The keys that a `DeleteObjects` request names, and whether the response lists successes. */
export function readDeleteRequest(body: Buffer): { keys: readonly string[]; quiet: boolean } {
  const { Delete: request } = parse(body);
  if (!isJsonObject(request)) throw malformed();
  const objects: readonly JsonValue[] = Array.isArray(request.Object) ? request.Object : [];
  const keys = objects.map((object) => {
    if (!isJsonObject(object) || object.Key === undefined) throw malformed();
    return String(object.Key);
  });
  if (keys.length === 0 || keys.length > 1_000) throw malformed();
  return { keys, quiet: request.Quiet === 'true' };
}

/** The parts that a `CompleteMultipartUpload` request names. */
export function readCompleteRequest(body: Buffer): readonly NamedPart[] {
  const { CompleteMultipartUpload: request } = parse(body);
  if (!isJsonObject(request) || !Array.isArray(request.Part)) throw malformed();
  return request.Part.map((part) => {
    if (!isJsonObject(part) || part.PartNumber === undefined || part.ETag === undefined) throw malformed();
    return { number: Number(part.PartNumber), etag: String(part.ETag) };
  });
}

function parse(body: Buffer): JsonObject {
  try {
    return parser.parse(body.toString('utf8'));
  } catch {
    throw malformed();
  }
}

function malformed(): AwsError {
  return new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
}
