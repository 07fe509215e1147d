import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { definitionFile, type WorkflowName } from '../../workflows/workflowCatalog.ts';

/**
 * The commit whose functions and definitions run. The rules around them are this version's, so the commit must have the
 * functions that the rules invoke. A release replaces it by the release before.
 */
const COMMIT = '0df507036c44a1f1b1999e80e8f4853f4f31bb0b';

export interface EarlierVersion {
  /** The folder with the sources of a function: those of the earlier version, or this one's for a function that it lacks. */
  readonly sourcesOf: (name: FunctionName) => string;
  readonly readDefinition: (name: WorkflowName) => string;
  /** The guardrails that allow everything, without the keys that the earlier version refuses as unknown. */
  readonly guardrails: string;
  readonly remove: () => void;
}

/**
 * Writes the sources of an earlier version to a temporary folder. They use this version's dependencies.
 *
 * @throws Error where the clone has no history
 */
export async function checkOutEarlierVersion(): Promise<EarlierVersion> {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    git('cat-file', '-e', `${COMMIT}^{commit}`);
  } catch {
    throw new Error(
      `The clone has no commit ${COMMIT}, whose functions this test runs. Fetch the history: git fetch --unshallow`,
    );
  }
  const root = mkdtempSync(join(tmpdir(), 'gateloop-earlier-'));
  const archive = join(root, 'sources.tar');
  git('archive', '--output', archive, COMMIT);
  execFileSync('tar', ['-xf', archive, '-C', root]);
  symlinkSync(join(packageRoot, 'node_modules'), join(root, 'node_modules'));
  const { openGuardrailsFile }: { openGuardrailsFile: string } = await import(
    join(root, 'core/guardrails/guardrailsFile.ts')
  );
  return {
    guardrails: openGuardrailsFile,
    sourcesOf: (name) => (existsSync(join(root, functionCatalog[name].entry)) ? root : packageRoot),
    readDefinition: (name) => readFileSync(join(root, definitionFile(name)), 'utf8'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
