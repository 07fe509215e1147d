import { isJsonObject, type JsonObject } from '../../json.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followToObject, type Located } from '../references.ts';

/** The HTTP methods that a gateway calls. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** An operation of an OpenAPI document, with resolved references. */
export interface Operation {
  /** The pointer of the operation object. */
  readonly pointer: string;
  readonly path: string;
  readonly method: string;
  readonly value: JsonObject;
  readonly item: Located<JsonObject>;
  /** The parameters of the path item, overridden by those of the operation. */
  readonly parameters: readonly Located<JsonObject>[];
  readonly body?: Located<JsonObject>;
  readonly responses: readonly Located<JsonObject>[];
}

/** An OpenAPI 3.0 or 3.1 document, indexed for rules and tools. */
export interface OpenApiDocument extends DocumentContext {
  readonly root: JsonObject;
  readonly operations: readonly Operation[];
  /** The pointers of operations that are references, which OpenAPI does not allow. */
  readonly referencedOperations: ReadonlySet<string>;
}

/** The facts about a document that rules need besides its content. */
export interface DocumentContext {
  readonly version: OpenApiVersion;
  /** Whether the gateway reaches the API through a private endpoint. */
  readonly privateEndpoint: boolean;
}

/** The supported versions. */
export type OpenApiVersion = '3.0' | '3.1';

/** Indexes a document. Omits malformed parts, which the structure rule reports. */
export function indexOperations(root: JsonObject, context: DocumentContext): OpenApiDocument {
  const operations: Operation[] = [];
  const referencedOperations = new Set<string>();
  for (const [path, start] of Object.entries(objectMember(root, 'paths'))) {
    const item = path.startsWith('/')
      ? followToObject(root, { value: start, pointer: appendPointer('/paths', path) })
      : undefined;
    if (item === undefined) continue;
    for (const method of methods) {
      const value = member(item.value, method);
      if (!isJsonObject(value)) continue;
      if (stringMember(value, '$ref') === undefined)
        operations.push(resolveOperation(root, { path, method, value, item }));
      else referencedOperations.add(appendPointer(item.pointer, method));
    }
  }
  return { ...context, root, operations, referencedOperations };
}

function resolveOperation(
  root: JsonObject,
  operation: Pick<Operation, 'path' | 'method' | 'value' | 'item'>,
): Operation {
  const { value, item, method } = operation;
  const pointer = appendPointer(item.pointer, method);
  const bodyStart = member(value, 'requestBody');
  const body =
    bodyStart === undefined
      ? undefined
      : followToObject(root, { value: bodyStart, pointer: appendPointer(pointer, 'requestBody') });
  const resolved = {
    ...operation,
    pointer,
    parameters: parametersOf(root, item, { value, pointer }),
    responses: responsesOf(root, { value, pointer }),
  };
  return body === undefined ? resolved : { ...resolved, body };
}

function parametersOf(
  root: JsonObject,
  ...owners: readonly Located<JsonObject>[]
): readonly Located<JsonObject>[] {
  const parameters = new Map<string, Located<JsonObject>>();
  for (const owner of owners) {
    for (const [index, start] of listMember(owner.value, 'parameters').entries()) {
      const found = followToObject(root, {
        value: start,
        pointer: appendPointer(owner.pointer, 'parameters', index),
      });
      if (found !== undefined) parameters.set(parameterKey(found.value), found);
    }
  }
  return [...parameters.values()];
}

/** OpenAPI identifies a parameter by its name and its location (`in`). */
function parameterKey(parameter: JsonObject): string {
  return JSON.stringify([stringMember(parameter, 'in'), stringMember(parameter, 'name')]);
}

function responsesOf(root: JsonObject, owner: Located<JsonObject>): readonly Located<JsonObject>[] {
  const responses: Located<JsonObject>[] = [];
  for (const [status, start] of Object.entries(objectMember(owner.value, 'responses'))) {
    const found = followToObject(root, {
      value: start,
      pointer: appendPointer(owner.pointer, 'responses', status),
    });
    if (found !== undefined) responses.push(found);
  }
  return responses;
}

/** How far a gateway supports a media type: `limited` types are accepted, but only JSON is fully supported. */
export type MediaTypeSupport = 'full' | 'limited' | 'none';

/** The media types that the guide lists as supported, besides application/json, with the suffixes of RFC 6839. */
const limitedMediaTypes: readonly RegExp[] = [
  /^application\/([^/]+\+)?json$/,
  /^application\/x-www-form-urlencoded$/,
  /^multipart\/form-data$/,
  /^(application|text)\/([^/]+\+)?xml$/,
  // A range is supported, since it includes a supported type.
  /^(application|\*)\/\*$/,
];

/** Ignores parameters such as `; charset=utf-8`, and case. */
export function mediaTypeSupport(name: string): MediaTypeSupport {
  const type = mediaTypeOf(name);
  if (type === 'application/json') return 'full';
  return limitedMediaTypes.some((pattern) => pattern.test(type)) ? 'limited' : 'none';
}

/** @returns whether the media type is binary */
export function isBinaryMediaType(name: string): boolean {
  const type = mediaTypeOf(name);
  return (
    /^(application\/(octet-stream|pdf|zip|gzip)|(audio|font|image|video)\/.*)$/.test(type) &&
    type !== 'image/svg+xml'
  );
}

function mediaTypeOf(name: string): string {
  return (name.split(';')[0] ?? '').trim().toLowerCase();
}

/** @returns the media type object that a gateway uses: JSON, else the first one that it supports */
export function supportedContent(owner: JsonObject): JsonObject | undefined {
  const content = Object.entries(objectMember(owner, 'content'));
  const ofSupport = (support: MediaTypeSupport) =>
    content.find(([name]) => mediaTypeSupport(name) === support)?.[1];
  const mediaType = ofSupport('full') ?? ofSupport('limited');
  return isJsonObject(mediaType) ? mediaType : undefined;
}

/** @returns the names in braces in a path or a server URL */
export function placeholders(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
}
