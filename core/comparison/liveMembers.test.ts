import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { comparableShapes } from './comparableShapes.ts';
import { keepable, withLiveMembers } from './liveMembers.ts';

const { gateway, oauth2CredentialProvider } = resourceKinds;

describe('withLiveMembers', () => {
  it('withLiveMembers: adds top-level, nested and quoted members, and items of lists', () => {
    const desired = {
      name: 'front',
      protocol: { mcp: { searchType: 'SEMANTIC' } },
      tools: [{ name: 'find' }],
    };
    const live = {
      description: 'by hand',
      protocol: { mcp: { searchType: 'NONE', instructions: 'Ask.' } },
      variables: { 'a.b "c"': '1', other: '2' },
      tools: [{ name: 'find', note: 'x' }],
    };
    const paths = [
      'description',
      'protocol.mcp.instructions',
      'variables["a.b \\"c\\""]',
      'tools[0].note',
      'gone',
    ];
    expect(withLiveMembers(gateway, desired, live, paths)).toEqual({
      name: 'front',
      description: 'by hand',
      protocol: { mcp: { searchType: 'SEMANTIC', instructions: 'Ask.' } },
      variables: { 'a.b "c"': '1' },
      tools: [{ name: 'find', note: 'x' }],
    });
    expect(desired.tools).toEqual([{ name: 'find' }]);
  });

  it('withLiveMembers: reads a member under the name that Get gives it', () => {
    const live = { oauth2ProviderConfigOutput: { github: { clientId: 'c' } } };
    const sent = withLiveMembers(oauth2CredentialProvider, {}, live, ['oauth2ProviderConfigInput.github']);
    expect(sent).toEqual({ oauth2ProviderConfigInput: { github: { clientId: 'c' } } });
  });
});

describe('keepable', () => {
  it('keepable: leaves out the member of a union in whose place the manifest names another one', () => {
    const { gatewayTarget } = resourceKinds;
    const desired = {
      targetConfiguration: { mcp: { lambda: { lambdaArn: 'a', toolSchema: { s3: { uri: 'u' } } } } },
    };
    const paths = [
      'targetConfiguration.mcp.lambda.toolSchema.inlinePayload',
      'targetConfiguration.mcp.lambda.toolSchema.s3.bucketOwnerAccountId',
      'targetConfiguration.mcp.openApiSchema.inlinePayload',
      'description',
    ];
    const shapes = comparableShapes(gatewayTarget, controlPlaneShapes);
    expect(keepable(gatewayTarget, paths, desired, shapes)).toEqual([paths[1], paths[3]]);
    expect(keepable(gatewayTarget, paths, {}, shapes)).toEqual(paths);
  });

  it('keepable: leaves out the descriptor and the source of a record where the manifest names others', () => {
    const { registryRecord } = resourceKinds;
    const shapes = comparableShapes(registryRecord, resourceShapes);
    const url = 'source.fromUrl.url';
    const skill = 'descriptors.agentSkillsDefinition';
    const paths = [
      'descriptors.custom.data',
      `${skill}.data`,
      `${skill}.additionalData.skillMd.${url}`,
      'displayName',
    ];
    const source = { fromUrl: { url: 's3://skills/a' } };
    const desired = {
      descriptors: { agentSkillsDefinition: { additionalData: { skillPackage: { source } } } },
    };
    expect(keepable(registryRecord, paths, desired, shapes)).toEqual([`${skill}.data`, 'displayName']);
    expect(keepable(registryRecord, paths, { displayName: 'a' }, shapes)).toEqual(paths);
  });

  it('keepable: leaves out where the secret of a provider lies, since the manifest names the secret', () => {
    const { apiKeyCredentialProvider } = resourceKinds;
    const shapes = comparableShapes(apiKeyCredentialProvider, controlPlaneShapes);
    const paths = ['apiKeySecretSource', 'apiKeySecretConfig.secretId'];
    expect(
      keepable(apiKeyCredentialProvider, paths, { apiKey: { secretsManager: 'shared/key' } }, shapes),
    ).toEqual([]);
  });
});
