import type { KindName } from '../resources/resourceKind.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { Path } from './problem.ts';

/** What a rule looks at. */
export interface RuleSubject {
  readonly config: JsonObject;
  /** The configuration of the gateway that a target belongs to. */
  readonly parent?: JsonObject;
}

export interface RuleFinding {
  /** Within the configuration. */
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
}

/** A rule of the service that its shapes do not tell, found out before anything is touched. */
export interface PlanRule {
  readonly id: string;
  readonly kind: KindName;
  readonly severity: 'error' | 'warning';
  readonly source: string;
  readonly find: (subject: RuleSubject) => readonly RuleFinding[];
}

const CREDENTIALS = 'credentialProviderConfigurations';
const MCP_SERVER: Path = ['targetConfiguration', 'mcp', 'mcpServer'];
const LAMBDA: Path = ['targetConfiguration', 'mcp', 'lambda'];
const TOOL_FILTERS: Path = [
  ...['targetConfiguration', 'mcp', 'apiGateway', 'apiGatewayToolConfiguration'],
  'toolFilters',
];
/** The first version of MCP with the URL elicitation that three-legged OAuth is made with. Versions are dates. */
const CONSENT_VERSION = '2025-11-25';

const fulfilled: readonly RuleFinding[] = [];
const broken = (path: Path, message: string, expected?: string): readonly RuleFinding[] => [
  { path, message, ...(expected !== undefined && { expected }) },
];

/** Every rule, with where it is known from. A refusal that only users report is a warning where it may be wrong. */
export const planRules: readonly PlanRule[] = [
  {
    id: 'gateway-jwt-authorizer',
    kind: 'gateway',
    severity: 'error',
    source:
      'API reference, CreateGateway: authorizerConfiguration is required if authorizerType is CUSTOM_JWT',
    find: jwtNeedsAuthorizer,
  },
  {
    id: 'registry-jwt-authorizer',
    kind: 'registry',
    severity: 'error',
    source:
      'API reference, CreateRegistry: authorizerConfiguration is required if authorizerType is CUSTOM_JWT',
    find: jwtNeedsAuthorizer,
  },
  {
    id: 'lambda-needs-credentials',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: CredentialProviderConfigurations is required for Lambda targets',
    find: ({ config }) =>
      at(config, LAMBDA) !== undefined && credentials(config).length === 0
        ? broken(
            [],
            'A Lambda target needs credentials.',
            `${CREDENTIALS}: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`,
          )
        : fulfilled,
  },
  {
    id: 'lambda-without-oauth',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'user reports: the service refuses OAuth on a Lambda target',
    find: ({ config }) =>
      at(config, LAMBDA) === undefined
        ? fulfilled
        : credentials(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'OAUTH'
              ? broken(
                  [CREDENTIALS, index, 'credentialProviderType'],
                  'A Lambda target cannot use OAuth: the gateway invokes the function with its role.',
                  'GATEWAY_IAM_ROLE',
                )
              : fulfilled,
          ),
  },
  {
    id: 'credential-provider-matches-type',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, CredentialProviderConfiguration: credentialProvider holds the configuration of the type',
    find: ({ config }) => credentials(config).flatMap(providerMismatch),
  },
  {
    id: 'mcp-server-iam-provider',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: IamCredentialProvider is required for mcpServer targets using IAM authentication',
    find: ({ config }) =>
      at(config, MCP_SERVER) === undefined
        ? fulfilled
        : credentials(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'GATEWAY_IAM_ROLE' &&
            at(credential, ['credentialProvider', 'iamCredentialProvider']) === undefined
              ? broken(
                  [CREDENTIALS, index],
                  'An MCP server behind IAM needs an iamCredentialProvider.',
                  'credentialProvider: { iamCredentialProvider: { service: <service to sign for> } }',
                )
              : fulfilled,
          ),
  },
  {
    id: 'consent-needs-mcp-version',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: three-legged OAuth needs MCP version 2025-11-25 or later on the gateway',
    find: ({ config, parent }) => {
      const versions = parent && supportedVersions(parent);
      const consent = consentPath(config);
      if (!consent || versions === undefined || versions.some(isConsentVersion)) return fulfilled;
      return broken(
        consent,
        `AUTHORIZATION_CODE needs an MCP version that the gateway does not list: it lists ${versions.join(', ') || 'none'}.`,
        `${CONSENT_VERSION} or later in protocolConfiguration.mcp.supportedVersions of the gateway`,
      );
    },
  },
  {
    id: 'consent-version-unsaid',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'developer guide as above; which versions a gateway supports without being told is not published',
    find: ({ config, parent }) => {
      const consent = consentPath(config);
      return consent &&
        parent &&
        at(parent, ['protocolConfiguration', 'mcp', 'supportedVersions']) === undefined
        ? broken(
            consent,
            `AUTHORIZATION_CODE needs MCP version ${CONSENT_VERSION} or later, and the gateway does not say which it supports.`,
            `protocolConfiguration: { mcp: { supportedVersions: ['${CONSENT_VERSION}'] } } on the gateway`,
          )
        : fulfilled;
    },
  },
  {
    id: 'tool-schema-needs-consent',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, McpServerTargetConfiguration: mcpToolSchema is supported only with an authorization code grant',
    find: ({ config }) =>
      at(config, [...MCP_SERVER, 'mcpToolSchema']) !== undefined && !consentPath(config)
        ? broken(
            [...MCP_SERVER, 'mcpToolSchema'],
            'A tool schema up front is supported only with the grant type AUTHORIZATION_CODE.',
            'no mcpToolSchema, or an oauthCredentialProvider with grantType AUTHORIZATION_CODE',
          )
        : fulfilled,
  },
  {
    id: 'dynamic-listing-without-consent',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: dynamic listing does not go with three-legged OAuth',
    find: ({ config }) =>
      isDynamic(config) && consentPath(config)
        ? broken(
            [...MCP_SERVER, 'listingMode'],
            'DYNAMIC listing does not go with AUTHORIZATION_CODE: listing tools would need a person.',
            'DEFAULT',
          )
        : fulfilled,
  },
  {
    id: 'dynamic-listing-without-search',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: dynamic listing does not go with semantic search',
    find: ({ config, parent }) =>
      isDynamic(config) && parent && at(parent, ['protocolConfiguration', 'mcp', 'searchType']) === 'SEMANTIC'
        ? broken(
            [...MCP_SERVER, 'listingMode'],
            'DYNAMIC listing does not go with searchType SEMANTIC of the gateway: tools that are not kept cannot be searched.',
            'DEFAULT, or a gateway without searchType',
          )
        : fulfilled,
  },
  {
    id: 'endpoint-is-https-url',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: endpoints are https URLs; credentials belong into a credential provider',
    find: ({ config }) => ENDPOINTS.flatMap((path) => endpointFault(config, path)),
  },
  {
    id: 'http-target-on-mcp-gateway',
    kind: 'gatewayTarget',
    severity: 'warning',
    source: 'user reports: the service refuses an HTTP target on a gateway of protocolType MCP',
    find: ({ config, parent }) =>
      parent?.protocolType === 'MCP' && at(config, ['targetConfiguration', 'http']) !== undefined
        ? broken(
            ['targetConfiguration', 'http'],
            'The service is reported to refuse HTTP targets on a gateway of protocolType MCP.',
            'a gateway without protocolType',
          )
        : fulfilled,
  },
  {
    id: 'api-gateway-no-proxy-path',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: API Gateway targets do not support {proxy+} resources',
    find: ({ config }) =>
      objects(at(config, TOOL_FILTERS)).flatMap((filter, index) =>
        typeof filter.filterPath === 'string' && filter.filterPath.includes('+}')
          ? broken(
              [...TOOL_FILTERS, index, 'filterPath'],
              'A greedy path such as {proxy+} cannot become a tool.',
              'an exact path, or one that ends in /*',
            )
          : fulfilled,
      ),
  },
  {
    id: 'api-gateway-override-is-filtered',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'developer guide: a tool override must match a path and method that a filter selects',
    find: ({ config }) => {
      const filters = objects(at(config, TOOL_FILTERS));
      const path = [...TOOL_FILTERS.slice(0, -1), 'toolOverrides'];
      return objects(at(config, path)).flatMap((override, index) =>
        filters.some((filter) => selects(filter, override))
          ? fulfilled
          : broken(
              [...path, index],
              'This override matches no filter: its tool would not exist.',
              'a path and method that one of toolFilters selects',
            ),
      );
    },
  },
];

const ENDPOINTS: readonly Path[] = [
  [...MCP_SERVER, 'endpoint'],
  ['targetConfiguration', 'http', 'passthrough', 'endpoint'],
  ['targetConfiguration', 'inference', 'provider', 'endpoint'],
];

/** Which member of `credentialProvider` a type needs. Types that need none, and types yet unknown, are not here. */
const PROVIDER_OF_TYPE: Readonly<Record<string, string>> = {
  OAUTH: 'oauthCredentialProvider',
  API_KEY: 'apiKeyCredentialProvider',
};

function jwtNeedsAuthorizer({ config }: RuleSubject): readonly RuleFinding[] {
  return config.authorizerType === 'CUSTOM_JWT' && config.authorizerConfiguration === undefined
    ? broken(
        ['authorizerType'],
        'CUSTOM_JWT needs an authorizerConfiguration.',
        'authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: … } }',
      )
    : fulfilled;
}

function providerMismatch(credential: JsonObject, index: number): readonly RuleFinding[] {
  const type = credential.credentialProviderType;
  const needed =
    typeof type === 'string' && Object.hasOwn(PROVIDER_OF_TYPE, type) ? PROVIDER_OF_TYPE[type] : undefined;
  const given = credential.credentialProvider;
  if (needed === undefined || typeof given === 'string') return fulfilled;
  if (isJsonObject(given) && given[needed] !== undefined) return fulfilled;
  return broken(
    [CREDENTIALS, index],
    `Credentials of type ${String(type)} need an ${needed}.`,
    `credentialProvider: { ${needed}: … }`,
  );
}

function endpointFault(config: JsonObject, path: Path): readonly RuleFinding[] {
  const endpoint = at(config, path);
  if (typeof endpoint !== 'string' || endpoint.includes('${')) return fulfilled;
  const expected = 'an https URL such as https://mcp.example.com/mcp';
  if (!URL.canParse(endpoint)) return broken(path, 'This endpoint is not a URL.', expected);
  const { protocol, username, password } = new URL(endpoint);
  if (protocol !== 'https:') return broken(path, 'This endpoint is not https.', expected);
  return username === '' && password === ''
    ? fulfilled
    : broken(path, 'This endpoint holds a user or password. Use credentialProviderConfigurations.', expected);
}

/** @returns where a target asks for a person's consent, if it does */
export function consentPath(config: JsonObject): Path | undefined {
  const index = credentials(config).findIndex(
    (credential) =>
      at(credential, ['credentialProvider', 'oauthCredentialProvider', 'grantType']) === 'AUTHORIZATION_CODE',
  );
  return index < 0
    ? undefined
    : [CREDENTIALS, index, 'credentialProvider', 'oauthCredentialProvider', 'grantType'];
}

function isDynamic(config: JsonObject): boolean {
  return at(config, [...MCP_SERVER, 'listingMode']) === 'DYNAMIC';
}

function supportedVersions(gateway: JsonObject): readonly string[] | undefined {
  const versions = at(gateway, ['protocolConfiguration', 'mcp', 'supportedVersions']);
  return Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : undefined;
}

function isConsentVersion(version: string): boolean {
  return version.includes('${') || (/^\d{4}-\d\d-\d\d$/.test(version) && version >= CONSENT_VERSION);
}

/** `/pets/*` selects everything under `/pets`. */
function selects(filter: JsonObject, override: JsonObject): boolean {
  const { filterPath, methods } = filter;
  const { path, method } = override;
  if (typeof filterPath !== 'string' || typeof path !== 'string') return true;
  const underneath = filterPath.endsWith('/*') && path.startsWith(filterPath.slice(0, -1));
  return (filterPath === path || underneath) && (!Array.isArray(methods) || methods.includes(method));
}

function credentials(config: JsonObject): readonly JsonObject[] {
  return objects(config[CREDENTIALS]);
}

/** Keeps the places of what is no mapping, so that indexes stay true. */
function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((item: JsonValue) => (isJsonObject(item) ? item : {})) : [];
}

function at(config: JsonObject, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = config;
  for (const step of path)
    value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}
