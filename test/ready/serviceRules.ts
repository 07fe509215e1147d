import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { omit, own } from '../../core/objects.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import type { ValuePath } from '../agentcore/minimalInput.ts';
import { recordConfiguration } from './recordConfigurations.ts';

const DISCOVERY_URL = 'https://login.example.com/.well-known/openid-configuration';

const OPEN_API = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'Ledger', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: { '/a': { get: { operationId: 'getA', responses: { 200: { description: 'OK' } } } } },
});

const SMITHY = JSON.stringify({
  smithy: '2.0',
  shapes: {
    'example#Ledger': {
      type: 'service',
      version: '1',
      operations: [{ target: 'example#GetA' }],
      traits: { 'aws.protocols#restJson1': {} },
    },
    'example#GetA': {
      type: 'operation',
      traits: { 'smithy.api#http': { method: 'GET', uri: '/a', code: 200 } },
    },
  },
});

const MCP_TOOLS = JSON.stringify({
  tools: [{ name: 'a', description: 'A', inputSchema: { type: 'object' } }],
});

const INLINE: Readonly<Record<string, string>> = {
  openApiSchema: OPEN_API,
  smithyModel: SMITHY,
  mcpToolSchema: MCP_TOOLS,
};

/** A configuration that keeps the rules of the service between members, which no constraint of one member states. */
export function complete(row: ResourceKind, config: JsonObject, focus: ValuePath): JsonObject {
  const rule = RULES[row.kind];
  const completed = withPlausibleTexts(rule ? rule(config, focus) : config, '');
  return isJsonObject(completed) ? withClaims(withLifetimes(completed)) : {};
}

type Complete = (config: JsonObject, focus: ValuePath) => JsonObject;

const jwt: Complete = (config) => ({
  ...config,
  authorizerType: 'CUSTOM_JWT',
  authorizerConfiguration: config.authorizerConfiguration ?? {
    customJWTAuthorizer: { discoveryUrl: DISCOVERY_URL },
  },
});

/** A statement that refuses nobody whom another policy lets in, so that no guardrail judges it. */
const resourcePolicy: Complete = ({ policy }, focus) => ({
  policy: JSON.stringify({
    Version: '2012-10-17',
    Id: String(policy),
    Statement: [{ Sid: `of${focus.join('')}`, Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
  }),
});

const RULES: Readonly<Partial<Record<KindName, Complete>>> = {
  gatewayResourcePolicy: resourcePolicy,
  agentRuntimeResourcePolicy: resourcePolicy,
  gateway: jwt,
  paymentManager: jwt,
  registry: (config) => withDiscovery(config),
  registryRecord: recordConfiguration,
  gatewayTarget: (config, focus) => {
    const credentials = credentialsFor(config, focus);
    return { ...omit(config, 'credentialProviderConfigurations'), ...credentials };
  },
  oauth2CredentialProvider: (config, focus) => {
    const [[member, given] = ['', {}]] = Object.entries(asObject(config.oauth2ProviderConfigInput));
    const provider = withSecretSource(asObject(given), 'clientSecret', 'clientSecret', focus);
    return {
      ...config,
      credentialProviderVendor: vendorOf(member),
      oauth2ProviderConfigInput: { [member]: provider },
    };
  },
  tokenVault: ({ kmsConfiguration }) => ({
    kmsConfiguration: {
      keyType: 'CustomerManagedKey',
      kmsKeyArn:
        asObject(kmsConfiguration).kmsKeyArn ??
        'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012',
    },
  }),
  paymentCredentialProvider: (config, focus) => {
    const [[member, given] = ['', {}]] = Object.entries(asObject(config.providerConfigurationInput));
    const isCoinbase = member === 'coinbaseCdpConfiguration';
    const secrets = isCoinbase ? ['apiKeySecret', 'walletSecret'] : ['appSecret', 'authorizationPrivateKey'];
    const provider = secrets.reduce(
      (known, secret) => withSecretSource(known, secret, secret, focus),
      asObject(given),
    );
    return {
      ...config,
      credentialProviderVendor: isCoinbase ? 'CoinbaseCDP' : 'StripePrivy',
      providerConfigurationInput: { [member]: provider },
    };
  },
  harness: (config) => withoutManagedMemory(config),
  memory: (config) => withNamedStrategies(config),
  agentRuntimeEndpoint: (config) => ofFirstVersion(config, 'agentRuntimeVersion'),
  harnessEndpoint: (config) => ofFirstVersion(config, 'targetVersion'),
  apiKeyCredentialProvider: (config, focus) => withSecretSource(config, 'apiKey', 'apiKeySecret', focus),
};

/** A registry that anybody can sign in to needs an authorizer, and no update changes who may. */
function withDiscovery(config: JsonObject): JsonObject {
  const discovery = asObject(config.discoveryConfiguration);
  const authorizer = asObject(asObject(discovery.authorizerConfiguration).customJWTAuthorizer);
  const schemas = config.customMetadataSchemaConfiguration;
  return {
    ...config,
    ...(schemas !== undefined && { customMetadataSchemaConfiguration: withFields(asObject(schemas)) }),
    discoveryConfiguration: {
      ...discovery,
      authorizerType: 'CUSTOM_JWT',
      authorizerConfiguration: { customJWTAuthorizer: { ...authorizer, discoveryUrl: DISCOVERY_URL } },
    },
  };
}

/** Definitions that differ in fields, types and allowed values, so that the service refuses some changes between them. */
const METADATA_FIELDS: readonly JsonObject[] = [
  { team: { type: 'string' } },
  { team: { type: 'string' }, size: { type: 'string', enum: ['small', 'large'] } },
  { team: { type: 'boolean' }, size: { type: 'string', enum: ['small'] } },
  {},
];

/** Each definition is chosen by the text that stands for it. */
function withFields(schemas: JsonObject): JsonObject {
  const definition = (text: JsonValue) => {
    const properties = METADATA_FIELDS[String(text).length % METADATA_FIELDS.length] ?? {};
    return JSON.stringify({ type: 'object', properties });
  };
  const { defaultSchema, recordTypeSchemaOverrides: overrides } = schemas;
  return {
    ...schemas,
    ...(defaultSchema !== undefined && { defaultSchema: definition(defaultSchema) }),
    ...(Array.isArray(overrides) && {
      recordTypeSchemaOverrides: overrides.map((override: JsonValue) => ({
        ...asObject(override),
        schema: definition(asObject(override).schema ?? ''),
      })),
    }),
  };
}

/** What the endpoints are parts of has one version. */
function ofFirstVersion(config: JsonObject, member: string): JsonObject {
  return config[member] === undefined ? config : { ...config, [member]: '1' };
}

/** Names are unique. Strategies of one kind share a name, so that one of them becomes the other by a modification. */
function withNamedStrategies(config: JsonObject): JsonObject {
  const { memoryStrategies, indexedKeys } = config;
  const strategies = objectsOf(memoryStrategies).map((each): JsonObject => {
    const [[member = '', strategy] = []] = Object.entries(each);
    return { [member]: { ...asObject(strategy), name: member } };
  });
  const memberOf = (strategy: JsonObject) => Object.keys(strategy)[0] ?? '';
  const sorted = firstOfEach(strategies, memberOf).toSorted((one, other) =>
    memberOf(one).localeCompare(memberOf(other)),
  );
  return {
    ...config,
    ...(memoryStrategies !== undefined && { memoryStrategies: sorted }),
    ...(indexedKeys !== undefined && { indexedKeys: firstOfEach(objectsOf(indexedKeys), ({ key }) => key) }),
  };
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : []).map((each: JsonValue) => asObject(each));
}

function firstOfEach(items: readonly JsonObject[], keyOf: (item: JsonObject) => unknown): JsonObject[] {
  return items.filter((item, index) => items.findIndex((other) => keyOf(other) === keyOf(item)) === index);
}

/** The service sets the ARN of a memory that it manages. */
function withoutManagedMemory(config: JsonObject): JsonObject {
  const { managedMemoryConfiguration: managed } = asObject(config.memory);
  return managed === undefined
    ? config
    : { ...config, memory: { managedMemoryConfiguration: omit(asObject(managed), 'arn') } };
}

/** The vendor of each member of the configuration union. */
function vendorOf(member: string): string {
  const name = member.replace('Oauth2ProviderConfig', '');
  return name === 'included' ? 'OktaOauth2' : `${name.charAt(0).toUpperCase()}${name.slice(1)}Oauth2`;
}

function withSecretSource(config: JsonObject, secret: string, prefix: string, focus: ValuePath): JsonObject {
  const [sourceMember, configMember] = [`${prefix}Source`, `${prefix}Config`];
  const given = asObject(config[configMember]);
  const isAsked =
    focus.includes(configMember) || (!focus.includes(secret) && config[sourceMember] !== 'MANAGED');
  if (config[configMember] !== undefined && isAsked) {
    const secretId = `payments/external${String(given.secretId).length % 3}`;
    return { ...omit(config, secret), [sourceMember]: 'EXTERNAL', [configMember]: { ...given, secretId } };
  }
  return {
    ...omit(config, configMember, sourceMember),
    ...(config[sourceMember] !== undefined && { [sourceMember]: 'MANAGED' }),
    [secret]: { secretsManager: 'payments/secret' },
  };
}

const PROVIDERS: Readonly<Record<string, JsonObject>> = {
  oauthCredentialProvider: {
    type: 'OAUTH',
    members: {
      providerArn: '${oauth2CredentialProviders.github.credentialProviderArn}',
      grantType: 'CLIENT_CREDENTIALS',
    },
  },
  apiKeyCredentialProvider: {
    type: 'API_KEY',
    members: { providerArn: '${apiKeyCredentialProviders.key.credentialProviderArn}' },
  },
  iamCredentialProvider: { type: 'GATEWAY_IAM_ROLE', members: {} },
};

/** The kinds of targets that need the gateway's role. */
const CREDENTIALED = ['lambda', 'smithyModel', 'apiGateway', 'connector', 'agentcoreRuntime'];
const MCP_SERVER = { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } };

function credentialsFor(config: JsonObject, focus: ValuePath): JsonObject {
  const [given] = Array.isArray(config.credentialProviderConfigurations)
    ? config.credentialProviderConfigurations
    : [];
  const isFocus = focus[0] === 'credentialProviderConfigurations';
  const [member = ''] = Object.keys(asObject(Object.values(asObject(config.targetConfiguration))[0]));
  if (CREDENTIALED.includes(member) && !isFocus)
    return { credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }] };
  if (given === undefined || (!isFocus && member !== 'mcpServer' && member !== 'openApiSchema')) return {};
  const [name = 'iamCredentialProvider'] = Object.keys(asObject(asObject(given).credentialProvider));
  const { type = '', members } = PROVIDERS[name] ?? {};
  const provider = {
    ...asObject(asObject(asObject(given).credentialProvider)[name]),
    ...asObject(members),
    ...(name === 'iamCredentialProvider' && { service: 'execute-api' }),
  };
  const credentials = [{ credentialProviderType: type, credentialProvider: { [name]: provider } }];
  const target = isFocus && member !== 'mcpServer' ? { targetConfiguration: MCP_SERVER } : {};
  return { credentialProviderConfigurations: credentials, ...target };
}

/** A schema of a tool. */
const TOOL_SCHEMA = { type: 'object', properties: { a: { type: 'string' } } };

/** Texts that the service reads, which their patterns alone do not make valid. */
function withPlausibleTexts(value: JsonValue, name: string): JsonValue {
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => {
      const plausible = withPlausibleTexts(item, name);
      // The names of tools are unique.
      return name === 'toolSchema' && isJsonObject(plausible)
        ? { ...plausible, name: `tool${index}` }
        : plausible;
    });
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, JsonValue] => [
    key,
    own(PLAUSIBLE, `${name}.${key}`)?.(member, name) ??
      own(PLAUSIBLE, key)?.(member, name) ??
      withPlausibleTexts(member, key === 'inlinePayload' || key === 'source' ? name : key),
  ]);
  return Object.fromEntries(entries);
}

/** By the member, or by the member around it and its own; undefined leaves the value to the members inside it. */
const PLAUSIBLE: Readonly<Record<string, (value: JsonValue, around: string) => JsonValue | undefined>> = {
  discoveryUrl: () => DISCOVERY_URL,
  endpoint: (value) => `https://mcp.example.com/${String(value).length % 7}`,
  inlinePayload: (value, around) => (typeof value === 'string' ? (INLINE[around] ?? OPEN_API) : undefined),
  filterPath: () => '/pets',
  'cedar.statement': (value) => policyText(value),
  'policy.statement': (value) => policyText(value),
  'toolOverrides.path': () => '/pets',
  'toolFilters.methods': () => ['GET'],
  'toolOverrides.method': () => 'GET',
  inputSchema: (value) => toolSchema(asObject(value)),
  outputSchema: (value) => toolSchema(asObject(value)),
};

function policyText(value: JsonValue): string {
  return `permit(principal, action == AgentCore::Action::"a${String(value).length % 7}", resource);`;
}

function toolSchema(written: JsonObject): JsonObject {
  const required = written.required === undefined ? {} : { required: ['a'] };
  return { ...TOOL_SCHEMA, ...omit(written, 'type', 'properties', 'items', 'required'), ...required };
}

/** An idle timeout is no longer than the lifetime, and a microVM lives at most eight hours. */
function withLifetimes(config: JsonObject): JsonObject {
  return mapMember(config, 'lifecycleConfiguration', ({ idleRuntimeSessionTimeout: idle, ...lifetimes }) => ({
    ...lifetimes,
    ...(idle !== undefined && { idleRuntimeSessionTimeout: Math.min(Number(idle), 600) }),
    ...(lifetimes.maxLifetime !== undefined && {
      maxLifetime: 600 + (Number(lifetimes.maxLifetime) % 1000),
    }),
  }));
}

/** Each type of a claim has its operators, and each operator its values. */
function withClaims(config: JsonObject): JsonObject {
  return mapMember(config, 'authorizingClaimMatchValue', (match) => {
    const isList = asObject(match.claimMatchValue).matchValueStringList !== undefined;
    return { ...match, claimMatchOperator: isList ? 'CONTAINS_ANY' : 'EQUALS' };
  });
}

/** Changes every member of this name, and the type of the claim that has it. */
function mapMember(value: JsonObject, name: string, map: (member: JsonObject) => JsonObject): JsonObject {
  const visit = (each: JsonValue): JsonValue => {
    if (Array.isArray(each)) return each.map((item: JsonValue) => visit(item));
    return isJsonObject(each) ? mapMember(each, name, map) : each;
  };
  const entries = Object.entries(value).map(([key, member]): [string, JsonValue] => [
    key,
    key === name && isJsonObject(member) ? map(member) : visit(member),
  ]);
  const mapped = Object.fromEntries(entries);
  const match = mapped.authorizingClaimMatchValue;
  if (!isJsonObject(match)) return mapped;
  return {
    ...mapped,
    inboundTokenClaimValueType: match.claimMatchOperator === 'EQUALS' ? 'STRING' : 'STRING_ARRAY',
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
