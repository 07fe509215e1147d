import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { stringMember } from './member.ts';
import { valueAt } from './pointer.ts';

/** A value of a document with its JSON pointer, after references are followed. */
export interface Located<Value extends JsonValue = JsonValue> {
  readonly value: Value;
  readonly pointer: string;
}

/** The kinds of a `$ref`. */
export type JsonReference =
  | { readonly kind: 'internal'; readonly pointer: string }
  | { readonly kind: 'external' }
  /** A plain name, or a fragment that cannot be decoded. */
  | { readonly kind: 'unreadable' };

export function parseReference(reference: string): JsonReference {
  if (!reference.startsWith('#')) return { kind: 'external' };
  const pointer = decodeFragment(reference.slice(1));
  if (pointer === undefined || (pointer !== '' && !pointer.startsWith('/'))) return { kind: 'unreadable' };
  return { kind: 'internal', pointer };
}

function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

/**
 * References to references in a row, which descriptions hardly have: published ones have two. Each reference of a document is
 * followed, so that a chain of 50,000 took half an hour.
 */
export const MAX_REFERENCE_CHAIN = 16;

/**
 * Follows references from a value to the first value that is not a reference.
 * @returns undefined if the chain leaves the document, cannot be resolved, is circular, or is longer than
 *   `MAX_REFERENCE_CHAIN`
 */
export function followReference(root: JsonValue, start: Located): Located | undefined {
  let current = start;
  for (let followed = 0; followed <= MAX_REFERENCE_CHAIN; followed += 1) {
    const reference = isJsonObject(current.value) ? stringMember(current.value, '$ref') : undefined;
    if (reference === undefined) return current;
    const parsed = parseReference(reference);
    if (parsed.kind !== 'internal') return undefined;
    const value = valueAt(root, parsed.pointer);
    if (value === undefined) return undefined;
    current = { value, pointer: parsed.pointer };
  }
  return undefined;
}

/** @returns the object to which the references lead, or undefined if there is none */
export function followToObject(root: JsonValue, start: Located): Located<JsonObject> | undefined {
  const end = followReference(root, start);
  return end !== undefined && isJsonObject(end.value)
    ? { value: end.value, pointer: end.pointer }
    : undefined;
}
