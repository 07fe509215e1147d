import { afterAll, describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../../core/iam/evaluatePolicy.ts';
import type { Statement } from '../../core/iam/statement.ts';
import { type FunctionName, functionCatalog } from '../../functions/functionCatalog.ts';
import { readDeployment } from '../../infra/deployment.ts';
import type { PermissionScope } from '../../infra/iam/scope.ts';
import { permissions } from '../../infra/permissions.ts';
import { contextFor, namesFor, neededGrants } from '../../infra/testing/neededGrants.ts';
import { account } from '../../infra/testing/rolePolicies.ts';
import { type System, startSystem, toolSchema } from './system.ts';

const deployment = readDeployment('main', { passedRoles: ['front', 'search', 'guide'] });
const scope: PermissionScope = {
  ...account,
  environment: 'main',
  specBucketArn: 'arn:aws:s3:::gateloop-main-spec-123456789012-us-east-1',
  ledgerArn: '',
  eventBusArn: '',
  reconcileArn: '',
  deadLettersArn: '',
  peopleTopicArn: '',
  grants: deployment,
};

// The catalog's keys are exactly the names of the functions.
const functionNames = Object.keys(functionCatalog) as FunctionName[];
const statementsOf = (name: FunctionName): readonly Statement[] =>
  functionCatalog[name].permissions.flatMap((permission) => permissions[permission](scope));

/**
 * Decides about the calls of functions as IAM would: a call needs every action that the table has for it.
 *
 * @param revoked an action that no function has
 */
function iam(revoked?: string) {
  const state = { revoked, unlisted: new Set<string>() };
  const authorize = (accessKeyId: string, operation: string): string | undefined => {
    const caller = functionNames.find(
      (name) => accessKeyId === `ASIA${name.replaceAll('-', '').toUpperCase()}`,
    );
    if (!caller) return undefined;
    const needed = neededGrants(caller, namesFor(caller, deployment)).filter(
      ({ row }) => row.call === operation,
    );
    if (needed.length === 0) state.unlisted.add(`${caller} calls ${operation}`);
    const refused = needed.find(({ action, resource, conditions }) => {
      const request = { action, resource: resource.replaceAll('*', 'x'), context: contextFor(conditions) };
      return action === state.revoked || evaluatePolicy(statementsOf(caller), request) !== 'allowed';
    });
    return (
      refused &&
      `User: ${caller} is not authorized to perform: ${refused.action} on resource: ${refused.resource}`
    );
  };
  return { state, authorize };
}

const MANIFEST = `settings: { prune: true }
apiKeyCredentialProviders:
  bank: { apiKey: { secretsManager: shared/bank } }
agentRuntimes:
  search:
    roleArn: arn:aws:iam::123456789012:role/search
    agentRuntimeArtifact: { containerConfiguration: { containerUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/search:1 } }
    networkConfiguration: { networkMode: PUBLIC }
harnesses:
  guide: { executionRoleArn: arn:aws:iam::123456789012:role/guide }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    protocolType: MCP
    authorizerType: AWS_IAM
    tags: { team: payments }
    targets:
      refunds:
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: arn:aws:lambda:us-east-1:123456789012:function:refunds
              toolSchema: { file: tools.json }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;

let system: System | undefined;
afterAll(() => system?.close());

describe('the rights of the functions', () => {
  it('the rights of the functions: are enough to create, change and delete a workspace, and the table has every call', async () => {
    const { state, authorize } = iam();
    system = await startSystem({
      secrets: { 'shared/bank': 'correct-horse-battery' },
      agentCore: { authorize },
    });
    system.upload('payments', 'tools.json', toolSchema());
    system.upload('payments', 'manifest.yaml', MANIFEST);
    await system.settle();
    expect(system.outcome('payments')).toMatchObject({ outcome: 'ready' });
    system.upload('payments', 'manifest.yaml', MANIFEST.replace('team: payments', 'stage: test'));
    system.upload('payments', 'tools.json', toolSchema(['find', 'list']));
    await system.settle();
    expect(system.outcome('payments')).toMatchObject({ outcome: 'ready' });
    system.upload('payments', 'manifest.yaml', 'settings: { prune: true }\n');
    await system.settle();
    expect(system.outcome('payments').resources).toEqual([]);
    expect([...state.unlisted]).toEqual([]);
    await system.close();
  });

  it.each([
    ['bedrock-agentcore:CreateAgentRuntimeEndpoint', ['search', 'guide']],
    ['bedrock-agentcore:CreateMemory', ['guide']],
    ['iam:CreateServiceLinkedRole', ['search', 'guide', 'front']],
    ['bedrock-agentcore:CreateTokenVault', ['bank']],
  ])('the rights of the functions: without %s, AWS denies %j', async (action, denied) => {
    const { authorize } = iam(action);
    system = await startSystem({
      secrets: { 'shared/bank': 'correct-horse-battery' },
      agentCore: { authorize },
    });
    system.upload('payments', 'tools.json', toolSchema());
    system.upload('payments', 'manifest.yaml', MANIFEST);
    await system.settle();
    const refused = system
      .outcome('payments')
      .resources.filter(({ reasons }) => reasons.join().includes(`not authorized to perform: ${action}`));
    expect(refused.map(({ name }) => name).toSorted()).toEqual(denied.toSorted());
    expect(refused.every(({ state }) => state === 'failed')).toBe(true);
    await system.close();
  });
});
