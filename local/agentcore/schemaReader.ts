/** The kinds of schema that a target can hold. */
export type TargetSchemaKind = 'openApi' | 'smithy' | 'lambdaTools' | 'mcpTools';

/** What is known of a schema after reading it: what is wrong with it, and how many tools it makes. */
export interface TargetSchema {
  readonly errors: readonly string[];
  readonly toolNames: readonly string[];
}

/** Reads a schema as the service would. */
export type SchemaReader = (
  kind: TargetSchemaKind,
  bytes: Uint8Array,
  options: { readonly targetName: string; readonly inline: boolean; readonly fileName: string },
) => TargetSchema;
