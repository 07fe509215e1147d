import { canonicalJson, sha256 } from './canonicalJson.ts';
import { readDocument } from './readDocument.ts';
import { schemaKinds } from './schemaKinds.ts';
import type { SchemaKind, SchemaOptions, SchemaProblem, SchemaReading } from './schemaReading.ts';
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
): SchemaReading {
  const reading = readDocument(bytes, fileName);
  if ('problems' in reading) return unreadable(reading.problems);
  const { document } = reading;
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
    problems: document.place(found),
    tools: tools.map(({ tool }) => tool),
    canonical,
    fingerprint: sha256(canonical),
    contentType,
  };
}

function unreadable(problems: readonly SchemaProblem[]): SchemaReading {
  return { problems, tools: [], canonical: new Uint8Array(), fingerprint: '', contentType };
}
