import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { type CallerGrants, defaultGrants } from './callerGrants.ts';
import { missingGrants, missingGrantText } from './missingGrants.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const RULE = 'arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0a1b2c3d';
const APPLIED = 's3://specs/applied/0a1b';

const grants: CallerGrants = {
  passedRoles: ['*-gateway', 'shared/*'],
  restApis: ['a1b2c3d4e5/prod'],
  sourceBuckets: [{ bucket: 'agents', prefix: 'runtimes/' }],
  gatewayKeys: [KEY],
  tokenVaultKeys: [KEY],
  privateEndpoints: {
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    resourceConfigurations: [RULE],
  },
  bounds: {
    gatewayAuthorizerTypes: ['AWS_IAM'],
    mcpTargetTypes: ['apiGateway', 'openApiSchema'],
    subnets: ['subnet-1'],
  },
};

const role = (name: string) => ({ roleArn: `arn:aws:iam::123456789012:role/${name}` });
const restApi = (stage: string) => ({
  targetConfiguration: { mcp: { apiGateway: { restApiId: 'a1b2c3d4e5', stage } } },
});
const code = (bucket: string, prefix: string) => ({
  agentRuntimeArtifact: { codeConfiguration: { code: { s3: { bucket, prefix } } } },
});
const schema = (uri: string) => ({ targetConfiguration: { mcp: { openApiSchema: { s3: { uri } } } } });
const managed = (subnetIds: string[], securityGroupIds: string[]) => ({
  privateEndpoint: { managedVpcResource: { subnetIds, securityGroupIds } },
});

describe('missingGrants', () => {
  it.each<[string, KindName, JsonObject]>([
    ['a role that a pattern covers', 'gateway', role('payments-gateway')],
    ['a role below a path', 'agentRuntime', role('shared/search')],
    ['a role that is a reference', 'gateway', { roleArn: `\${registries.tools.registryArn}` }],
    ['a gateway without a key', 'gateway', {}],
    ['a gateway with a declared key', 'gateway', { kmsKeyArn: KEY }],
    ['a stage of a declared API', 'gatewayTarget', restApi('prod')],
    ['code below a declared prefix', 'agentRuntime', code('agents', 'runtimes/search.zip')],
    ['a schema that Gateloop copied', 'gatewayTarget', schema(APPLIED)],
    ['a private endpoint in declared networks', 'gatewayTarget', managed(['subnet-1'], ['sg-1'])],
    ['an authorizer within the bounds', 'gateway', { authorizerType: 'AWS_IAM' }],
  ])('missingGrants: finds nothing missing for %s', (_, kind, config) => {
    expect(missingGrants(kind, config, grants, APPLIED)).toEqual([]);
  });

  it.each<[string, KindName, JsonObject, string, string]>([
    ['another role', 'gateway', role('admin'), 'passedRoles', 'admin'],
    [
      'another role of a harness',
      'harness',
      { executionRoleArn: role('admin').roleArn },
      'passedRoles',
      'admin',
    ],
    ['another key', 'gateway', { kmsKeyArn: `${KEY}0` }, 'gatewayKeys', `${KEY}0`],
    [
      'another key of the token vault',
      'tokenVault',
      { kmsConfiguration: { kmsKeyArn: `${KEY}0` } },
      'tokenVaultKeys',
      `${KEY}0`,
    ],
    ['another stage', 'gatewayTarget', restApi('dev'), 'restApis', 'a1b2c3d4e5/dev'],
    ['another bucket of code', 'agentRuntime', code('other', 'runtimes/a.zip'), 'sourceBuckets', 'other'],
    ['code outside the prefix', 'agentRuntime', code('agents', 'a.zip'), 'sourceBuckets', 'agents'],
    ['a schema elsewhere', 'gatewayTarget', schema('s3://elsewhere/a.json'), 'sourceBuckets', 'elsewhere'],
    [
      'another security group',
      'gatewayTarget',
      managed(['subnet-1'], ['sg-2']),
      'privateEndpoints.securityGroups',
      'sg-2',
    ],
    [
      'another resource configuration, deep in an authorizer',
      'gateway',
      {
        authorizerConfiguration: {
          customJWTAuthorizer: {
            privateEndpoint: { selfManagedLatticeResource: { resourceConfigurationIdentifier: 'rcfg-2' } },
          },
        },
      },
      'privateEndpoints.resourceConfigurations',
      'rcfg-2',
    ],
    [
      'an authorizer out of bounds',
      'gateway',
      { authorizerType: 'NONE' },
      'bounds.gatewayAuthorizerTypes',
      'NONE',
    ],
    [
      'a type of target out of bounds',
      'gatewayTarget',
      { targetConfiguration: { mcp: { lambda: {} } } },
      'bounds.mcpTargetTypes',
      'lambda',
    ],
    [
      'a subnet out of bounds',
      'agentRuntime',
      { networkConfiguration: { networkModeConfig: { subnets: ['subnet-2'] } } },
      'bounds.subnets',
      'subnet-2',
    ],
  ])('missingGrants: names the setting for %s', (_, kind, config, setting, entry) => {
    expect(missingGrants(kind, config, grants, APPLIED)).toMatchObject([{ setting, entry }]);
  });

  it('missingGrants: by default, allows roles by their names, and nothing that a setting has to name', () => {
    const config = { ...role('front-gateway'), kmsKeyArn: KEY, authorizerType: 'NONE' };
    expect(missingGrants('gateway', config, defaultGrants).map(({ setting }) => setting)).toEqual([
      'gatewayKeys',
      'bounds.gatewayAuthorizerTypes',
    ]);
  });

  it('missingGrantText: says where, why, and what the operators have to do', () => {
    const [missing] = missingGrants('gateway', role('admin'), grants);
    expect(missing && missingGrantText(missing)).toBe(
      `roleArn: Gateloop's own role may not use this for AgentCore. Ask its operators to add "admin" to the setting "passedRoles" of the deployment, and to deploy.`,
    );
  });
});
