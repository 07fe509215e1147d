import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { AwsError } from './awsError.ts';

/** @param description names the text in the error, such as `the request` */
export function parseJson(text: string, description: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('SerializationException', `${description} is not JSON: ${String(error)}`);
  }
}

export function parseObject(text: string, description: string): JsonObject {
  const value = parseJson(text, description);
  if (!isJsonObject(value))
    throw new AwsError('SerializationException', `${description} is not a JSON object.`);
  return value;
}

/** A required member that is a string. */
export function requiredString(input: JsonObject, member: string): string {
  const value = input[member];
  if (typeof value !== 'string') throw invalidMember(member, 'text', value);
  return value;
}

export function optionalString(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  return requiredString(input, member);
}

export function optionalNumber(input: JsonObject, member: string): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidMember(member, 'a number', value);
  return value;
}

export function optionalObject(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalidMember(member, 'an object', value);
  return value;
}

/** A member that is a list of objects; an absent one is empty. */
export function objectList(input: JsonObject, member: string): readonly JsonObject[] {
  const value = input[member] ?? [];
  if (!Array.isArray(value)) throw invalidMember(member, 'a list', value);
  return value.map((entry: JsonValue) => {
    if (!isJsonObject(entry)) throw invalidMember(member, 'a list of objects', entry);
    return entry;
  });
}

function invalidMember(member: string, expected: string, value: JsonValue | undefined): AwsError {
  const found = value === undefined ? 'nothing' : JSON.stringify(value);
  return new AwsError('ValidationException', `${member} must be ${expected}, but is ${found}.`);
}
