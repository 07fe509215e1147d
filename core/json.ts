export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** @returns whether the value is a mapping, not a list or a scalar */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a text that a stranger may have replaced by anything. `String(value)` would throw for a mapping with a member
 * `toString`, which it takes for a method.
 *
 * @returns empty for a value that is no text
 */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
