import type { JsonValue } from '../json.ts';
import { readSchema } from '../schemas/readSchema.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';

/**
 * The tools of a schema that was applied before: whatever is wrong with it by now does not matter.
 *
 * @param content the bytes of the schema, or an inline payload
 */
export function toolsInSchema(kind: SchemaKind, content: Uint8Array | JsonValue): readonly Tool[] {
  if (content instanceof Uint8Array) return readSchema(kind, content, 'schema').tools;
  const isText = typeof content === 'string';
  const bytes = new TextEncoder().encode(isText ? content : JSON.stringify(content));
  return readSchema(kind, bytes, isText ? 'inlinePayload' : 'inlinePayload.json').tools;
}
