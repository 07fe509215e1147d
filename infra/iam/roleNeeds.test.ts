import { App, Stack } from 'aws-cdk-lib';
import {
  AgentRuntimeArtifact,
  ApiSchema,
  BrowserCustom,
  BuiltinEvaluator,
  DataSourceConfig,
  EvaluatorSelector,
  Gateway,
  GatewayCredentialProvider,
  OnlineEvaluationConfig,
  Runtime,
  ToolSchema,
} from 'aws-cdk-lib/aws-bedrockagentcore';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { type RoleUse, roleUses } from '../../core/iam/roleNeeds.ts';

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '123456789012' };
const PROVIDER = 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:provider-AbCdEf';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';

/** The actions that CDK's constructs give to the roles that they make, in one stack. */
function actionsOfCdk(build: (stack: Stack) => void): readonly string[] {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'stack', { env: { account: PLACE.account, region: PLACE.region } });
  build(stack);
  const {
    Resources,
  }: {
    Resources: Record<
      string,
      { Type: string; Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } } }
    >;
  } = app.synth().getStackByName('stack').template;
  const statements = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

const actionsOf = (...uses: readonly RoleUse[]) =>
  [
    ...new Set(
      uses.flatMap((use) =>
        roleUses[use].statements(PLACE, { owner: 'front', subject: 'x' }).flatMap(({ actions }) => actions),
      ),
    ),
  ].sort();

const schema = ApiSchema.fromInline(
  JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'Cards', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: { '/cards': { get: { operationId: 'listCards', responses: { 200: { description: 'Cards' } } } } },
  }),
);
const gateway = (stack: Stack) => new Gateway(stack, 'Gateway', { gatewayName: 'front' });

describe('roleUses', () => {
  it.each<[string, readonly RoleUse[], (stack: Stack) => void]>([
    [
      'a Lambda target',
      ['lambda'],
      (stack) =>
        gateway(stack).addLambdaTarget('Target', {
          gatewayTargetName: 'refunds',
          lambdaFunction: LambdaFunction.fromFunctionArn(stack, 'Function', FUNCTION),
          toolSchema: ToolSchema.fromInline([]),
        }),
    ],
    [
      'an OAuth target',
      ['oauth'],
      (stack) =>
        gateway(stack).addOpenApiTarget('Target', {
          gatewayTargetName: 'cards',
          apiSchema: schema,
          credentialProviderConfigurations: [
            GatewayCredentialProvider.fromOauthIdentityArn({
              providerArn: `${PROVIDER}/oauth2credentialprovider/cards`,
              secretArn: SECRET,
              scopes: [],
            }),
          ],
        }),
    ],
    [
      'a target with an API key',
      ['apiKey'],
      (stack) =>
        gateway(stack).addOpenApiTarget('Target', {
          gatewayTargetName: 'ledger',
          apiSchema: schema,
          credentialProviderConfigurations: [
            GatewayCredentialProvider.fromApiKeyIdentityArn({
              providerArn: `${PROVIDER}/apikeycredentialprovider/ledger`,
              secretArn: SECRET,
            }),
          ],
        }),
    ],
    [
      'a runtime from a container',
      ['runtime', 'container'],
      (stack) =>
        new Runtime(stack, 'Runtime', {
          runtimeName: 'search',
          agentRuntimeArtifact: AgentRuntimeArtifact.fromEcrRepository(
            Repository.fromRepositoryName(stack, 'Repository', 'search'),
          ),
        }),
    ],
    [
      'a browser with recordings',
      ['browserRecording'],
      (stack) =>
        new BrowserCustom(stack, 'Browser', {
          browserCustomName: 'research',
          recordingConfig: {
            enabled: true,
            s3Location: { bucketName: 'recordings', objectKey: 'research/' },
          },
        }),
    ],
    [
      'an online evaluation',
      ['evaluation'],
      (stack) =>
        new OnlineEvaluationConfig(stack, 'Evaluation', {
          onlineEvaluationConfigName: 'answers',
          evaluators: [EvaluatorSelector.builtin(BuiltinEvaluator.CORRECTNESS)],
          dataSource: DataSourceConfig.fromCloudWatchLogs({
            logGroupNames: ['/agents'],
            serviceNames: ['a'],
          }),
        }),
    ],
  ])("roleUses: has the actions that CDK's constructs grant for %s", (_, uses, build) => {
    expect(actionsOf(...uses)).toEqual(actionsOfCdk(build));
  });
});
