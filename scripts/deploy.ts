import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { openRemainsClients } from '../cli/destroy/remains.ts';
import { GateloopError } from '../core/errors.ts';
import { readEnvironment } from '../infra/synthesize.ts';
import { accountReport } from './deploy/accountReport.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * `npm run deploy`: says what the account has and what this deployment finds there, and runs `cdk deploy` with the same
 * options. A pipeline may run `cdk deploy --import-existing-resources` itself.
 */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { context: { type: 'string', short: 'c', multiple: true } },
    strict: false,
    allowPositionals: true,
  });
  const context = Object.fromEntries([values.context ?? []].flat().map((each) => String(each).split('=', 2)));
  const folder = typeof context.environments === 'string' ? resolve(context.environments) : undefined;
  const deployment = readEnvironment(context.env ?? 'main', folder);
  const lambda = new LambdaClient({});
  const clients = {
    ...openRemainsClients(),
    cloudFormation: new CloudFormationClient({}),
    lambda,
    sfn: new SFNClient({}),
  };
  for (const line of await accountReport(deployment, await lambda.config.region(), clients))
    console.log(line);
  const options = ['deploy', '--require-approval', 'broadening', '--import-existing-resources', ...args];
  return spawnSync(join(ROOT, 'node_modules/.bin/cdk'), options, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof GateloopError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
