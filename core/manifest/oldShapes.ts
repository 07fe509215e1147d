import type { Path } from '../problem.ts';
import type { ManifestMigration } from './migrations.ts';
import { registriesMigration } from './registriesMigration.ts';
import type { Report } from './report.ts';
import { type MappingTree, omitKeys, toJson } from './tree.ts';

/** All migrations, the oldest first: each gets what those before it have made. */
export const manifestMigrations: readonly ManifestMigration[] = [registriesMigration];

/**
 * Reports what a manifest has of an older shape, with how to write it now.
 *
 * @returns the manifest without it: the checks that follow would say the same less clearly
 */
export function withoutOldShapes(
  manifest: MappingTree,
  migrations: readonly ManifestMigration[],
  report: Report,
): MappingTree {
  let current = manifest;
  for (const migration of migrations) {
    const sections = migration.sections.flatMap((name) => {
      const section = manifest.entries.get(name);
      return section ? [[name, toJson(section.value)] as const] : [];
    });
    for (const edit of migration.edits(Object.fromEntries(sections))) {
      // It gives a value to what another change has renamed or moved.
      if (edit.change === 'set') continue;
      const isDone = edit.change !== 'byHand';
      report.error(edit.path, isDone ? `${edit.why} "gateloop migrate --write" rewrites it.` : edit.why);
      current = withoutPath(current, edit.path);
    }
  }
  return current;
}

/** @returns a copy without the member at the path, which leads through mappings */
function withoutPath(tree: MappingTree, [step, ...rest]: Path): MappingTree {
  const key = String(step);
  const entry = tree.entries.get(key);
  if (rest.length === 0) return omitKeys(tree, [key]);
  if (entry?.value.type !== 'mapping') return tree;
  const value = withoutPath(entry.value, rest);
  return { ...tree, entries: new Map(tree.entries).set(key, { ...entry, value }) };
}
