import { type Document, isCollection, isMap, isScalar, parseDocument } from 'yaml';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
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
      set(edit.path, edit.value, document);
      return;
    case 'remove':
      document.deleteIn(edit.path);
      return;
    case 'rename':
      rename(edit.path, edit.to, document);
      return;
    case 'move':
      move(edit.path, edit.to, document);
      return;
    case 'byHand':
      return;
  }
}

function set(path: Path, value: JsonValue, document: Document): void {
  const node = document.createNode(value);
  const before = document.getIn(path, true);
  // A list or mapping in lines would have the comment behind its last line.
  if (isScalar(before) && before.comment && isCollection(node)) node.flow = true;
  if (isScalar(before)) Object.assign(node, { comment: before.comment, commentBefore: before.commentBefore });
  document.setIn(path, node);
}

function rename(path: Path, to: string, document: Document): void {
  const pair = pairAt(path, document);
  if (pair && isScalar(pair.key)) pair.key.value = to;
}

function move(path: Path, to: Path, document: Document): void {
  const pair = pairAt(path, document);
  if (!pair) return;
  const from = document.getIn(path.slice(0, -1), true);
  // The parser gives a comment above the first member to the mapping.
  if (isMap(from) && from.items[0] === pair && from.commentBefore && isScalar(pair.key)) {
    pair.key.commentBefore = from.commentBefore;
    from.commentBefore = null;
  }
  document.deleteIn(path);
  const place = to.slice(0, -1);
  if (!isMap(document.getIn(place, true))) document.setIn(place, document.createNode({}));
  const parent = document.getIn(place, true);
  if (!isMap(parent)) return;
  if (isScalar(pair.key)) pair.key.value = to.at(-1);
  // A mapping that was created for it is in one line otherwise.
  parent.flow = false;
  parent.items.push(pair);
}

function pairAt(path: Path, document: Document) {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  return isMap(parent)
    ? parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1))
    : undefined;
}
