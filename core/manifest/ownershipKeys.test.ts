import { describe, expect, it } from 'vitest';
import { parseText } from './testing/sampleManifest.ts';

const gateways = (front: string, more = '') => `gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
${front}${more}`;
const target = (keys: string) =>
  `    targets:
      issues: { ${keys}targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/v1' } } } }
`;

const ownershipOf = (text: string) => {
  const { manifest } = parseText(text);
  return Object.fromEntries(manifest?.resources.map(({ name, ownership }) => [name, ownership]) ?? []);
};

describe('readOwnershipKeys', () => {
  it.each<[string, object]>([
    ['adopt: true', { adopt: { clear: false } }],
    ['adopt: { clear: true }', { adopt: { clear: true } }],
    ['adopt: {}', { adopt: { clear: false } }],
    ['adopt: false', {}],
    ['unmanage: false', {}],
    ['protect: true', { protect: true }],
    ['protect: false', { protect: false }],
  ])('readOwnershipKeys: reads %s', (key, expected) => {
    expect(ownershipOf(gateways(`    ${key}\n`))).toEqual({ front: expected });
  });

  it('readOwnershipKeys: gives the targets of a gateway away with it', () => {
    const ownership = ownershipOf(gateways('    unmanage: true\n', target('')));
    expect(ownership).toEqual({ front: { unmanage: true }, 'front/issues': { unmanage: true } });
  });

  it('readOwnershipKeys: reads movedFrom of a target as its earlier address', () => {
    const ownership = ownershipOf(gateways(target('movedFrom: back/issues, ')));
    expect(ownership['front/issues']).toEqual({ movedFrom: 'gatewayTarget/back/issues' });
  });

  it.each<[string, string, string]>([
    ['a word for adopt', gateways('    adopt: yes please\n'), 'gateways.front.adopt'],
    ['an unknown key of adopt', gateways('    adopt: { heal: true }\n'), 'gateways.front.adopt.heal'],
    ['adopt beside unmanage', gateways('    adopt: true\n    unmanage: true\n'), 'gateways.front.adopt'],
    ['movedFrom of a gateway', gateways('    movedFrom: back/front\n'), 'gateways.front.movedFrom'],
    [
      'a target without its gateway',
      gateways(target('movedFrom: issues, ')),
      'gateways.front.targets.issues.movedFrom',
    ],
    [
      'a target that is still there',
      gateways(target('movedFrom: front/issues, ')),
      'gateways.front.targets.issues.movedFrom',
    ],
    ['an invalid workspace', `settings: { movedFrom: a/b }\n${gateways('')}`, 'settings.movedFrom'],
    [
      'a reference to what is given away',
      `oauth2CredentialProviders: { github: { unmanage: true, credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: c, clientSecret: { secretsManager: shared/s } } } } }
${gateways("    description: '${oauth2CredentialProviders.github.credentialProviderArn}'\n")}`,
      'gateways.front.description',
    ],
  ])('readOwnershipKeys: refuses %s', (_title, text, path) => {
    expect(parseText(text).problems.map((problem) => problem.path)).toEqual([path]);
  });
});
