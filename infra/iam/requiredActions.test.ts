import { describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../../core/iam/evaluatePolicy.ts';
import type { Conditions } from '../../core/iam/statement.ts';
import { omit } from '../../core/objects.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { workflowNames } from '../../workflows/workflowCatalog.ts';
import { readDeployment } from '../deployment.ts';
import { contextFor, type Grant, namesFor, neededGrants } from '../testing/neededGrants.ts';
import { account, type RolePolicy, rolePolicies } from '../testing/rolePolicies.ts';
import { synthesized } from '../testing/synthesized.ts';
import type { Caller } from './requiredAction.ts';

const KEY = `arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555`;
const ENVIRONMENT_KEY = 'arn:aws:kms:us-east-1:123456789012:key/99999999-2222-3333-4444-555555555555';
const CONFIGURATION = 'arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-0a1b2c3d';
const everySetting = {
  kmsKeyArn: ENVIRONMENT_KEY,
  restApis: ['a1b2c3d4e5/prod'],
  sourceBuckets: [{ bucket: 'agents' }, { bucket: 'shared-code', prefix: 'runtimes/', keyArn: KEY }],
  gatewayKeys: [KEY],
  tokenVaultKeys: [KEY],
  privateEndpoints: {
    subnets: ['subnet-0a1b2c3d'],
    securityGroups: ['sg-0a1b2c3d'],
    resourceConfigurations: [CONFIGURATION],
  },
  bounds: { mcpTargetTypes: ['lambda', 'openApiSchema'], subnets: ['subnet-0a1b2c3d'] },
};

// The catalog's keys are exactly the names of the functions.
const functionNames = Object.keys(functionCatalog) as FunctionName[];

/** Whose role it is, by its place in the stack: CloudFormation chooses the names of roles. */
function callerOf({ service, logicalId }: RolePolicy): Caller {
  const isOf = (parent: string) => (name: string) =>
    logicalId.startsWith(`${parent}${name.replaceAll('-', '')}Role`);
  const functionName = functionNames.find(isOf('Functions'));
  if (functionName !== undefined) return functionName;
  const workflow = workflowNames.find(isOf('Workflows'));
  if (workflow !== undefined) return `workflow ${workflow}`;
  if (service === 'events.amazonaws.com') return 'rules';
  if (service === 'scheduler.amazonaws.com') return 'schedules';
  throw new Error(`${logicalId} is a role that the table of calls does not know.`);
}

const grantText = ({ action, resource, conditions }: Grant) =>
  `${action} on ${resource}${Object.keys(conditions).length > 0 ? ` if ${JSON.stringify(sorted(conditions))}` : ''}`;

/** Conditions in one order, with every value as a list. */
function sorted(conditions: Conditions): unknown {
  return Object.entries(conditions)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([operator, keys]) => [
      operator,
      Object.entries(keys)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, values]) => [key, [values].flat().toSorted()]),
    ]);
}

const allowedGrants = ({ statements }: RolePolicy): readonly Grant[] =>
  statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ actions, resources, conditions = {} }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource, conditions }))),
    );

/** The AWS account that a resource is in, so that a test can name one of another account. */
const inOtherAccount = (resource: string) => resource.replace(account.account, '999999999999');

describe.each([
  ['without a setting', {}],
  ['with every setting', everySetting],
])('the roles of a deployment %s', (title, settings) => {
  const deployment = readDeployment('main', settings);
  const template = synthesized(settings);
  const roles = rolePolicies(template).map((role) => {
    const caller = callerOf(role);
    return { role, caller, names: namesFor(caller, deployment) };
  });

  it(`the roles ${title}: may make every call that they make`, () => {
    const refused = roles.flatMap(({ role, caller, names }) =>
      neededGrants(caller, names).flatMap(({ row, action, resource, conditions }) => {
        const request = { action, resource: resource.replaceAll('*', 'x'), context: contextFor(conditions) };
        const decision = evaluatePolicy(role.statements, request);
        return decision === 'allowed'
          ? []
          : [`${caller}: ${row.call} needs ${grantText({ action, resource, conditions })}`];
      }),
    );
    expect(refused).toEqual([]);
  });

  it(`the roles ${title}: may do nothing that none of their calls needs`, () => {
    const unneeded = roles.flatMap(({ role, caller, names }) => {
      const needed = new Set(neededGrants(caller, names).map(grantText));
      return allowedGrants(role)
        .map(grantText)
        .filter((text) => !needed.has(text))
        .map((text) => `${caller}: ${text}`);
    });
    expect(unneeded, 'Add the call to infra/iam, or take the permission away.').toEqual([]);
  });

  it(`the roles ${title}: fit into the limits of IAM: 10,240 characters inline, 6,144 in each managed policy`, () => {
    for (const { role } of roles) {
      expect(role.inlineSize, role.logicalId).toBeLessThan(10_240);
      for (const size of role.managedSizes) expect(size, role.logicalId).toBeLessThan(6144);
    }
  });

  it(`the roles ${title}: name what is in the account's own hands`, () => {
    for (const { role, caller, names } of roles) {
      for (const { action, resource, conditions } of neededGrants(caller, names)) {
        if (inOtherAccount(resource) === resource) continue;
        const request = { action, resource: inOtherAccount(resource), context: contextFor(conditions) };
        expect(evaluatePolicy(role.statements, request), `${caller}: ${action}`).toBe('not-allowed');
      }
    }
  });

  it(`the roles ${title}: allow nothing where a call does not meet the conditions of the table`, () => {
    for (const { role, caller, names } of roles) {
      const unconditional = new Set(
        neededGrants(caller, names)
          .filter(({ conditions }) => Object.keys(conditions).length === 0)
          .map(({ action, resource }) => `${action} ${resource}`),
      );
      for (const { action, resource, conditions } of neededGrants(caller, names)) {
        if (unconditional.has(`${action} ${resource}`)) continue;
        const keys = Object.keys(contextFor(omit(conditions, 'Null')));
        if (keys.length === 0 || /:(Unt|T)agResource$/.test(action)) continue;
        const context = Object.fromEntries(keys.map((key) => [key, 'something else']));
        expect(evaluatePolicy(role.statements, { action, resource, context }), `${caller}: ${action}`).toBe(
          'not-allowed',
        );
      }
    }
  });
});

describe('the bounds of a deployment', () => {
  const provision = (settings: object) => {
    const role = rolePolicies(synthesized(settings)).find(({ logicalId }) =>
      logicalId.startsWith('FunctionsprovisionRole'),
    );
    const statements = role?.statements ?? [];
    return (
      operation: string,
      resource: string,
      context: Readonly<Record<string, string | readonly string[]>>,
    ) =>
      evaluatePolicy(statements, {
        action: `bedrock-agentcore:${operation}`,
        resource: `arn:aws:bedrock-agentcore:us-east-1:123456789012:${resource}`,
        context,
      });
  };

  it('the bounds of a deployment: without a setting, deny only gateways that anybody may call', () => {
    const decide = provision({});
    const authorizer = (type: string) => ({ 'bedrock-agentcore:GatewayAuthorizerType': type });
    expect(decide('CreateGateway', 'gateway/*', authorizer('NONE'))).toBe('denied');
    expect(decide('UpdateGateway', 'gateway/front-a1b2c3d4e5', authorizer('NONE'))).toBe('denied');
    expect(decide('CreateGateway', 'gateway/*', authorizer('CUSTOM_JWT'))).toBe('allowed');
    expect(decide('CreateGateway', 'gateway/*', {})).toBe('allowed');
    expect(
      decide('CreateGatewayTarget', 'gateway/x', {
        'bedrock-agentcore:McpTargetConfigurationType': 'mcpServer',
      }),
    ).toBe('allowed');
  });

  it('the bounds of a deployment: deny the values that a setting does not name, where a request has the key', () => {
    const decide = provision(everySetting);
    const type = (value: string) => ({ 'bedrock-agentcore:McpTargetConfigurationType': value });
    expect(decide('CreateGatewayTarget', 'gateway/x', type('lambda'))).toBe('allowed');
    expect(decide('CreateGatewayTarget', 'gateway/x', type('mcpServer'))).toBe('denied');
    // A target of the kind http has no such key.
    expect(decide('CreateGatewayTarget', 'gateway/x', {})).toBe('allowed');
    const subnets = (...ids: readonly string[]) => ({ 'bedrock-agentcore:subnets': ids });
    expect(decide('CreateAgentRuntime', 'runtime/*', subnets('subnet-0a1b2c3d'))).toBe('allowed');
    expect(decide('CreateAgentRuntime', 'runtime/*', subnets('subnet-0a1b2c3d', 'subnet-other'))).toBe(
      'denied',
    );
    expect(decide('CreateAgentRuntime', 'runtime/*', {})).toBe('allowed');
  });
});
