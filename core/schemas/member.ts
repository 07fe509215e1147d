import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

const emptyObject: JsonObject = {};

/** @returns the object's own member; a document's "constructor" or "toString" never reaches a prototype */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @returns the member where it is a mapping, else an empty one: what is misshapen is the structure rule's business */
export function objectMember(object: JsonObject, name: string): JsonObject {
  const value = member(object, name);
  return isJsonObject(value) ? value : emptyObject;
}

/** @returns the member where it is a list, else an empty one */
export function listMember(object: JsonObject, name: string): readonly JsonValue[] {
  const value = member(object, name);
  return Array.isArray(value) ? value : [];
}

/** @returns the member where it is a string, else undefined */
export function stringMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}
