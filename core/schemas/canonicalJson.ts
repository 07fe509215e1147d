import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JsonValue } from '../json.ts';
import { parseJsonWithin } from '../textBounds.ts';

/**
 * @param value a parsed document: numbers are finite, strings well-formed, and the structure is acyclic
 * @returns the value as RFC 8785 JSON: sorted keys, no white space, one form for each number and string
 */
export function canonicalJson(value: JsonValue): Uint8Array {
  const text = canonicalize(value);
  // Only undefined has no JSON text, and a JsonValue is never undefined.
  return new TextEncoder().encode(text ?? 'null');
}

/**
 * @returns JSON in canonical form; any other text as it is written, and so is JSON that is deeper and larger than the service
 *   could hold
 */
export function canonicalText(text: string): string {
  const value = parseJsonWithin(text, { tokens: 100_000, depth: 64 });
  try {
    return value === undefined ? text : new TextDecoder().decode(canonicalJson(value));
  } catch {
    return text;
  }
}

/** @returns the SHA-256 of the bytes in lower-case hex */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
