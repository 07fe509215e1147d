import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../workflows/packageRoot.ts';

/** Git ignores it, so that trying the examples changes no tracked file. Relative to the working directory. */
const PLAYGROUND = 'playground';

/** The folder of workspaces that `gateloop start` keeps in sync without `--workspaces`. */
export const PLAYGROUND_WORKSPACES = `${PLAYGROUND}/workspaces`;

/** The parts of `examples/` that a person edits. */
export const PLAYGROUND_PARTS = ['workspaces', 'guardrails.yaml'];

/**
 * Copies the example workspaces and their guardrails to the playground, unless there is one.
 *
 * @param parent the absolute path of the folder that holds the playground
 * @returns a sentence about the copy; undefined where the playground was there
 */
export function makePlayground(parent: string): string | undefined {
  const folder = join(parent, PLAYGROUND);
  if (existsSync(folder)) return undefined;
  // An interrupted copy must not count as a playground.
  const unfinished = `${folder}.${process.pid}.tmp`;
  mkdirSync(unfinished, { recursive: true });
  try {
    for (const name of PLAYGROUND_PARTS)
      cpSync(join(packageRoot, 'examples', name), join(unfinished, name), { recursive: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return `Copied the examples to ${relative(process.cwd(), folder) || folder}/: edit the files there. To get them anew, delete the folder.`;
}
