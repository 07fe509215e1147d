import type { StructureShape } from '../api/shapes.ts';
import type { Path } from '../problem.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';

/**
 * The source of a target's schema. `text`: a file whose text a member has, where the API takes no schema from S3, such as a
 * descriptor of a registry record.
 */
export type SchemaOrigin = 'file' | 'inlinePayload' | 's3' | 'text';

/** A member of a resource's configuration that contains a schema. */
export interface SchemaUse {
  /** The path of the member within the configuration: `targetConfiguration.mcp.openApiSchema`. */
  readonly path: Path;
  readonly origin: SchemaOrigin;
  /** The kind of schema; absent at places that this version does not know, whose schema Gateloop does not read. */
  readonly kind?: SchemaKind;
  /** For the origins `file` and `text`: the path relative to the workspace, such as `schemas/ledger.openapi.yaml`. */
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

/** The members that are JSON, Markdown or Cedar in a text, by a pattern of the names of their structures. */
const TEXT_MEMBERS: readonly (readonly [structure: RegExp, member: string])[] = [
  [/Descriptor$/, 'data'],
  [/^(Cedar)?Policy(Statement)?$/, 'statement'],
  [/\bCustomMetadataSchemaConfiguration$/, 'defaultSchema'],
  [/\bRecordTypeSchemaOverride$/, 'schema'],
  [/^PutResourcePolicyRequest$/, 'policy'],
];

/** @returns whether a member is a text that Gateloop also takes from a `file` */
export function isTextFileMember({ name }: StructureShape, member: string): boolean {
  return TEXT_MEMBERS.some(([structure, text]) => structure.test(name) && text === member);
}

/** @param path the path of a union for which `isSchemaSource` is true */
export function schemaKindAt(path: Path): SchemaKind | undefined {
  return SCHEMA_KINDS.get(String(path.at(-1)));
}

/** An inline payload is text in another language, so a `${…}` in it is not a reference. */
export function isOpaqueMember(member: string): boolean {
  return member === 'inlinePayload';
}
