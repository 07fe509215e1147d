import { isJsonObject, type JsonObject, type JsonValue } from '../../core/manifest/json.ts';
import { AwsError } from './awsError.ts';

/** @param what names the text in the error, such as `the request` */
export function parseJson(text: string, what: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('SerializationException', `${what} is not JSON: ${String(error)}`);
  }
}

export function parseObject(text: string, what: string): JsonObject {
  const value = parseJson(text, what);
  if (!isJsonObject(value)) throw new AwsError('SerializationException', `${what} is not a JSON object.`);
  return value;
}

/** A member that must be there and be text. */
export function textOf(input: JsonObject, member: string): string {
  const value = input[member];
  if (typeof value !== 'string') throw invalid(member, 'text', value);
  return value;
}

export function optionalTextOf(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  return textOf(input, member);
}

export function optionalNumberOf(input: JsonObject, member: string): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalid(member, 'a number', value);
  return value;
}

export function optionalObjectOf(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid(member, 'an object', value);
  return value;
}

/** A member that is a list of objects; absent counts as empty. */
export function objectsOf(input: JsonObject, member: string): readonly JsonObject[] {
  const value = input[member] ?? [];
  if (!Array.isArray(value)) throw invalid(member, 'a list', value);
  return value.map((entry: JsonValue) => {
    if (!isJsonObject(entry)) throw invalid(member, 'a list of objects', entry);
    return entry;
  });
}

function invalid(member: string, expected: string, value: JsonValue | undefined): AwsError {
  const found = value === undefined ? 'nothing' : JSON.stringify(value);
  return new AwsError('ValidationException', `${member} must be ${expected}, but is ${found}.`);
}
