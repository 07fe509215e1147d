import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import { isJsonObject } from '../../core/json.ts';
import type { ManifestEdit, ManifestMigration } from '../../core/manifest/migrations.ts';
import type { Path } from '../../core/problem.ts';

export interface MigratedManifest {
  /** With the comments of the file. */
  readonly text: string;
  readonly edits: readonly ManifestEdit[];
}

/**
 * Applies the migrations to the text of a manifest.
 *
 * @returns undefined for a text that is no YAML mapping: validation tells what is wrong with it
 */
export function migrateManifest(
  text: string,
  migrations: readonly ManifestMigration[],
): MigratedManifest | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const edits: ManifestEdit[] = [];
  for (const migration of migrations) {
    const manifest: unknown = document.toJS();
    if (!isJsonObject(manifest)) return undefined;
    for (const edit of migration.edits(manifest)) {
      apply(edit, document);
      edits.push(edit);
    }
  }
  const isChanged = edits.some(({ change }) => change !== 'byHand');
  // Unchanged, a file keeps its own formatting; otherwise its long lines at least.
  return { text: isChanged ? document.toString({ lineWidth: 0 }) : text, edits };
}

function apply(edit: ManifestEdit, document: Document): void {
  switch (edit.change) {
    case 'set':
      document.setIn(edit.path, document.createNode(edit.value));
      return;
    case 'remove':
      document.deleteIn(edit.path);
      return;
    case 'rename':
      rename(edit.path, edit.to, document);
      return;
    case 'byHand':
      return;
  }
}

function rename(path: Path, to: string, document: Document): void {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1))
    : undefined;
  if (pair && isScalar(pair.key)) pair.key.value = to;
}
