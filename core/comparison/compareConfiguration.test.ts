import { describe, expect, it } from 'vitest';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { comparableShapes } from './comparableShapes.ts';
import { compareConfiguration } from './compareConfiguration.ts';
import { leftovers, membersToClear } from './leftovers.ts';
import { changesSince, takeSnapshot } from './snapshot.ts';

const compare = (kind: KindName, desired: JsonObject, live: JsonObject) => {
  const row = resourceKinds[kind];
  return compareConfiguration(row, desired, live, comparableShapes(row, controlPlaneShapes));
};
const differences = (kind: KindName, desired: JsonObject, live: JsonObject) =>
  compare(kind, desired, live).differences.map(({ path, change }) => `${path} ${change}`);
const unnamed = (kind: KindName, desired: JsonObject, live: JsonObject) => [
  ...compare(kind, desired, live).unnamed.keys(),
];

const server = { mcp: { mcpServer: { endpoint: 'https://mcp.example.com' } } };

it('compareConfiguration: leaves out what only the service sets, such as the ARN of a managed memory', () => {
  const memory = { managedMemoryConfiguration: { arn: 'arn:memory', eventExpiryDuration: 30 } };
  expect(unnamed('harness', {}, { memory })).toEqual([
    'memory.managedMemoryConfiguration.eventExpiryDuration',
  ]);
});

describe('compareConfiguration: members that the manifest names', () => {
  it.each<[string, KindName, JsonObject, JsonObject, string[]]>([
    ['have another value', 'gateway', { description: 'a' }, { description: 'b' }, ['description changed']],
    ['are gone', 'gateway', { description: 'a' }, {}, ['description removed']],
    [
      'have another value deep inside',
      'gatewayTarget',
      { targetConfiguration: server },
      { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://other.example.com' } } } },
      ['targetConfiguration.mcp.mcpServer.endpoint changed'],
    ],
    [
      'are an entry of a map that the manifest does not have',
      'agentRuntime',
      { environmentVariables: { A: '1' } },
      { environmentVariables: { A: '1', PROXY: 'x' } },
      ['environmentVariables.PROXY added'],
    ],
    [
      'are an entry of a map whose key is no plain name',
      'agentRuntime',
      { environmentVariables: { A: '1' } },
      { environmentVariables: { A: '1', 'a b\n': 'x' } },
      ['environmentVariables["a b\\n"] added'],
    ],
    [
      'are an item more in a list',
      'harness',
      { allowedTools: ['a'] },
      { allowedTools: ['a', 'b'] },
      ['allowedTools[1] added'],
    ],
    [
      'are an item less in a list',
      'harness',
      { allowedTools: ['a', 'b'] },
      { allowedTools: ['a'] },
      ['allowedTools[1] removed'],
    ],
    [
      'are another member of a union',
      'gatewayTarget',
      { targetConfiguration: server },
      { targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn' } } } },
      ['targetConfiguration.mcp.mcpServer removed'],
    ],
  ])('compareConfiguration: reports members that %s', (_, kind, desired, live, expected) => {
    expect(differences(kind, desired, live)).toEqual(expected);
  });

  it('compareConfiguration: takes an empty list or map for an absent one, both ways', () => {
    expect(differences('harness', { tools: [], environmentVariables: {} }, {})).toEqual([]);
    expect(compare('harness', {}, { tools: [], environmentVariables: {} })).toMatchObject({
      differences: [],
      unnamed: new Map(),
    });
  });

  it('compareConfiguration: accepts the header that the service adds to a list of a target', () => {
    const header = 'x-amzn-bedrock-agentcore-policy-session-id';
    const config = (headers: string[]) => ({ metadataConfiguration: { allowedRequestHeaders: headers } });
    expect(differences('gatewayTarget', config(['x-tenant']), config(['x-tenant', header]))).toEqual([]);
    expect(differences('gatewayTarget', config(['x-tenant']), config(['x-tenant', 'x-other']))).toEqual([
      'metadataConfiguration.allowedRequestHeaders[1] added',
    ]);
  });

  it('compareConfiguration: compares a provider with what Get shows of it, which is never the secret', () => {
    const vendor = (member: string, config: JsonObject) => ({
      credentialProviderVendor: 'GithubOauth2',
      [member]: { githubOauth2ProviderConfig: config },
    });
    const desired = vendor('oauth2ProviderConfigInput', {
      clientId: 'a',
      clientSecret: { secretsManager: 'x' },
    });
    expect(
      differences(
        'oauth2CredentialProvider',
        desired,
        vendor('oauth2ProviderConfigOutput', { clientId: 'a' }),
      ),
    ).toEqual([]);
    expect(
      differences(
        'oauth2CredentialProvider',
        desired,
        vendor('oauth2ProviderConfigOutput', { clientId: 'b' }),
      ),
    ).toEqual(['oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientId changed']);
  });

  it('compareConfiguration: compares an API key provider by the source of its key, which no response has', () => {
    const live = { name: 'a', apiKeySecretSource: 'MANAGED', apiKeySecretArn: { secretArn: 'arn' } };
    const desired = { apiKey: { secretsManager: 'x' } };
    expect(differences('apiKeyCredentialProvider', desired, live)).toEqual([]);
    expect(
      differences('apiKeyCredentialProvider', { ...desired, apiKeySecretSource: 'EXTERNAL' }, live),
    ).toEqual(['apiKeySecretSource changed']);
    const row = resourceKinds.apiKeyCredentialProvider;
    const shapes = comparableShapes(row, controlPlaneShapes);
    const comparison = compareConfiguration(row, desired, live, shapes);
    expect(leftovers({ row, desired, live, shapes }, comparison, undefined)).toEqual([]);
  });

  it('compareConfiguration: ignores members that only a response has, such as the id of a runtime of a harness', () => {
    const environment = {
      agentCoreRuntimeEnvironment: { agentRuntimeId: 'x', networkConfiguration: { networkMode: 'PUBLIC' } },
    };
    expect(unnamed('harness', {}, { environment, harnessId: 'h', status: 'READY' })).toEqual([
      'environment.agentCoreRuntimeEnvironment.networkConfiguration.networkMode',
    ]);
  });
});

describe('compareConfiguration: members that the manifest does not name', () => {
  it('compareConfiguration: lists them by the paths of their values', () => {
    const live = {
      targetConfiguration: server,
      description: 'by hand',
      metadataConfiguration: { allowedQueryParameters: ['q'] },
    };
    expect(unnamed('gatewayTarget', { targetConfiguration: server }, live)).toEqual([
      'description',
      'metadataConfiguration.allowedQueryParameters',
    ]);
  });

  it('compareConfiguration: notices a new value of a secret, of which the manifest has only the name', () => {
    const desired = { environmentVariables: { KEY: { secretsManager: 'payments/key' } } };
    const before = compare('agentRuntime', desired, { environmentVariables: { KEY: 'one' } });
    const after = compare('agentRuntime', desired, { environmentVariables: { KEY: 'two' } });
    expect(before.differences).toEqual([]);
    expect(changesSince(takeSnapshot(before.shown, 'm'), after.shown)).toEqual([
      { path: 'environmentVariables.KEY', change: 'changed' },
    ]);
    expect(JSON.stringify([...after.shown])).not.toContain('two');
  });

  it('changesSince: names what was added, changed and removed since the snapshot', () => {
    const before = new Map([
      ['a', '1'],
      ['b', '2'],
    ]);
    const after = new Map([
      ['b', '3'],
      ['c', '4'],
    ]);
    expect(changesSince(takeSnapshot(before, 'm'), after)).toEqual([
      { path: 'b', change: 'changed' },
      { path: 'c', change: 'added' },
      { path: 'a', change: 'removed' },
    ]);
  });
});

describe('leftovers', () => {
  const row = resourceKinds.harness;

  it('leftovers: are no values of secrets, which are new after a rotation', () => {
    const shapes = comparableShapes(row, controlPlaneShapes);
    const desired = { environmentVariables: { TOKEN: { secretsManager: 'payments/token' } } };
    const liveWith = (TOKEN: string) => ({ environmentVariables: { TOKEN } });
    const compare = (token: string) => compareConfiguration(row, desired, liveWith(token), shapes);
    const snapshot = takeSnapshot(compare('old').shown, 'm');
    const left = (known: typeof snapshot | undefined) =>
      leftovers({ row, desired, live: liveWith('new'), shapes }, compare('new'), known);
    expect(left(snapshot)).toEqual([]);
    expect(left(undefined)).toEqual([]);
  });

  const live = { maxIterations: 75, allowedTools: ['*'], timeoutSeconds: 60, maxTokens: 9 };

  it('leftovers: are neither the defaults of the service nor in the snapshot', () => {
    const shapes = comparableShapes(row, controlPlaneShapes);
    const comparison = compareConfiguration(row, {}, live, shapes);
    const compared = { row, desired: {}, live, shapes };
    expect(leftovers(compared, comparison, undefined)).toEqual(['maxTokens', 'timeoutSeconds']);
    const snapshot = takeSnapshot(compareConfiguration(row, {}, { maxTokens: 9 }, shapes).unnamed, 'm');
    expect(leftovers(compared, comparison, snapshot)).toEqual(['timeoutSeconds']);
  });

  it('membersToClear: are the members of the request that hold leftovers', () => {
    expect(membersToClear(row, { maxTokens: 9 }, live, undefined, controlPlaneShapes)).toEqual([
      'timeoutSeconds',
    ]);
  });
});

describe('comparableShapes', () => {
  it('comparableShapes: reads the members of a kind once, and tells models apart', () => {
    const shapes = comparableShapes(resourceKinds.gateway, controlPlaneShapes);
    expect(comparableShapes(resourceKinds.gateway, controlPlaneShapes)).toBe(shapes);
    expect(shapes.model).toMatch(/^[0-9a-f]{12}$/);
    expect(shapes.model).not.toBe(comparableShapes(resourceKinds.harness, controlPlaneShapes).model);
    expect([...shapes.members.keys()]).not.toContain('tags');
    // Only Update takes it, so that another client may have set it.
    expect([...shapes.members.keys()]).toContain('wafConfiguration');
  });
});
