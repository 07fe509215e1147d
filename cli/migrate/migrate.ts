import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ManifestEdit, ManifestMigration } from '../../core/manifest/migrations.ts';
import { formatPath } from '../../core/problem.ts';
import { terminalText } from '../../core/text/encoders.ts';
import type { Screen } from '../display/screen.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { migrateManifest } from './migrateManifest.ts';

export interface MigrateOptions {
  /** Workspaces, or folders of workspaces; absolute. */
  readonly folders: readonly string[];
  readonly write: boolean;
  readonly json: boolean;
}

/** The result of `gateloop migrate`, as `--json` prints it. */
export interface MigrateResult {
  readonly exitCode: number;
  readonly written: boolean;
  /** By the path of the manifest. */
  readonly manifests: Readonly<Record<string, readonly MigrationStep[]>>;
}

export interface MigrationStep {
  /** Such as `registries.tools.approvalConfiguration`. */
  readonly path: string;
  readonly change: ManifestEdit['change'];
  readonly why: string;
}

const MANIFEST = 'manifest.yaml';

/** Shows what of manifests has an older shape, and rewrites it with `write`. @throws CommandError `FolderMissing` */
export function migrate(
  { folders, write }: MigrateOptions,
  migrations: readonly ManifestMigration[],
  screen: Screen,
): MigrateResult {
  const manifests: Record<string, readonly MigrationStep[]> = {};
  for (const path of folders.flatMap(manifestsIn)) {
    const migrated = migrateManifest(readFileSync(path, 'utf8'), migrations);
    if (!migrated) {
      screen.say(
        terminalText(`${path}: it is no mapping in YAML. "gateloop plan" says what is wrong with it.`),
      );
      continue;
    }
    const steps = migrated.edits.map((edit) => ({ ...edit, path: formatPath(edit.path) }));
    manifests[path] = steps.map(({ path: at, change, why }) => ({ path: at, change, why }));
    for (const { path: at, change, why } of steps)
      screen.say(
        terminalText(`${path}: ${at}: ${change === 'byHand' ? 'to be changed by hand. ' : ''}${why}`),
      );
    if (write) writeFileSync(path, migrated.text);
  }
  const steps = Object.values(manifests).flat();
  const byHand = steps.filter(({ change }) => change === 'byHand').length;
  screen.say(summary(steps.length - byHand, byHand, write));
  return { exitCode: exitCodeOf(steps.length - byHand, byHand, write), written: write, manifests };
}

function summary(changes: number, byHand: number, write: boolean): string {
  if (changes + byHand === 0) return 'Nothing has an older shape.';
  const rest = byHand > 0 ? ` ${byHand} more have to be made by hand.` : '';
  return write
    ? `Made ${changes} changes.${rest}`
    : `${changes} changes are due. To make them: --write.${rest}`;
}

function exitCodeOf(changes: number, byHand: number, write: boolean): number {
  if (byHand > 0) return exitCodes.refused;
  return changes > 0 && !write ? exitCodes.changes : exitCodes.done;
}

function manifestsIn(folder: string): string[] {
  const own = join(folder, MANIFEST);
  if (existsSync(own)) return [own];
  const below = existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name, MANIFEST))
        .filter((path) => existsSync(path))
    : [];
  if (below.length > 0) return below;
  throw new CommandError('FolderMissing', {
    what: `There is no ${MANIFEST} in ${folder}, nor in a folder in it.`,
    where: basename(folder),
    remedy: "Name a workspace's folder, or a folder of workspaces.",
  });
}
