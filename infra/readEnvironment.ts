import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GateloopError } from '../core/errors.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { type Deployment, readDeployment } from './deployment.ts';

const ENVIRONMENTS = join(packageRoot, 'infra/environments');

/**
 * Reads `infra/environments/<name>.json`, or one in another folder.
 *
 * @throws GateloopError `InvalidDeployment`
 */
export function readEnvironment(name: string, folder = ENVIRONMENTS): Deployment {
  const file = join(folder, `${name}.json`);
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    throw new GateloopError(
      'InvalidDeployment',
      `There is no ${shown(file)}. Create it ({} has all defaults), or name another environment with --context env=NAME.`,
    );
  }
  return readDeployment(name, readSettings(file));
}

function readSettings(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${shown(file)} is not valid JSON: ${why}.`;
    throw new GateloopError('InvalidDeployment', message, { cause });
  }
}

/** From the working directory, where a person looks for it. */
function shown(file: string): string {
  return relative(process.cwd(), file);
}
