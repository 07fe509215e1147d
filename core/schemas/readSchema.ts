import { canonicalJson, sha256 } from './canonicalJson.ts';
import { readDocument } from './readDocument.ts';
import { schemaKinds } from './schemaKinds.ts';
import type { ParsedSchema, SchemaKind, SchemaOptions, SchemaProblem } from './schemaTypes.ts';
import { checkSize } from './sizeRules.ts';
import { checkTools } from './toolRules.ts';

const contentType = 'application/json';

/**
 * Reads, checks and reduces a schema. Never throws: whatever is wrong stands in `problems`; a schema without an error
 * among them may be applied.
 *
 * @param bytes the file as uploaded: JSON or YAML in UTF-8
 * @param fileName decides with the content between JSON and YAML; not opened
 */
export function readSchema(
  kind: SchemaKind,
  bytes: Uint8Array,
  fileName: string,
  options: SchemaOptions = {},
): ParsedSchema {
  const parsed = readDocument(bytes, fileName);
  if ('problems' in parsed) return unreadableSchema(parsed.problems);
  const { document } = parsed;
  const { problems, tools } = schemaKinds[kind].read(document.value);
  const canonical = canonicalJson(document.value);
  const found = [
    ...document.warnings,
    ...problems,
    ...checkTools(tools, options),
    ...checkSize({
      uploaded: bytes.byteLength,
      canonical: canonical.byteLength,
      inline: options.inline === true,
    }),
  ];
  return {
    problems: document.locate(found),
    tools: tools.map(({ tool }) => tool),
    canonical,
    fingerprint: sha256(canonical),
    contentType,
  };
}

function unreadableSchema(problems: readonly SchemaProblem[]): ParsedSchema {
  return { problems, tools: [], canonical: new Uint8Array(), fingerprint: '', contentType };
}
