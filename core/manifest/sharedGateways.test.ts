import { describe, expect, it } from 'vitest';
import { parseText, problemsOf } from './testing/sampleManifest.ts';

const target = `targets: { a: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/a' } } } } }`;
const own = (keys: string) =>
  `gateways: { front: { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: AWS_IAM, ${keys} } }`;
const guest = (keys: string) => `gateways: { front: { ${keys} } }`;

describe('sharedWith and sharedBy', () => {
  it('sharedWith: names workspaces, each once', () => {
    const { manifest } = parseText(own('sharedWith: [search, billing, search]'));
    expect(manifest?.resources[0]?.ownership.sharedWith).toEqual(['billing', 'search']);
  });

  it('sharedBy: makes the gateway one of another workspace, whose targets alone are resources of this one', () => {
    const { manifest } = parseText(guest(`sharedBy: platform, owner: { email: a@example.com }, ${target}`));
    expect(manifest?.shared).toMatchObject([{ name: 'front', sharedBy: 'platform', owner: {} }]);
    expect(manifest?.resources.map(({ kind, name }) => [kind, name])).toEqual([['gatewayTarget', 'front/a']]);
  });

  it('sharedBy: lets the workspace refer to the gateway', () => {
    const text = `${guest(`sharedBy: platform, ${target}`)}
registries: { tools: { description: 'For \${gateways.front.gatewayUrl}', discoveryConfiguration: { authorizerType: AWS_IAM } } }`;
    expect(problemsOf(text)).toEqual([]);
  });

  it('sharedBy: demands nothing of the gateway that its owner says', () => {
    const credentials = `credentialProviderConfigurations: [{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: { providerArn: 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/a', scopes: [a], grantType: AUTHORIZATION_CODE } } }]`;
    const text = guest(
      `sharedBy: platform, targets: { a: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/a' } } }, ${credentials} } }`,
    );
    expect(problemsOf(text)).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ['a text for sharedWith', own('sharedWith: billing'), 'gateways.front.sharedWith', 'This is a string'],
    [
      'a name that no workspace can have',
      own('sharedWith: [shared]'),
      'gateways.front.sharedWith[0]',
      'This is not the name of a workspace.',
    ],
    [
      'sharedBy with a name that no workspace can have',
      guest(`sharedBy: a/b, ${target}`),
      'gateways.front.sharedBy',
      'This is not the name of a workspace.',
    ],
    [
      'a field of the API beside sharedBy',
      guest(`sharedBy: platform, roleArn: 'arn:aws:iam::123456789012:role/front', ${target}`),
      'gateways.front.roleArn',
      'The workspace that owns the gateway says this.',
    ],
    [
      'protect beside sharedBy',
      guest(`sharedBy: platform, protect: true, ${target}`),
      'gateways.front.protect',
      'The workspace that owns the gateway says this.',
    ],
  ])('sharedWith and sharedBy: refuse %s', (_, text, path, message) => {
    expect(problemsOf(text).join('\n')).toContain(`error: ${path}: ${message}`);
  });

  it('sharedBy: warns where no target is added', () => {
    expect(problemsOf(guest('sharedBy: platform')).join('\n')).toContain('warning: gateways.front');
  });

  it.each<[string, string]>([
    ['sharedWith', own('sharedWith: [payments]')],
    ['sharedBy', guest(`sharedBy: payments, ${target}`)],
  ])('%s: refuses the workspace itself', (_, text) => {
    expect(problemsOf(text, 'payments').join('\n')).toContain('error: gateways.front.shared');
  });
});
