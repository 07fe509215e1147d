import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GateloopError } from '../core/errors.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { GateloopStack } from './gateloopStack.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENVIRONMENTS = join(ROOT, 'infra/environments');
/** CDK's feature flags. The `cdk` command reads them from cdk.json; tests get the same, so that they test what is deployed. */
const { context: FLAGS }: { context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(ROOT, 'cdk.json'), 'utf8'),
);

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
      `There is no ${relative(ROOT, file)}. Create it ({} has all defaults), or name another environment with --context env=NAME.`,
    );
  }
  return readDeployment(name, readSettings(file));
}

function readSettings(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${relative(ROOT, file)} is not valid JSON: ${why}.`;
    throw new GateloopError('InvalidDeployment', message, { cause });
  }
}

/**
 * Makes the CDK app with the stack of one environment. Synthesis checks it against the AwsSolutions rules.
 *
 * @param bundleOf returns the directory of a function's package
 */
export function gateloopApp(
  deployment: Deployment,
  bundleOf: (name: string) => string,
  props: AppProps = {},
): { app: App; stack: GateloopStack } {
  const app = new App({ analyticsReporting: false, context: FLAGS, ...props });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new GateloopStack(app, `gateloop-${deployment.environment}`, {
    deployment,
    bundleOf,
    description: 'Gateloop: keeps Amazon Bedrock AgentCore in sync with a bucket',
  });
  return { app, stack };
}
