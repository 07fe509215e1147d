import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { terminalText } from '../../core/text/encoders.ts';
import type { Deployment } from '../../infra/deployment.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { explainedAwsError } from '../awsErrors.ts';
import { CommandError } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import { type AccountClients, accountReport } from './accountReport.ts';

export interface DeployOptions {
  readonly environment: string;
  /** The folder with `<environment>.json`; absolute. */
  readonly environments: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** What `gateloop deploy --json` prints. */
export interface DeployResult {
  readonly exitCode: number;
  /** What the account has, and what the deployment finds there: one sentence each. */
  readonly account: readonly string[];
}

export interface DeployPorts {
  readonly region: string;
  readonly clients: AccountClients;
  readonly readDeployment: (environment: string, folder: string) => Deployment;
  readonly say: (line: string) => void;
  /** Runs `cdk` with these arguments in a folder. @returns its exit code */
  readonly runCdk: (args: readonly string[], folder: string) => Promise<number>;
}

/**
 * Says what the account has, and deploys the environment, or with `dryRun` shows what would change in the stack.
 *
 * @throws GateloopError `InvalidDeployment`, `AccountLimit`; CommandError `CdkMissing`, `AwsTrouble`
 */
export async function deploy(options: DeployOptions, ports: DeployPorts): Promise<DeployResult> {
  const { environment, environments, dryRun, yes } = options;
  const settings = ports.readDeployment(environment, environments);
  const account = await accountReport(settings, ports.region, ports.clients).catch((error: unknown) => {
    throw explainedAwsError(error);
  });
  for (const line of account) ports.say(terminalText(line));
  const place = [
    ...['--app', `node --disable-warning=ExperimentalWarning ${appFile()}`],
    ...['--output', resolve('cdk.out')],
    ...['--context', `env=${environment}`, '--context', `environments=${environments}`],
  ];
  const approval = ['--require-approval', yes ? 'never' : 'broadening'];
  const args = dryRun ? ['diff', ...place] : ['deploy', ...place, ...approval, '--import-existing-resources'];
  const code = await ports.runCdk(args, packageRoot);
  return { exitCode: code === 0 ? exitCodes.done : exitCodes.failed, account };
}

function appFile(): string {
  return existsSync(join(packageRoot, 'infra/app.ts')) ? 'infra/app.ts' : 'infra/app.js';
}

/**
 * Runs the `cdk` that is installed beside Gateloop, or in the project of the working directory.
 *
 * @param output where its text goes
 * @throws CommandError `CdkMissing`
 */
export async function runCdk(
  args: readonly string[],
  folder: string,
  output: 'inherit' | NodeJS.WriteStream,
): Promise<number> {
  const child = spawn(process.execPath, [cdkProgram(), ...args], {
    cwd: folder,
    stdio: ['inherit', output, 'inherit'],
  });
  const { promise, resolve: end, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code) => end(code ?? exitCodes.failed));
  return promise;
}

function cdkProgram(): string {
  for (const folder of [packageRoot, process.cwd()]) {
    try {
      const file = createRequire(join(folder, 'package.json')).resolve('aws-cdk/package.json');
      return join(dirname(file), 'bin/cdk');
    } catch {
      // The next folder may have it.
    }
  }
  throw new CommandError('CdkMissing', {
    what: 'The AWS CDK is not installed, which deploys the stack.',
    where: process.cwd(),
    remedy: 'Run "npm install aws-cdk aws-cdk-lib constructs" in this folder.',
  });
}
