import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

const emptyObject: JsonObject = {};

/** @returns the object's own member; a name such as "constructor" or "toString" never reaches the prototype */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @returns the member if it is a mapping, else an empty mapping; the structure rule reports the wrong type */
export function objectMember(object: JsonObject, name: string): JsonObject {
  const value = member(object, name);
  return isJsonObject(value) ? value : emptyObject;
}

/** @returns the member if it is a list, else an empty list */
export function listMember(object: JsonObject, name: string): readonly JsonValue[] {
  const value = member(object, name);
  return Array.isArray(value) ? value : [];
}

/** @returns the member if it is a string, else undefined */
export function stringMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}
