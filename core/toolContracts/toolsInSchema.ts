import type { JsonValue } from '../json.ts';
import { readSchema } from '../schemas/readSchema.ts';
import type { ParsedSchema, SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/**
 * Reads the tools of a schema that Gateloop applied before. It stands apart from `toolContract.ts` because poll loads it
 * on demand: the schema readers are half of the function's package.
 *
 * @param content the bytes of the schema, or an inline payload
 * @returns the tools, whatever else today's checks find in the schema; undefined where they find none, so that its tools
 * are unknown: the service has accepted the schema, and a target without tools has no use
 */
export function toolsInSchema(
  kind: SchemaKind,
  content: Uint8Array | JsonValue,
): readonly Tool[] | undefined {
  const { tools } = read(kind, content);
  return tools.length === 0 ? undefined : tools;
}

function read(kind: SchemaKind, content: Uint8Array | JsonValue): ParsedSchema {
  if (content instanceof Uint8Array) return readSchema(kind, content, 'schema');
  const isText = typeof content === 'string';
  const bytes = new TextEncoder().encode(isText ? content : JSON.stringify(content));
  return readSchema(kind, bytes, isText ? 'inlinePayload' : 'inlinePayload.json');
}
