import type { JsonObject, JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { Path } from '../problem.ts';
import { canonicalJson } from '../schemas/canonicalJson.ts';

/** The API's own limit on each part of a descriptor, in characters. */
const MAX_CONTENT_LENGTH = 102_400;
/** The readers of JSON are recursive, and a submitter can nest fifty thousand levels in 100 KB. */
const MAX_CONTENT_DEPTH = 64;

/** @returns the JSON in the text of a descriptor's part; undefined for other text, and for text that is too long or deep */
export function parseContent(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string' || text.length > MAX_CONTENT_LENGTH || nestingDepth(text) > MAX_CONTENT_DEPTH)
    return undefined;
  try {
    // JSON.parse returns JSON values only.
    const value = JSON.parse(text) as JsonValue;
    // Throws for lone surrogates, which JSON's escapes can express and UTF-8 cannot.
    canonicalJson(value);
    return value;
  } catch {
    return undefined;
  }
}

/** @returns the JSON of the part at the path, such as `mcp`, `server` */
export function contentAt(descriptors: JsonObject, path: Path): JsonValue | undefined {
  return parseContent(memberAt(descriptors, [...path, 'inlineContent']));
}

/** @returns the maximum number of open brackets. It counts brackets in texts too: the result may only be too high. */
function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
