import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { schemaKindAt } from '../manifest/schemaSource.ts';
import type { Path } from '../problem.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';

/** Where the schema of a target stands, as its configuration says it: of `uri` and `payload` one. */
export interface ConfiguredSchema {
  readonly kind: SchemaKind;
  readonly uri?: string;
  readonly payload?: JsonValue;
}

/** @returns undefined for a target that has no schema, such as one whose tools are listed from an MCP server */
export function configuredSchema(config: JsonObject): ConfiguredSchema | undefined {
  return findSchema(config.targetConfiguration, []);
}

function findSchema(value: JsonValue | undefined, path: Path): ConfiguredSchema | undefined {
  if (!isJsonObject(value)) return undefined;
  const kind = schemaKindAt(path);
  if (kind) {
    const { s3, inlinePayload } = value;
    if (inlinePayload !== undefined) return { kind, payload: inlinePayload };
    if (isJsonObject(s3) && typeof s3.uri === 'string') return { kind, uri: s3.uri };
  }
  for (const [name, member] of Object.entries(value)) {
    const found = findSchema(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}
