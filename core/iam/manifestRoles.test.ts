import { describe, expect, it } from 'vitest';
import { type Address, parseAddress } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { gateway } from '../reconcile/testing/inputs.ts';
import { evaluatePolicy } from './evaluatePolicy.ts';
import { manifestRoles } from './manifestRoles.ts';

const ROLE = 'arn:aws:iam::123456789012:role/front';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';

function resource(address: Address, config: JsonObject): DesiredResource {
  return { ...gateway(), address, ...parseAddress(address), config };
}

const front = resource('gateway/front', { name: 'Front', roleArn: ROLE });
const withCredential = (credential: JsonObject) => ({ credentialProviderConfigurations: [credential] });

/** Whether the role of the first resource may do something, by the policy for its manifest. */
function mayRole(resources: readonly DesiredResource[], action: string, resourceArn: string): boolean {
  const [needs] = manifestRoles(resources, 'eu-west-1');
  return evaluatePolicy(needs?.statements ?? [], { action, resource: resourceArn }) === 'allowed';
}
const inAccount = (name: string) => `arn:aws:bedrock-agentcore:eu-west-1:123456789012:${name}`;

describe('manifestRoles', () => {
  it('manifestRoles: says nothing of a role whose needs AWS does not document', () => {
    const portal = resource('consentPortal/accounts', { name: 'accounts', executionRoleArn: ROLE });
    const manager = resource('paymentManager/desk', { name: 'desk', roleArn: ROLE });
    expect(manifestRoles([portal, manager], 'eu-west-1')).toEqual([]);
  });

  it("manifestRoles: lets a gateway's role invoke the functions of its targets, and of no other gateway", () => {
    const lambda = (arn: string) => ({ targetConfiguration: { mcp: { lambda: { lambdaArn: arn } } } });
    const all = [
      front,
      resource('gatewayTarget/front/refunds', lambda(FUNCTION)),
      resource('gatewayTarget/other/cards', lambda(`${FUNCTION}2`)),
    ];
    expect(mayRole(all, 'lambda:InvokeFunction', FUNCTION)).toBe(true);
    expect(mayRole(all, 'lambda:InvokeFunction', `${FUNCTION}:live`)).toBe(true);
    expect(mayRole(all, 'lambda:InvokeFunction', `${FUNCTION}2`)).toBe(false);
  });

  it('manifestRoles: lets the role of a browser write its recordings, and nothing where it makes none', () => {
    const browser = (enabled: boolean) =>
      resource('browser/research', {
        executionRoleArn: ROLE,
        recording: { enabled, s3Location: { bucket: 'recordings', prefix: 'research/' } },
      });
    const mayPut = (enabled: boolean, key: string) =>
      mayRole([browser(enabled)], 's3:PutObject', `arn:aws:s3:::recordings/${key}`);
    expect([mayPut(true, 'research/1'), mayPut(true, 'other/1'), mayPut(false, 'research/1')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('manifestRoles: lets the role of an online evaluation read its log groups, by names and by prefixes', () => {
    const evaluation = (logs: JsonObject) =>
      resource('onlineEvaluationConfig/answers', {
        evaluationExecutionRoleArn: ROLE,
        dataSourceConfig: { cloudWatchLogs: { serviceNames: ['a'], ...logs } },
      });
    const mayRead = (logs: JsonObject, group: string) =>
      mayRole(
        [evaluation(logs)],
        'logs:StartQuery',
        `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`,
      );
    const named = { logGroupNames: ['/agents/one', '/agents/two'] };
    expect(['/agents/one', '/agents/two', '/agents/three'].map((group) => mayRead(named, group))).toEqual([
      true,
      true,
      false,
    ]);
    expect(mayRead({ logGroupNamePrefixes: ['/agents/'] }, '/agents/three')).toBe(true);
  });

  it('manifestRoles: names a provider that the manifest declares by its name, and its secret', () => {
    const reference = `\${oauth2CredentialProviders.github.credentialProviderArn}`;
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:github-AbCdEf';
    const target = resource(
      'gatewayTarget/front/issues',
      withCredential({ credentialProvider: { oauthCredentialProvider: { providerArn: reference } } }),
    );
    const provider = (config: JsonObject) =>
      resource('oauth2CredentialProvider/github', { name: 'hub', ...config });
    const managed = [front, target, provider({})];
    const token = (name: string) => inAccount(`token-vault/default/oauth2credentialprovider/${name}`);
    expect(mayRole(managed, 'bedrock-agentcore:GetResourceOauth2Token', token('hub'))).toBe(true);
    expect(mayRole(managed, 'bedrock-agentcore:GetResourceOauth2Token', token('other'))).toBe(false);
    // A provider of another kind may have the same key.
    const payments = resource('paymentCredentialProvider/github', { name: 'wallet' });
    expect(
      mayRole(
        [front, target, payments, provider({})],
        'bedrock-agentcore:GetResourceOauth2Token',
        token('hub'),
      ),
    ).toBe(true);
    const identity = inAccount('workload-identity-directory/default/workload-identity/front-a1b2c3d4e5');
    expect(mayRole(managed, 'bedrock-agentcore:GetWorkloadAccessToken', identity)).toBe(true);
    expect(mayRole(managed, 'secretsmanager:GetSecretValue', secret)).toBe(false);
    const external = provider({
      oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientSecretConfig: { secretId: secret } } },
    });
    expect(mayRole([front, target, external], 'secretsmanager:GetSecretValue', secret)).toBe(true);
  });

  it("manifestRoles: needs the role for an API or a runtime only if it is the target's credential", () => {
    const api = { targetConfiguration: { mcp: { apiGateway: { restApiId: 'a1', stage: 'prod' } } } };
    const arn = 'arn:aws:execute-api:eu-west-1:123456789012:a1/prod/GET/cards';
    const byRole = withCredential({ credentialProviderType: 'GATEWAY_IAM_ROLE' });
    const target = (config: JsonObject) => [front, resource('gatewayTarget/front/api', config)];
    expect(mayRole(target({ ...api, ...byRole }), 'execute-api:Invoke', arn)).toBe(true);
    expect(mayRole(target(api), 'execute-api:Invoke', arn)).toBe(false);
    const runtime = inAccount('runtime/search-a1b2c3d4e5');
    const endpoint = `https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/${encodeURIComponent(runtime)}/invocations`;
    const server = { targetConfiguration: { mcp: { mcpServer: { endpoint } } }, ...byRole };
    expect(mayRole(target(server), 'bedrock-agentcore:InvokeAgentRuntime', runtime)).toBe(true);
  });

  it('manifestRoles: lets roles of runtimes and harnesses pull their images, and a harness use its model and memory', () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/agents/search:1';
    const artifact = { containerConfiguration: { containerUri: image } };
    const runtime = [
      resource('agentRuntime/search', {
        roleArn: ROLE,
        agentRuntimeName: 'search',
        agentRuntimeArtifact: artifact,
      }),
    ];
    const repository = 'arn:aws:ecr:eu-west-1:123456789012:repository/agents/search';
    expect(mayRole(runtime, 'ecr:BatchGetImage', repository)).toBe(true);
    const harness = [
      resource('harness/guide', {
        executionRoleArn: ROLE,
        harnessName: 'guide',
        model: { bedrockModelConfig: { modelId: 'us.anthropic.claude-1' } },
        hooks: [{ beforeToolCall: { target: { lambda: { arn: FUNCTION } } } }],
      }),
    ];
    expect(
      mayRole(
        harness,
        'bedrock:InvokeModel',
        'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-1',
      ),
    ).toBe(true);
    expect(mayRole(harness, 'bedrock-agentcore:CreateEvent', inAccount('memory/guide-a1'))).toBe(true);
    expect(mayRole(harness, 'lambda:InvokeFunction', FUNCTION)).toBe(true);
  });

  it('manifestRoles: leaves out a role that is no ARN, whose account is not known', () => {
    expect(manifestRoles([resource('gateway/front', { roleArn: 'front' })], 'eu-west-1')).toEqual([]);
  });
});
