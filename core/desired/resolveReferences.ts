import { type Address, addressOf } from '../address.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { type Reference, type ReferenceParts, replaceReferences } from '../manifest/reference.ts';
import { isOpaqueMember } from '../manifest/schemaSource.ts';
import type { Path } from '../problem.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** Looks up an output of a resource; undefined while the output is not known. */
export type OutputLookup = (address: Address, field: string) => unknown;

/**
 * Replaces references by the outputs of the resources that they name. Text that only resembles a reference and inline
 * payloads stay unchanged; a configuration without references comes back equal.
 *
 * @returns the configuration ready to send, or the references whose values are still unknown
 */
export function resolveReferences(
  config: JsonObject,
  outputs: OutputLookup,
): { readonly config: JsonObject } | { readonly missing: readonly Reference[] } {
  const missing: Reference[] = [];
  const resolved = resolveMapping(config, [], outputs, missing);
  return missing.length > 0 ? { missing } : { config: resolved };
}

function resolveMapping(
  mapping: JsonObject,
  path: Path,
  outputs: OutputLookup,
  missing: Reference[],
): JsonObject {
  const members = Object.entries(mapping).map(([key, value]): [string, JsonValue] => [
    key,
    isOpaqueMember(key) ? value : resolveValue(value, [...path, key], outputs, missing),
  ]);
  return Object.fromEntries(members);
}

function resolveValue(value: JsonValue, path: Path, outputs: OutputLookup, missing: Reference[]): JsonValue {
  if (typeof value === 'string') return resolveText(value, path, outputs, missing);
  if (isJsonObject(value)) return resolveMapping(value, path, outputs, missing);
  // `Array.isArray` does not narrow readonly lists.
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) => resolveValue(item, [...path, index], outputs, missing));
  }
  return value;
}

function resolveText(text: string, path: Path, outputs: OutputLookup, missing: Reference[]): JsonValue {
  return replaceReferences(text, (parts) => {
    const reference = toReference(parts, path);
    if (!reference) return undefined;
    const value = outputs(addressOf(reference.kind, reference.name), reference.field);
    if (isJsonValue(value)) return value;
    missing.push(reference);
    return undefined;
  });
}

function toReference(
  { text, kind, name, field, complete }: ReferenceParts,
  path: Path,
): Reference | undefined {
  if (!complete || !kind || !resourceKinds[kind].outputs.includes(field)) return undefined;
  return { text, kind, name, field, path };
}

/** Outputs come from API responses. The fields that references can name hold texts mostly, and never dates or bytes. */
function isJsonValue(value: unknown): value is JsonValue {
  return (
    value !== undefined && value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value)
  );
}
