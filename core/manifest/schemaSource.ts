import type { StructureShape } from '../api/shapes.ts';
import type { Path } from '../problem.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';

/** The source of a target's schema. */
export type SchemaOrigin = 'file' | 'inlinePayload' | 's3';

/** A member of a resource's configuration that contains a schema. */
export interface SchemaUse {
  /** The path of the member within the configuration: `targetConfiguration.mcp.openApiSchema`. */
  readonly path: Path;
  readonly origin: SchemaOrigin;
  /** The kind of schema; absent at places that this version does not know, whose schema Gateloop does not read. */
  readonly kind?: SchemaKind;
  /** For origin `file`: the path relative to the workspace, such as `schemas/ledger.openapi.yaml`. */
  readonly file?: string;
}

/** The kind of schema of each member. */
const SCHEMA_KINDS: ReadonlyMap<string, SchemaKind> = new Map([
  ['openApiSchema', 'openApi'],
  ['smithyModel', 'smithy'],
  ['toolSchema', 'lambdaTools'],
  ['mcpToolSchema', 'mcpTools'],
]);

/** @returns whether the API takes a schema here, from S3 or inline; Gateloop also accepts `file` there */
export function isSchemaSource(shape: StructureShape): boolean {
  return shape.type === 'union' && shape.members.has('s3') && shape.members.has('inlinePayload');
}

/** @param path the path of a union for which `isSchemaSource` is true */
export function schemaKindAt(path: Path): SchemaKind | undefined {
  return SCHEMA_KINDS.get(String(path.at(-1)));
}

/** An inline payload is text in another language, so a `${…}` in it is not a reference. */
export function isOpaqueMember(member: string): boolean {
  return member === 'inlinePayload';
}
