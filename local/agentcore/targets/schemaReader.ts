import { readSchema } from '../../../core/schemas/readSchema.ts';
import type { SchemaKind } from '../../../core/schemas/schemaTypes.ts';

/** What is known of a schema after reading it: what the service refuses it for, and the tools that it makes. */
export interface TargetSchema {
  readonly errors: readonly string[];
  readonly toolNames: readonly string[];
}

/** Reads a schema as the service would. */
export type SchemaReader = (
  kind: SchemaKind,
  bytes: Uint8Array,
  options: { readonly targetName: string; readonly inline: boolean; readonly fileName: string },
) => TargetSchema;

/** The project's own knowledge of what the service refuses; warnings of it do not fail a target. */
export const readTargetSchema: SchemaReader = (kind, bytes, { fileName, targetName, inline }) => {
  const { problems, tools } = readSchema(kind, bytes, fileName, { targetName, inline });
  return {
    errors: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)),
    toolNames: tools.map(({ name }) => name),
  };
};
