import type { JsonValue } from '../json.ts';
import { readSchema } from '../schemas/readSchema.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/**
 * Reads the tools of a schema that Gateloop applied before. It stands apart from `toolContract.ts` because poll loads it
 * on demand: the schema readers are half of the function's package.
 *
 * @param content the bytes of the schema, or an inline payload
 * @returns the tools; problems that today's checks find in the schema do not matter
 */
export function toolsInSchema(kind: SchemaKind, content: Uint8Array | JsonValue): readonly Tool[] {
  if (content instanceof Uint8Array) return readSchema(kind, content, 'schema').tools;
  const isText = typeof content === 'string';
  const bytes = new TextEncoder().encode(isText ? content : JSON.stringify(content));
  return readSchema(kind, bytes, isText ? 'inlinePayload' : 'inlinePayload.json').tools;
}
