import { describe, expect, it } from 'vitest';
import { targetTypes } from './outboundAuthorization.ts';
import { planRules } from './planRules.ts';
import { recordCases, skillMistakes } from './testing/recordCases.ts';
import { manifestWithTargets, parseText } from './testing/sampleManifest.ts';
import {
  claims,
  gateway,
  jwt,
  LIST,
  type RuleCase,
  sessionAndClaimCases,
} from './testing/sessionAndClaimCases.ts';

const recordIn = (registryId: string) =>
  `registryRecords: { a: { registryId: '${registryId}', recordType: CUSTOM, descriptors: { custom: { data: x } } } }`;
const recordWith = (metadata: string) =>
  recordIn('Registry0001').replace('recordType', `customMetadata: { ${metadata} }, recordType`);
const METADATA_SCHEMA =
  '{"type":"object","properties":{"team":{"type":"string"},"internal":{"type":"boolean"}}}';
const registryWith = (schemas: string) =>
  `registries: { a: { customMetadataSchemaConfiguration: { ${schemas} } } }`;
const IAM = 'credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]';
const ARN =
  'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/github';
const oauth = (grant: string) =>
  `credentialProviderConfigurations: [{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: { providerArn: '${ARN}', scopes: [repo], grantType: ${grant} } } }]`;
const apiKeyOf = (arn: string) =>
  `credentialProviderConfigurations: [{ credentialProviderType: API_KEY, credentialProvider: { apiKeyCredentialProvider: { providerArn: '${arn}' } } }]`;
const runtimeNamed = (name: string) =>
  `agentRuntimes: { ${name}: { agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/desk:1' } }, roleArn: 'arn:aws:iam::123456789012:role/desk', networkConfiguration: { networkMode: PUBLIC } } }`;
const apiKeyProvider = (config: string) => `apiKeyCredentialProviders: { a: ${config} }`;
const manager = (config: string) =>
  `paymentManagers: { a: { roleArn: 'arn:aws:iam::123456789012:role/a', ${config} } }`;
const OWN_KEY =
  'keyType: CustomerManagedKey, kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"';
const vault = (key: string, name = 'default') => `tokenVaults: { ${name}: { kmsConfiguration: { ${key} } } }`;

function coinbase(wallet: string): string {
  return `paymentCredentialProviders: { a: { credentialProviderVendor: CoinbaseCDP, providerConfigurationInput: { coinbaseCdpConfiguration: { apiKeyId: a, apiKeySecret: { secretsManager: a }, ${wallet} } } } }`;
}

const github = (config: string) =>
  `oauth2CredentialProviders: { a: { credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: a, ${config} } } } }`;
const AUTHORIZATION_CODE = oauth('AUTHORIZATION_CODE');
const lambda = `targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:eu-west-1:123456789012:function:a', toolSchema: { s3: { uri: 's3://b/k' } } } } }`;
const server = (more = '') =>
  `targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp'${more} } } }`;
const endpoint = (url: string) => `targetConfiguration: { mcp: { mcpServer: { endpoint: '${url}' } } }`;
const RUNTIMES = 'https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes';
const privateEndpoint =
  "privateEndpoint: { managedVpcResource: { vpcIdentifier: vpc-0123456789abcdef0, subnetIds: ['subnet-0123456789abcdef0'], endpointIpAddressType: IPV4 } }";
const restApi = (paths: string, override = '') =>
  `targetConfiguration: { mcp: { apiGateway: { restApiId: a, stage: prod, apiGatewayToolConfiguration: { toolFilters: [${paths.split(' ').map((path) => `{ filterPath: '${path}', methods: [GET] }`)}]${override} } } } }`;
const override = (path: string, method = 'GET') =>
  `, toolOverrides: [{ name: a, path: ${path}, method: ${method} }]`;
const smithy = 'targetConfiguration: { mcp: { smithyModel: { file: a.json } } }';
const openApi = 'targetConfiguration: { mcp: { openApiSchema: { file: a.yaml } } }';
const connector = `targetConfiguration: { mcp: { connector: { source: { connectorId: web-search } } } }`;
const runtime = `targetConfiguration: { http: { agentcoreRuntime: { arn: 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/agent-AbCdEf1234' } } }`;
/** Credentials that consist of their type. */
const typed = (type: string) => `credentialProviderConfigurations: [{ credentialProviderType: ${type} }]`;
const signed = (provider: string) =>
  `credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE, credentialProvider: ${provider} }]`;
const apiKey = apiKeyOf(ARN.replace('oauth2', 'apikey'));
const versions = (...list: string[]) =>
  `protocolConfiguration: { mcp: { supportedVersions: [${list.map((one) => `'${one}'`)}] } }`;
const VERSION = versions('2025-11-25');
const http = `targetConfiguration: { http: { passthrough: { endpoint: 'https://a.example.com', protocolType: CUSTOM } } }`;

const target = (lines: readonly string[], gateway = '') =>
  manifestWithTargets(`a:\n${lines.map((line) => `  ${line}`).join('\n')}`, gateway);
/** The manifest with another authorizer of its gateway. */
const onGateway = (authorizerType: string, manifest: string) =>
  manifest
    .replace('authorizerType: CUSTOM_JWT', `authorizerType: ${authorizerType}`)
    .replace(/\n {4}authorizerConfiguration:.*/, '');

/** For every rule, manifests that violate only this rule, and similar manifests that conform to it. */
const cases: Readonly<Record<string, RuleCase>> = {
  'gateway-jwt-authorizer': {
    at: 'authorizerType',
    message: 'CUSTOM_JWT needs an authorizerConfiguration',
    expected: 'customJWTAuthorizer',
    violating: [gateway('')],
    conforming: [gateway(jwt), manifestWithTargets(`a:\n  ${server()}`)],
  },
  'payment-manager-jwt-authorizer': {
    at: 'authorizerType',
    message: 'CUSTOM_JWT needs an authorizerConfiguration',
    expected: 'customJWTAuthorizer',
    violating: [manager('authorizerType: CUSTOM_JWT')],
    conforming: [manager('authorizerType: AWS_IAM')],
  },
  'record-registry-id': {
    at: 'registryId',
    message: 'names registries by their ids',
    expected: 'the id at the end of the ARN',
    violating: [recordIn('arn:aws:agent-registry:us-east-1:123456789012:registry/Registry0001')],
    conforming: [recordIn('Registry0001')],
  },
  'record-metadata': {
    at: 'customMetadata.size',
    message: 'takes no such value of "size"',
    expected: 'a string of at most 128 characters, or true or false',
    violating: ['7', 'null', '[a]', `'${'a'.repeat(129)}'`].map((value) => recordWith(`size: ${value}`)),
    conforming: ['large', 'true', `'${'a'.repeat(128)}'`].map((value) => recordWith(`size: ${value}`)),
  },
  'registry-metadata-schema': {
    at: 'customMetadataSchemaConfiguration.defaultSchema',
    message: '',
    expected: '',
    violating: [
      'no JSON',
      '{"type":"string"}',
      '{"type":"object"}',
      '{"type":"object","properties":{"size":{"type":"number"}}}',
      '{"type":"object","properties":{"size":true}}',
    ].map((schema) => registryWith(`defaultSchema: '${schema}'`)),
    conforming: [
      registryWith(`defaultSchema: '${METADATA_SCHEMA}'`),
      registryWith(`recordTypeSchemaOverrides: [{ recordType: SKILL, schema: '${METADATA_SCHEMA}' }]`),
    ],
  },
  'registry-jwt-authorizer': {
    at: 'discoveryConfiguration.authorizerType',
    message: 'CUSTOM_JWT needs an authorizerConfiguration',
    expected: 'customJWTAuthorizer',
    violating: ['registries: { a: { discoveryConfiguration: { authorizerType: CUSTOM_JWT } } }'],
    conforming: [
      `registries: { a: { discoveryConfiguration: { authorizerType: CUSTOM_JWT, ${jwt} } } }`,
      'registries: { a: { discoveryConfiguration: { authorizerType: AWS_IAM } } }',
    ],
  },
  'runtime-of-harness': {
    name: 'harness_desk',
    at: '',
    message: 'such names to the runtimes of harnesses',
    expected: 'does not start with harness_',
    violating: [runtimeNamed('harness_desk')],
    conforming: [runtimeNamed('desk_harness_'), runtimeNamed('harness')],
  },
  'api-key-provider-needs-key': {
    at: '',
    message: 'An API key credential provider needs a key',
    expected: 'apiKey: { secretsManager: <name> }',
    violating: [apiKeyProvider('{}'), apiKeyProvider('{ apiKeySecretSource: MANAGED }')],
    conforming: [
      apiKeyProvider('{ apiKey: { secretsManager: a } }'),
      apiKeyProvider('{ apiKeySecretSource: EXTERNAL, apiKeySecretConfig: { secretId: a, jsonKey: key } }'),
    ],
  },
  'oauth2-provider-external-secret': {
    at: 'oauth2ProviderConfigInput.githubOauth2ProviderConfig.clientSecretSource',
    message: 'clientSecretSource EXTERNAL needs the name of the secret',
    expected: 'clientSecretConfig: { secretId: <name>, jsonKey: <key> }',
    violating: [github('clientSecretSource: EXTERNAL')],
    conforming: [
      github('clientSecretSource: EXTERNAL, clientSecretConfig: { secretId: a, jsonKey: key }'),
      github('clientSecret: { secretsManager: a }, clientSecretSource: MANAGED'),
    ],
  },
  'token-vault-is-the-only-one': {
    name: 'other',
    at: '',
    message: 'An account has one token vault, default',
    expected: 'tokenVaults: { default: … }',
    violating: [vault(OWN_KEY, 'other')],
    conforming: [vault(OWN_KEY)],
  },
  'token-vault-has-own-key': {
    name: 'default',
    at: 'kmsConfiguration',
    message: 'Without an entry, the vault has the key of AWS',
    expected: 'keyType: CustomerManagedKey',
    violating: [vault('keyType: ServiceManagedKey'), vault('keyType: CustomerManagedKey')],
    conforming: [vault(OWN_KEY)],
  },
  'payment-provider-needs-secrets': {
    at: 'providerConfigurationInput.coinbaseCdpConfiguration',
    message: 'A payment credential provider needs walletSecret',
    expected: 'walletSecret: { secretsManager: <name> }',
    violating: [coinbase(''), coinbase('walletSecretSource: MANAGED')],
    conforming: [
      coinbase('walletSecret: { secretsManager: a }'),
      coinbase('walletSecretSource: EXTERNAL, walletSecretConfig: { secretId: a, jsonKey: key }'),
    ],
  },
  'credentials-name-provider-of-their-type': {
    at: 'credentialProviderConfigurations[0].credentialProvider.apiKeyCredentialProvider.providerArn',
    message: 'needs an API key credential provider, not a resource of the kind oauth2CredentialProvider',
    expected: '${apiKeyCredentialProviders.<name>.credentialProviderArn}',
    violating: [
      target([server(), apiKeyOf(ARN)]),
      `${github('clientSecret: { secretsManager: a }')}\n${target([server(), apiKeyOf('${oauth2CredentialProviders.a.credentialProviderArn}')])}`,
    ],
    conforming: [
      target([server(), apiKeyOf(ARN.replace('oauth2', 'apikey'))]),
      target([server(), apiKeyOf('arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/other/key')]),
      `${apiKeyProvider('{ apiKey: { secretsManager: a } }')}\n${target([server(), apiKeyOf('${apiKeyCredentialProviders.a.credentialProviderArn}')])}`,
    ],
  },
  'target-needs-credentials': {
    at: '',
    message: ' target needs credentials',
    expected: 'credentialProviderType: GATEWAY_IAM_ROLE',
    violating: [target([lambda]), target([smithy]), target([connector]), target([runtime])],
    conforming: [target([lambda, IAM]), target([smithy, IAM]), target([connector, IAM]), target([http])],
  },
  'outbound-authorization-is-supported': {
    at: 'credentialProviderConfigurations[0].credentialProviderType',
    message: ' target does not support ',
    expected: 'GATEWAY_IAM_ROLE',
    violating: [
      target([lambda, oauth('CLIENT_CREDENTIALS')]),
      target([lambda, AUTHORIZATION_CODE]),
      target([lambda, apiKey]),
      target([restApi('/pets'), oauth('CLIENT_CREDENTIALS')]),
      target([server(), typed('CALLER_IAM_CREDENTIALS')]),
      target([server(), typed('JWT_PASSTHROUGH')]),
      target([smithy, typed('API_KEY')]),
    ],
    conforming: [
      target([lambda, IAM]),
      target([restApi('/pets'), apiKey]),
      target([server(), oauth('TOKEN_EXCHANGE')]),
      target([smithy, oauth('CLIENT_CREDENTIALS')]),
      target([runtime, typed('CALLER_IAM_CREDENTIALS')]),
      target([connector, apiKey]),
      target([http, typed('JWT_PASSTHROUGH')]),
    ],
  },
  'credential-provider-matches-type': {
    at: 'credentialProviderConfigurations[0]',
    message: 'Credentials of type',
    expected: 'CredentialProvider: … }',
    violating: [
      target([server(), 'credentialProviderConfigurations: [{ credentialProviderType: OAUTH }]']),
      target([
        server(),
        `credentialProviderConfigurations: [{ credentialProviderType: API_KEY, credentialProvider: { oauthCredentialProvider: { providerArn: '${ARN}', scopes: [] } } }]`,
      ]),
    ],
    conforming: [target([server(), oauth('CLIENT_CREDENTIALS')]), target([http, typed('JWT_PASSTHROUGH')])],
  },
  'service-role-names-service': {
    at: 'credentialProviderConfigurations[0]',
    message: ' target with GATEWAY_IAM_ROLE needs an iamCredentialProvider',
    expected: 'iamCredentialProvider: { service',
    violating: [target([server(), IAM]), target([openApi, IAM])],
    conforming: [
      target([server(), signed('{ iamCredentialProvider: { service: lambda } }')]),
      target([openApi, signed('{ iamCredentialProvider: { service: execute-api } }')]),
    ],
  },
  'authorization-code-needs-jwt-authorizer': {
    at: 'credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider.grantType',
    message: 'AUTHORIZATION_CODE does not work on a gateway with authorizerType ',
    expected: 'authorizerType: CUSTOM_JWT',
    violating: [
      onGateway('AWS_IAM', target([server(), AUTHORIZATION_CODE], VERSION)),
      onGateway('NONE', target([server(), AUTHORIZATION_CODE], VERSION)),
    ],
    conforming: [
      target([server(), AUTHORIZATION_CODE], VERSION),
      onGateway('AUTHENTICATE_ONLY', target([server(), AUTHORIZATION_CODE], VERSION)),
      onGateway('AWS_IAM', target([server(), oauth('CLIENT_CREDENTIALS')])),
    ],
  },
  'authorization-code-needs-mcp-version': {
    at: 'credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider.grantType',
    message: 'needs MCP version 2025-11-25 or later, but the gateway supports ',
    expected: '2025-11-25 or later in protocolConfiguration.mcp.supportedVersions',
    violating: [
      target([server(), AUTHORIZATION_CODE], versions('2025-06-18')),
      target([server(), AUTHORIZATION_CODE], versions()),
      target([server(), AUTHORIZATION_CODE], versions('2026-draft')),
      target([server(), AUTHORIZATION_CODE], versions('2025-03-26', '2025-06-18')),
    ],
    conforming: [
      target([server(), AUTHORIZATION_CODE], VERSION),
      target([server(), AUTHORIZATION_CODE], versions('2025-06-18', '2026-07-28')),
      target([server(), oauth('CLIENT_CREDENTIALS')], versions('2025-06-18')),
    ],
  },
  'authorization-code-version-unspecified': {
    at: 'credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider.grantType',
    message: 'the gateway has no supportedVersions',
    expected: "supportedVersions: ['2025-11-25']",
    violating: [target([server(), AUTHORIZATION_CODE])],
    conforming: [target([server(), AUTHORIZATION_CODE], VERSION), target([server()])],
  },
  'tool-schema-needs-authorization-code': {
    at: 'targetConfiguration.mcp.mcpServer.mcpToolSchema',
    message: 'only with the grant type AUTHORIZATION_CODE',
    expected: 'an oauthCredentialProvider with grantType AUTHORIZATION_CODE',
    violating: [
      target([server(`, mcpToolSchema: { file: a.json }`)]),
      target([server(`, mcpToolSchema: { file: a.json }`), oauth('CLIENT_CREDENTIALS')]),
    ],
    conforming: [target([server(`, mcpToolSchema: { file: a.json }`), AUTHORIZATION_CODE], VERSION)],
  },
  'dynamic-listing-without-authorization-code': {
    at: 'targetConfiguration.mcp.mcpServer.listingMode',
    message: 'DYNAMIC cannot be combined with AUTHORIZATION_CODE',
    expected: 'DEFAULT',
    violating: [target([server(', listingMode: DYNAMIC'), AUTHORIZATION_CODE], VERSION)],
    conforming: [
      target([server(', listingMode: DEFAULT'), AUTHORIZATION_CODE], VERSION),
      target([server(', listingMode: DYNAMIC'), oauth('CLIENT_CREDENTIALS')]),
    ],
  },
  'dynamic-listing-without-search': {
    at: 'targetConfiguration.mcp.mcpServer.listingMode',
    message: 'DYNAMIC cannot be combined with searchType SEMANTIC',
    expected: 'DEFAULT, or a gateway without searchType',
    violating: [
      target([server(', listingMode: DYNAMIC')], 'protocolConfiguration: { mcp: { searchType: SEMANTIC } }'),
    ],
    conforming: [
      target([server()], 'protocolConfiguration: { mcp: { searchType: SEMANTIC } }'),
      target([server(', listingMode: DYNAMIC')]),
    ],
  },
  'endpoint-is-https-url': {
    at: 'targetConfiguration.mcp.mcpServer.endpoint',
    message: 'This endpoint ',
    expected: 'an https URL',
    violating: [
      target([endpoint('https://')]),
      target([endpoint('https://user:word@mcp.example.com')]),
      target([endpoint('https://a b/')]),
      target([endpoint('https://user@mcp.example.com')]),
      target([endpoint('https://:word@mcp.example.com')]),
    ],
    conforming: [
      target([endpoint('https://mcp.example.com:8443/mcp?x=1')]),
      target([endpoint(`https://\${gateways.payments.gatewayId}.example.com/mcp`)]),
    ],
  },
  'endpoint-is-reachable': {
    at: 'targetConfiguration.mcp.mcpServer.endpoint',
    message: ' a gateway cannot reach',
    expected: 'a',
    violating: [
      target([endpoint('https://localhost:8000/mcp')]),
      target([endpoint('https://tools.localhost/mcp')]),
      target([endpoint('https://[::1]/mcp')]),
      target([endpoint('https://0x7f000001/mcp')]),
      target([endpoint('https://10.20.30.40/mcp')]),
      target([endpoint('https://[::ffff:192.168.7.9]/mcp')]),
      target([endpoint('https://localhost/mcp'), privateEndpoint]),
    ],
    conforming: [
      target([endpoint('https://10.example.com/mcp')]),
      target([endpoint('https://203.0.113.9/mcp')]),
    ],
  },
  'endpoint-in-private-network': {
    at: 'targetConfiguration.mcp.mcpServer.endpoint',
    message: 'reaches only through the private endpoint',
    expected: '',
    violating: [target([endpoint('https://10.20.30.40/mcp'), privateEndpoint])],
    conforming: [target([endpoint('https://mcp.example.com/mcp'), privateEndpoint])],
  },
  'endpoint-encodes-runtime-arn': {
    at: 'targetConfiguration.mcp.mcpServer.endpoint',
    message: 'must be percent-encoded',
    expected: 'arn%3Aaws%3A',
    violating: [
      target([
        endpoint(
          `${RUNTIMES}/arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/desk-AbCdEf1234/invocations`,
        ),
      ]),
      target([
        endpoint(
          `${RUNTIMES}/arn%3Aaws%3Abedrock-agentcore%3Aeu-west-1%3A123456789012%3Aruntime/desk-AbCdEf1234/invocations`,
        ),
      ]),
      `${runtimeNamed('desk')}\n${target([endpoint(`${RUNTIMES}/\${agentRuntimes.desk.agentRuntimeArn}/invocations`)])}`,
    ],
    conforming: [
      target([
        endpoint(
          `${RUNTIMES}/arn%3Aaws%3Abedrock-agentcore%3Aeu-west-1%3A123456789012%3aruntime%2fdesk-AbCdEf1234/invocations?qualifier=DEFAULT`,
        ),
      ]),
      target([endpoint('https://mcp.example.com/arn:aws:s3/mcp')]),
    ],
  },
  'http-target-on-mcp-gateway': {
    at: 'targetConfiguration.http',
    message: 'rejects HTTP targets',
    expected: 'a gateway without protocolType',
    violating: [target([http], 'protocolType: MCP')],
    conforming: [target([http]), target([server()], 'protocolType: MCP')],
  },
  'api-gateway-no-proxy-path': {
    at: 'targetConfiguration.mcp.apiGateway.apiGatewayToolConfiguration.toolFilters[0].filterPath',
    message: 'greedy path',
    expected: 'a path that ends in /*',
    violating: [target([restApi('/a/{proxy+}')])],
    conforming: [target([restApi('/a/*')]), target([restApi('/a/{id}')])],
  },
  'api-gateway-override-is-filtered': {
    at: 'targetConfiguration.mcp.apiGateway.apiGatewayToolConfiguration.toolOverrides[0]',
    message: 'No tool filter matches',
    expected: 'one of toolFilters selects',
    violating: [
      target([restApi('/pets', override('/owners'))]),
      target([restApi('/pets', override('/pets', 'POST'))]),
      target([restApi('/pets/*', override('/petshop'))]),
    ],
    conforming: [
      target([restApi('/pets', override('/pets'))]),
      target([restApi('/owners /pets', override('/pets'))]),
      target([restApi('/pets/*', override('/pets/1'))]),
    ],
  },
  ...sessionAndClaimCases,
  ...recordCases,
};

const noCase: RuleCase = { at: '', message: '', expected: '', violating: [], conforming: [] };
const sectionOf: Readonly<Record<string, string>> = {
  gateway: 'gateways',
  registry: 'registries',
  registryRecord: 'registryRecords',
  agentRuntime: 'agentRuntimes',
  harness: 'harnesses',
  apiKeyCredentialProvider: 'apiKeyCredentialProviders',
  paymentCredentialProvider: 'paymentCredentialProviders',
  tokenVault: 'tokenVaults',
  paymentManager: 'paymentManagers',
  oauth2CredentialProvider: 'oauth2CredentialProviders',
};

describe('planRules', () => {
  it('have test cases for every rule', () => {
    expect(Object.keys(cases).sort()).toEqual(planRules.map(({ id }) => id).sort());
  });

  it.each(planRules)('name the source of rule $id', ({ source }) => {
    expect(source.length).toBeGreaterThan(20);
  });

  for (const { id, severity, kind } of planRules) {
    const { name = 'a', at, message, expected, violating, conforming } = cases[id] ?? noCase;
    it.each(violating)(`${id}: reports one problem, at the field that has to change, in %j`, (text) => {
      const { problems, manifest } = parseText(text);
      expect(problems).toMatchObject([{ severity, message: expect.stringContaining(message) }]);
      expect(problems[0]?.expected ?? '').toContain(expected);
      expect(manifest === undefined).toBe(severity === 'error');
      const resource =
        kind === 'gatewayTarget' ? `gateways.payments.targets.${name}` : `${sectionOf[kind]}.${name}`;
      expect(problems[0]?.path).toBe(at === '' ? resource : `${resource}.${at}`);
    });
    it.each(conforming)(`${id}: reports nothing in %j`, (text) => {
      expect(parseText(text).problems).toEqual([]);
    });
  }

  it('says where the name of an external API key is missing', () => {
    const { problems } = parseText(apiKeyProvider('{ apiKeySecretSource: EXTERNAL }'));
    expect(problems).toMatchObject([
      {
        path: 'apiKeyCredentialProviders.a.apiKeySecretSource',
        expected: 'apiKeySecretConfig: { secretId: <name>, jsonKey: <key> }',
      },
    ]);
  });

  it('accepts no API key credential provider for OAuth', () => {
    const { problems } = parseText(
      target([server(), oauth('CLIENT_CREDENTIALS').replace('/oauth2', '/apikey')]),
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'oauthCredentialProvider needs an OAuth2 credential provider, not a resource of the kind apiKeyCredentialProvider.',
    ]);
  });

  it('says which versions the gateway supports, if they are too old for AUTHORIZATION_CODE', () => {
    const messageFor = (...list: string[]) =>
      parseText(target([server(), AUTHORIZATION_CODE], versions(...list))).problems[0]?.message;
    expect(messageFor('2025-03-26', '2025-06-18')).toContain('supports 2025-03-26, 2025-06-18.');
    expect(messageFor()).toContain('supports none.');
  });

  it.each([
    ['https://', 'This endpoint is not a URL.'],
    ['https://user:word@mcp.example.com', 'contains a user name or password.'],
    ['http://mcp.example.com', 'This endpoint does not use https.'],
    ['mcp.example.com', 'This endpoint is not a URL.'],
    ['http://localhost:8000/mcp', 'This endpoint does not use https.'],
  ])('says once what is wrong with the endpoint %s', (url, message) => {
    expect(parseText(target([endpoint(url)])).problems).toMatchObject([
      { message: expect.stringContaining(message) },
    ]);
  });

  it('compares only complete dates with the version of MCP that AUTHORIZATION_CODE needs', () => {
    for (const version of ['2026-07-28-draft', 'v2026-07-28']) {
      const { problems } = parseText(target([server(), AUTHORIZATION_CODE], versions(version)));
      expect(problems.map(({ message }) => message)).toContainEqual(
        expect.stringContaining(`the gateway supports ${version}.`),
      );
    }
  });

  it('writes the address of a runtime with its ARN encoded', () => {
    const plain = `${RUNTIMES}/arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/desk-AbCdEf1234/invocations?qualifier=DEFAULT`;
    expect(parseText(target([endpoint(plain)])).problems[0]?.expected).toBe(
      `${RUNTIMES}/arn%3Aaws%3Abedrock-agentcore%3Aeu-west-1%3A123456789012%3Aruntime%2Fdesk-AbCdEf1234/invocations?qualifier=DEFAULT`,
    );
  });

  it('checks the host of every kind of endpoint', () => {
    const passthrough =
      'targetConfiguration: { http: { passthrough: { endpoint: https://10.0.0.1, protocolType: CUSTOM } } }';
    const provider = 'targetConfiguration: { inference: { provider: { endpoint: https://127.0.0.1 } } }';
    for (const configuration of [passthrough, provider])
      expect(parseText(target([configuration])).problems).toMatchObject([
        { message: expect.stringContaining('a gateway cannot reach') },
      ]);
  });

  it('names the grant types that a Smithy target supports, at the grant type', () => {
    expect(parseText(target([smithy, AUTHORIZATION_CODE], versions('2025-06-18'))).problems).toMatchObject([
      {
        path: 'gateways.payments.targets.a.credentialProviderConfigurations[0].credentialProvider.oauthCredentialProvider.grantType',
        message: 'A Smithy target does not support OAUTH with grantType AUTHORIZATION_CODE.',
        expected: 'GATEWAY_IAM_ROLE, or OAUTH with grantType CLIENT_CREDENTIALS',
      },
    ]);
  });

  it('takes OAuth without a grant type for client credentials', () => {
    const withoutGrant = oauth('CLIENT_CREDENTIALS').replace(', grantType: CLIENT_CREDENTIALS', '');
    expect(parseText(target([smithy, withoutGrant])).problems).toEqual([]);
    expect(parseText(target([lambda, withoutGrant])).problems).toMatchObject([
      { message: 'A Lambda target does not support OAUTH.', expected: 'GATEWAY_IAM_ROLE' },
    ]);
  });

  it('lets a grant type and a type of credentials pass that the table does not know', () => {
    for (const credentials of [oauth('DEVICE_CODE'), typed('WORKLOAD_TOKEN')]) {
      const messages = parseText(target([lambda, credentials])).problems.map(({ message }) => message);
      expect(messages.join()).not.toContain('does not support');
    }
  });

  it('reports the provider of another type that GATEWAY_IAM_ROLE has, once', () => {
    const provider = `{ oauthCredentialProvider: { providerArn: '${ARN}', scopes: [repo] } }`;
    expect(parseText(target([server(), signed(provider)])).problems).toMatchObject([
      {
        path: 'gateways.payments.targets.a.credentialProviderConfigurations[0].credentialProvider',
        message: 'Credentials of type GATEWAY_IAM_ROLE do not take an oauthCredentialProvider.',
        expected: 'credentialProvider: { iamCredentialProvider: … }',
      },
    ]);
  });

  it.each([
    ['EQUALS', 'STRING', LIST, 'matchValueString'],
    ['CONTAINS_ANY', 'STRING_ARRAY', 'matchValueString: admin', 'matchValueStringList'],
  ])('names the value that the operator %s needs for a custom claim', (operator, type, value, needed) => {
    expect(parseText(gateway(claims(type, operator, value))).problems).toMatchObject([
      {
        path: 'gateways.a.authorizerConfiguration.customJWTAuthorizer.customClaims[0].authorizingClaimMatchValue.claimMatchValue',
        message: `The operator ${operator} needs a ${needed}.`,
        expected: `claimMatchValue: { ${needed}: … }`,
      },
    ]);
  });

  it('names the operators of the type of a custom claim', () => {
    const expected = (type: string, operator: string) =>
      parseText(gateway(claims(type, operator))).problems.map((problem) => problem.expected);
    expect(expected('STRING', 'CONTAINS')).toEqual(['EQUALS']);
    expect(expected('STRING_ARRAY', 'EQUALS')).toEqual(['CONTAINS or CONTAINS_ANY']);
  });

  it.each([
    ['JWT_PASSTHROUGH', http, 'no credentialProvider'],
    ['CALLER_IAM_CREDENTIALS', runtime, 'credentialProvider: { iamCredentialProvider: … }'],
  ])('reports the provider of another type that %s has', (type, configuration, expected) => {
    const provider = `credentialProvider: { apiKeyCredentialProvider: { providerArn: '${ARN.replace('oauth2', 'apikey')}' } }`;
    const credentials = typed(type).replace(' }]', `, ${provider} }]`);
    expect(parseText(target([configuration, credentials])).problems).toMatchObject([
      { message: `Credentials of type ${type} do not take an apiKeyCredentialProvider.`, expected },
    ]);
  });

  it('names the source of every cell of the table of outbound authorization', () => {
    const cells = targetTypes.flatMap(({ methods }) => Object.values(methods));
    expect(cells.length).toBeGreaterThan(40);
    for (const { source } of cells) expect(source.length).toBeGreaterThan(20);
  });

  it('names the provider that the type of the credentials needs', () => {
    const { problems } = parseText(
      target([server(), 'credentialProviderConfigurations: [{ credentialProviderType: API_KEY }]']),
    );
    expect(problems).toMatchObject([
      {
        message: 'Credentials of type API_KEY need an apiKeyCredentialProvider.',
        expected: 'credentialProvider: { apiKeyCredentialProvider: … }',
      },
    ]);
  });

  it('names the schema of a record type that is no JSON Schema, and what the service takes', () => {
    const overrides = `recordTypeSchemaOverrides: [{ recordType: SKILL, schema: '${METADATA_SCHEMA}' }, { recordType: CUSTOM, schema: '[]' }]`;
    const { problems } = parseText(registryWith(overrides));
    expect(problems).toMatchObject([
      {
        path: 'registries.a.customMetadataSchemaConfiguration.recordTypeSchemaOverrides[1].schema',
        message: 'The service takes only a JSON Schema of an object with properties.',
        expected: '\'{"type": "object", "properties": {"team": {"type": "string"}}}\'',
      },
    ]);
  });

  it.each(skillMistakes)(
    'names the place and the remedy of a mistake in the source of a skill: %s',
    (text, path, expected) => {
      expect(parseText(text).problems).toMatchObject([{ path: `registryRecords.a.${path}`, expected }]);
    },
  );
});
