import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { CommandError } from '../errorReport.ts';
import { starterFiles, starterGuardrails } from './starterFiles.ts';

export interface InitOptions {
  /** The folder of the new workspace; its name is the name of the workspace. */
  readonly folder: string;
  readonly owner: string;
  readonly json: boolean;
}

/** What `gateloop init --json` prints: paths relative to the working directory. */
export interface InitResult {
  readonly workspace: string;
  readonly written: readonly string[];
}

/** @returns a path that is valid for everyone who installs the same package; undefined where Gateloop runs from elsewhere */
function schemasFrom(folder: string): string | undefined {
  const isInside = !relative(process.cwd(), packageRoot).startsWith('..');
  return isInside ? relative(folder, join(packageRoot, 'docs')).replaceAll('\\', '/') : undefined;
}

/**
 * Writes a new workspace, and guardrails beside the folder of workspaces where there are none.
 *
 * @throws CommandError `FolderExists` where the workspace has a manifest; nothing is written then
 */
export function writeStarter({ folder, owner }: Omit<InitOptions, 'json'>): InitResult {
  const home = resolve(folder);
  const workspace = basename(home);
  if (existsSync(join(home, 'manifest.yaml')))
    throw new CommandError('FolderExists', {
      what: `${folder} has a manifest already.`,
      remedy: 'Name another folder, or edit the manifest that is there.',
    });
  const guardrails = join(dirname(home), '..', GUARDRAILS_KEY);
  const files = Object.entries(starterFiles(workspace, owner, schemasFrom(home))).map(
    ([path, text]) => [join(home, path), text] as const,
  );
  if (!existsSync(guardrails))
    files.push([guardrails, starterGuardrails(owner, schemasFrom(dirname(guardrails)))]);
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { workspace, written: files.map(([path]) => relative(process.cwd(), path)) };
}
