import type { JsonObject, JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { Path } from '../problem.ts';
import { canonicalJson } from '../schemas/canonicalJson.ts';
import { parseJsonWithin, type TextBounds } from '../textBounds.ts';

/** The API's own limit on each part of a descriptor, in characters. */
const MAX_CONTENT_LENGTH = 102_400;
/** The readers of JSON are recursive, and a submitter can nest fifty thousand levels in 100 KB. */
const bounds: TextBounds = { tokens: 30_000, depth: 64 };

/** @returns the JSON in the text of a descriptor's part; undefined for other text, and for text that is too long or deep */
export function parseContent(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string' || text.length > MAX_CONTENT_LENGTH) return undefined;
  const value = parseJsonWithin(text, bounds);
  try {
    // Throws for lone surrogates, which JSON's escapes can express and UTF-8 cannot.
    canonicalJson(value ?? null);
    return value;
  } catch {
    return undefined;
  }
}

/** @returns the JSON of the part at the path, such as `mcpServer`, or `mcpServer`, `additionalData`, `tools` */
export function contentAt(descriptors: JsonObject, path: Path): JsonValue | undefined {
  return parseContent(memberAt(descriptors, [...path, 'data']));
}
