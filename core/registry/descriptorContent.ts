import type { JsonObject, JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { Path } from '../problem.ts';
import { canonicalJson } from '../schemas/canonicalJson.ts';

/** The API's own limit on each part of a descriptor, in characters. */
const MAX_CONTENT_LENGTH = 102_400;
/** Whatever walks through nested JSON does so by recursion, and a stranger may nest fifty thousand levels in 100 KB. */
const MAX_CONTENT_DEPTH = 64;

/** @returns the JSON that a part of a descriptor holds as text; undefined where it is none, or is not to be walked through */
export function parseContent(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string' || text.length > MAX_CONTENT_LENGTH || nestingDepth(text) > MAX_CONTENT_DEPTH)
    return undefined;
  try {
    // Whatever JSON.parse gives is JSON.
    const value = JSON.parse(text) as JsonValue;
    // Throws for halves of characters, which JSON's escapes can say and nothing that is stored or shown can hold.
    canonicalJson(value);
    return value;
  } catch {
    return undefined;
  }
}

/** @returns the JSON of the part that the path leads to, such as `mcp`, `server` */
export function contentAt(descriptors: JsonObject, path: Path): JsonValue | undefined {
  return parseContent(memberAt(descriptors, [...path, 'inlineContent']));
}

/** The most brackets that are open at once; those in texts count too, since the answer may only be too high. */
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
