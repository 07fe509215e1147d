import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GateloopError } from '../core/errors.ts';
import { functionCatalog, functionEntries } from '../functions/functionCatalog.ts';
import { functionPackages, packageRoot } from '../workflows/packageRoot.ts';
import { readEnvironment } from './readEnvironment.ts';
import { gateloopApp } from './synthesize.ts';

/** The program that `cdk` runs: it builds the functions' packages and synthesizes the stack. */
async function main(): Promise<void> {
  // `cdk` passes its --context options in this variable.
  const context: Readonly<Record<string, unknown>> = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
  const folder = typeof context.environments === 'string' ? resolve(context.environments) : undefined;
  const deployment = readEnvironment(String(context.env ?? 'main'), folder);
  // An installed package has the functions' packages, and no sources.
  if (existsSync(join(packageRoot, functionCatalog.poll.entry))) {
    const { bundleFunctions } = await import('./bundling/bundleFunctions.ts');
    await bundleFunctions(functionEntries);
  }
  gateloopApp(deployment, (name) => join(functionPackages, name), environmentOf(process.env)).app.synth();
}

/** `cdk` passes the account and the Region of the caller's credentials, if it can resolve them. */
function environmentOf({ CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region }: NodeJS.ProcessEnv) {
  return { ...(account && { account }), ...(region && { region }) };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof GateloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
