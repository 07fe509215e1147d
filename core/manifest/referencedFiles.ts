import { defined } from '../objects.ts';
import type { SourceLocation } from '../problem.ts';
import type { SchemaKind } from '../schemas/schemaTypes.ts';
import type { Manifest } from './manifest.ts';

/** A file of the workspace that a manifest names. */
export interface FileReference {
  /** Relative to the workspace. */
  readonly path: string;
  /** The kind of schema; absent at places that this version does not know. */
  readonly kind?: SchemaKind;
  /** Where the manifest names the file first. */
  readonly location: SourceLocation;
}

/** @returns every file that a manifest names, once per kind of schema */
export function referencedFiles({ resources }: Manifest): FileReference[] {
  const files = new Map<string, FileReference>();
  for (const { schemas, locationOf } of resources) {
    for (const { file, kind, path } of schemas) {
      const key = `${kind} ${file}`;
      if (file === undefined || files.has(key)) continue;
      files.set(key, defined({ path: file, kind, location: locationOf([...path, 'file']) }));
    }
  }
  return [...files.values()];
}
