import type { RuleCase } from './sessionAndClaimCases.ts';

const record = (type: string, descriptors: string) =>
  `registryRecords: { a: { registryId: Registry0001, recordType: ${type}, descriptors: { ${descriptors} } } }`;
const source = (url: string, credentials = '') => `source: { fromUrl: { url: '${url}'${credentials} } }`;
const oauth = (grant: string) =>
  `, credentialProviderConfigurations: [{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: { providerArn: 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/github', grantType: ${grant} } } }]`;
const skill = (additionalData: string) =>
  record('SKILL', `agentSkillsDefinition: { additionalData: { ${additionalData} } }`);
const server = (more: string) => record('MCP', `mcpServer: { ${more} }`);

const GITHUB = 'https://github.com/acme/skills/tree/main/a';
const S3 = 's3://skills/a.zip';
const SKILL = 'descriptors.agentSkillsDefinition.additionalData';
const GRANT =
  'source.fromUrl.credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider.grantType';

/** The cases of the rules on the descriptors and sources of records. */
export const recordCases: Readonly<Record<string, RuleCase>> = {
  'record-descriptor': {
    at: 'descriptors',
    message: 'has the one descriptor of its type',
    expected: '',
    violating: [
      record('MCP', 'custom: { data: x }'),
      record('CUSTOM', 'custom: { data: x }, mcpServer: { data: x }'),
      record('WEB_BOT', ''),
    ],
    conforming: [
      record('MCP', 'mcpServer: { data: x }'),
      ...['a2aAgentCard: { data: x }', `http: { ${source(GITHUB)} }`, `agui: { ${source(GITHUB)} }`].map(
        (descriptor) => record('AGENT', descriptor),
      ),
      // The API reference does not state the descriptors of this type.
      record('GATEWAY', 'mcpServer: { data: x }'),
    ],
  },
  'record-one-skill-source': {
    at: `${SKILL}.skillPackage.source`,
    message: 'A skill is read from one source.',
    expected: 'skillMd.source for SKILL.md alone',
    violating: [skill(`skillMd: { ${source(S3)} }, skillPackage: { ${source(S3)} }`)],
    conforming: [
      skill(`skillMd: { data: x }, skillPackage: { ${source(S3)} }`),
      skill(`skillMd: { ${source(S3)} }`),
    ],
  },
  'record-repository-provider': {
    at: `${SKILL}.repositoryProvider`,
    message: 'A skill in Amazon S3 has no repository provider.',
    expected: 'no such line',
    violating: [skill(`repositoryProvider: GITHUB, skillMd: { ${source(S3)} }`)],
    conforming: [
      skill(`repositoryProvider: GITHUB, skillMd: { ${source(GITHUB, oauth('AUTHORIZATION_CODE'))} }`),
      skill(`repositoryProvider: GITHUB, skillMd: { data: x }`),
    ],
  },
  'record-source-url': {
    at: 'descriptors.mcpServer.source.fromUrl.url',
    message: 'Only skills are read from Amazon S3.',
    expected: 'an https:// URL',
    violating: [server(source(S3))],
    conforming: [server(source('https://mcp.example.com/mcp')), skill(`skillPackage: { ${source(S3)} }`)],
  },
  'record-grant-type': {
    at: `descriptors.mcpServer.${GRANT}`,
    message: 'reads this source with another grant',
    expected: 'CLIENT_CREDENTIALS',
    violating: [server(source('https://mcp.example.com/mcp', oauth('AUTHORIZATION_CODE')))],
    conforming: [
      server(source('https://mcp.example.com/mcp', oauth('CLIENT_CREDENTIALS'))),
      skill(`repositoryProvider: GITHUB, skillPackage: { ${source(GITHUB, oauth('AUTHORIZATION_CODE'))} }`),
    ],
  },
};

/** Manifests of skills that break a rule at another place than its case does, with the path and the remedy. */
export const skillMistakes: readonly (readonly [manifest: string, path: string, expected: string])[] = [
  [
    skill(`skillPackage: { ${source(GITHUB)} }`),
    `${SKILL}.skillPackage.source.fromUrl.url`,
    'repositoryProvider: GITHUB, beside skillMd or skillPackage',
  ],
  [
    skill(`repositoryProvider: GITHUB, skillMd: { ${source(GITHUB, oauth('CLIENT_CREDENTIALS'))} }`),
    `${SKILL}.skillMd.${GRANT}`,
    'AUTHORIZATION_CODE',
  ],
];
