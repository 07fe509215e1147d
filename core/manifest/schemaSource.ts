import type { StructureShape } from '../api/shapes.ts';
import type { Path } from '../problem.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';

/** Where the schema of a target comes from. */
export type SchemaOrigin = 'file' | 'inlinePayload' | 's3';

/** A place in a resource's configuration that holds a schema. */
export interface SchemaUse {
  /** The member that holds the schema, within the configuration: `targetConfiguration.mcp.openApiSchema`. */
  readonly path: Path;
  readonly origin: SchemaOrigin;
  /** What the schema is read as; absent at places that this version does not know, whose schema is then not read. */
  readonly kind?: SchemaKind;
  /** Of origin `file`: relative to the workspace, such as `schemas/ledger.openapi.yaml`. */
  readonly file?: string;
}

/** What the members that hold schemas are read as. */
const SCHEMA_KINDS: ReadonlyMap<string, SchemaKind> = new Map([
  ['openApiSchema', 'openApi'],
  ['smithyModel', 'smithy'],
  ['toolSchema', 'lambdaTools'],
  ['mcpToolSchema', 'mcpTools'],
]);

/** A schema is wherever the API takes one from S3 or inline; `file` may stand there too. */
export function isSchemaSource(shape: StructureShape): boolean {
  return shape.type === 'union' && shape.members.has('s3') && shape.members.has('inlinePayload');
}

/** @param path leads to a union of which `isSchemaSource` is true */
export function schemaKindAt(path: Path): SchemaKind | undefined {
  return SCHEMA_KINDS.get(String(path.at(-1)));
}

/** An inline payload is another language's text: what looks like a reference in it is none of ours. */
export function isOpaqueMember(member: string): boolean {
  return member === 'inlinePayload';
}
