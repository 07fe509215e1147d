import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { jsonText } from '../../core/text/encoders.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { defineCommand } from '../commandSpec.ts';
import {
  type EnvironmentFlags,
  environmentExits,
  environmentOptions,
  readEnvironment,
} from '../environmentOptions.ts';
import type { DeployOptions } from './deploy.ts';

/** The settings of a checkout lie beside the stack; those of a user of the package in the working directory. */
export function environmentsFolder(given: string | undefined): string {
  const own = join(packageRoot, 'infra/environments');
  if (given !== undefined) return resolve(given);
  return existsSync(own) ? own : resolve('environments');
}

interface DeployFlags extends EnvironmentFlags {
  readonly environments?: string;
}

/** `gateloop deploy`. */
export const deployCommand = defineCommand<DeployFlags, DeployOptions>({
  name: 'deploy',
  summary: 'deploy an environment, or upgrade it',
  description:
    'Says what the account has, what it finds of an earlier deployment, and what this version cannot read of it; then deploys the stack with the AWS CDK, which asks before it widens a right.',
  options: [
    ...environmentOptions,
    new Option(
      '--environments <dir>',
      'the folder with the settings, ENVIRONMENT.json (default: infra/environments of a checkout, otherwise environments)',
    ),
  ],
  jsonOutput:
    'print what the account has as one line of JSON on stdout (docs/cli.schema.json, #/$defs/deployment), progress on stderr',
  examples: {
    'deploy --dry-run': 'show what would change in the stack',
    'deploy --env staging': 'deploy the environment of staging.json',
    'deploy --yes': 'from a pipeline, without questions',
  },
  exits: {
    done: 'deployed',
    failed: 'the deployment failed, or a right was not granted',
    ...environmentExits,
  },
  read: (given) => ({
    ...readEnvironment(given),
    environments: environmentsFolder(given.flags.environments),
  }),
  run: async (options, io) => {
    const [
      { CloudFormationClient },
      { LambdaClient },
      { SFNClient },
      { openRemainsClients },
      stack,
      deployment,
    ] = await Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-lambda'),
      import('@aws-sdk/client-sfn'),
      import('../destroy/remains.ts'),
      import('./deploy.ts'),
      import('../../infra/readEnvironment.ts'),
    ]);
    const lambda = new LambdaClient({});
    const log = options.json ? io.stderr : io.stdout;
    const result = await stack.deploy(options, {
      region: await lambda.config.region(),
      clients: {
        ...openRemainsClients(),
        cloudFormation: new CloudFormationClient({}),
        lambda,
        sfn: new SFNClient({}),
      },
      readDeployment: deployment.readEnvironment,
      say: (line) => void log.write(`${line}\n`),
      runCdk: (args, folder) => stack.runCdk(args, folder, options.json ? process.stderr : 'inherit'),
    });
    if (options.json) io.stdout.write(`${jsonText(result)}\n`);
    return result.exitCode;
  },
});
