import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { member, objectMember } from '../member.ts';

/** @returns whether the media type is JSON to a gateway: `application/json`, parameters such as a character set aside */
export function isJsonMediaType(name: string): boolean {
  return mediaTypeOf(name) === 'application/json';
}

/** @returns whether the media type says that bytes travel, not text */
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

/** @param owner something with `content`: a body, a response, a parameter */
export function jsonSchemaOf(owner: JsonObject): JsonValue | undefined {
  const json = Object.entries(objectMember(owner, 'content')).find(([name]) => isJsonMediaType(name))?.[1];
  return isJsonObject(json) ? member(json, 'schema') : undefined;
}
