import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt, withMemberAt } from '../manifest/memberAt.ts';
import { schemaKindAt } from '../manifest/schemaSource.ts';
import type { Path } from '../problem.ts';
import { readSchema } from '../schemas/readSchema.ts';

/**
 * A manifest's inline schema is compared and sent in canonical form. What another client has sent is text as that client wrote
 * it: where both say the same, neither is a change.
 *
 * @param live the response of Get, unwrapped
 * @returns the response, with the text of the desired configuration in place of each text that says the same
 */
export function withSameInlineSchemas(desired: JsonObject, live: JsonObject): JsonObject {
  return inlineTexts(desired.targetConfiguration, ['targetConfiguration']).reduce(
    (aligned: JsonObject, { path, text }) => {
      const found = memberAt(live, path);
      const isSame = typeof found === 'string' && found !== text && canonicalText(path, found) === text;
      return isSame ? withMemberAt(aligned, path, text) : aligned;
    },
    live,
  );
}

interface InlineText {
  /** Of the payload. */
  readonly path: Path;
  readonly text: string;
}

function inlineTexts(value: JsonValue | undefined, path: Path): InlineText[] {
  if (!isJsonObject(value)) return [];
  const { inlinePayload } = value;
  if (typeof inlinePayload === 'string') return [{ path: [...path, 'inlinePayload'], text: inlinePayload }];
  return Object.entries(value).flatMap(([name, member]) => inlineTexts(member, [...path, name]));
}

function canonicalText(path: Path, text: string): string | undefined {
  const kind = schemaKindAt(path.slice(0, -1));
  if (!kind) return undefined;
  const bytes = new TextEncoder().encode(text);
  const { canonical, problems } = readSchema(kind, bytes, 'inlinePayload', { inline: true });
  const isReadable = problems.every(({ severity }) => severity !== 'error');
  return isReadable ? new TextDecoder().decode(canonical) : undefined;
}
