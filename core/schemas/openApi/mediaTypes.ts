import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { member, objectMember } from '../member.ts';

/** @returns whether a gateway treats the media type as JSON: `application/json`, with or without parameters */
export function isJsonMediaType(name: string): boolean {
  return mediaTypeOf(name) === 'application/json';
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

/** @returns the schema of the JSON content of a body, a response or a parameter */
export function jsonSchemaOf(owner: JsonObject): JsonValue | undefined {
  const json = Object.entries(objectMember(owner, 'content')).find(([name]) => isJsonMediaType(name))?.[1];
  return isJsonObject(json) ? member(json, 'schema') : undefined;
}
