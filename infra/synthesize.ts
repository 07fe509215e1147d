import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, App, type AppProps, type Environment, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GateloopError } from '../core/errors.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import type { Deployment } from './deployment.ts';
import { Gateloop } from './gateloop.ts';

/** CDK's feature flags. The `cdk` command reads them from cdk.json; tests get the same, so that they test what is deployed. */
const { context: FLAGS }: { context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(packageRoot, 'cdk.json'), 'utf8'),
);

/** A key of another Region or account would fail the deployment of the first resource that it encrypts. */
function refuseForeignKey(
  { environment, kmsKeyArn = '' }: Deployment,
  { account, region }: Environment,
): void {
  const [, , , keyRegion, keyAccount] = kmsKeyArn.split(':');
  const isForeign = (keyPart: string | undefined, own: string | undefined) =>
    keyPart !== undefined && own !== undefined && keyPart !== own;
  if (!isForeign(keyRegion, region) && !isForeign(keyAccount, account)) return;
  throw new GateloopError(
    'InvalidDeployment',
    `infra/environments/${environment}.json is not valid: "kmsKeyArn" is a key of ${keyRegion} in ${keyAccount}, and the stack is for ${region} in ${account}. Name a key there.`,
  );
}

/**
 * Makes the CDK app with the stack of one environment. Synthesis checks it against the AwsSolutions rules.
 *
 * @param bundleOf returns the directory of a function's package
 * @param env the account and the Region that the stack is for. Without them, names that contain them are known only at
 * deployment, and CloudFormation cannot import the data of an earlier stack: a warning of the stack says so
 */
export function gateloopApp(
  deployment: Deployment,
  bundleOf: (name: string) => string,
  env: Environment,
  props: AppProps = {},
): { app: App; stack: Stack } {
  refuseForeignKey(deployment, env);
  const app = new App({ analyticsReporting: false, context: FLAGS, ...props });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, `gateloop-${deployment.environment}`, {
    env,
    description: 'Gateloop: keeps Amazon Bedrock AgentCore in sync with a bucket',
  });
  // CDK leaves an id "Default" out of the ids in the template, which outputs and imports name.
  new Gateloop(stack, 'Default', { ...deployment, bundleOf });
  if (env.account === undefined || env.region === undefined)
    Annotations.of(stack).addWarningV2(
      'gateloop:no-account',
      'No account and no Region are known at synthesis, so that the names of buckets are not literal and a deployment cannot import the buckets of an earlier stack. Configure credentials and AWS_REGION, and synthesize again.',
    );
  return { app, stack };
}
