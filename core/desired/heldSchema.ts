import { isJsonObject, type JsonObject, type JsonValue } from '../manifest/json.ts';
import type { Path } from '../manifest/problem.ts';
import { schemaKindAt } from '../manifest/schemaSource.ts';
import type { SchemaKind } from '../schemas/schemaReading.ts';

/** Where the schema of a target stands, as its configuration says it: of `uri` and `payload` one. */
export interface HeldSchema {
  readonly kind: SchemaKind;
  readonly uri?: string;
  readonly payload?: JsonValue;
}

/** @returns undefined for a target that has no schema, such as one whose tools are listed from an MCP server */
export function heldSchema(config: JsonObject): HeldSchema | undefined {
  return schemaBelow(config.targetConfiguration, []);
}

function schemaBelow(value: JsonValue | undefined, path: Path): HeldSchema | undefined {
  if (!isJsonObject(value)) return undefined;
  const kind = schemaKindAt(path);
  if (kind) {
    const { s3, inlinePayload } = value;
    if (inlinePayload !== undefined) return { kind, payload: inlinePayload };
    if (isJsonObject(s3) && typeof s3.uri === 'string') return { kind, uri: s3.uri };
  }
  for (const [name, member] of Object.entries(value)) {
    const found = schemaBelow(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}
