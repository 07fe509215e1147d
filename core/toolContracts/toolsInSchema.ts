import type { JsonValue } from '../json.ts';
import { readSchema } from '../schemas/readSchema.ts';
import type { ParsedSchema, SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/**
 * Reads the tools of a schema that Gateloop applied before. It stands apart from `toolContract.ts` because poll loads it
 * on demand: the schema readers are half of the function's package.
 *
 * @param content the bytes of the schema, or an inline payload
 * @returns the tools, whatever else today's checks find in the schema; undefined where they find errors and no tool, so
 * that its tools are unknown: the service has accepted the schema, and offers what it found there
 */
export function toolsInSchema(
  kind: SchemaKind,
  content: Uint8Array | JsonValue,
): readonly Tool[] | undefined {
  const { tools, problems } = read(kind, content);
  const isUnreadable = tools.length === 0 && problems.some(({ severity }) => severity === 'error');
  return isUnreadable ? undefined : tools;
}

function read(kind: SchemaKind, content: Uint8Array | JsonValue): ParsedSchema {
  if (content instanceof Uint8Array) return readSchema(kind, content, 'schema');
  const isText = typeof content === 'string';
  const bytes = new TextEncoder().encode(isText ? content : JSON.stringify(content));
  return readSchema(kind, bytes, isText ? 'inlinePayload' : 'inlinePayload.json');
}
