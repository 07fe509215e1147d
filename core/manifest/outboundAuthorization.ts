import type { JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';

/** How a gateway can authorize itself at a target, as `credentialProviderType` and `grantType`. */
const methods = [
  { name: 'none' },
  { name: 'serviceRole', type: 'GATEWAY_IAM_ROLE' },
  { name: 'callerIam', type: 'CALLER_IAM_CREDENTIALS' },
  { name: 'clientCredentials', type: 'OAUTH', grantType: 'CLIENT_CREDENTIALS' },
  { name: 'authorizationCode', type: 'OAUTH', grantType: 'AUTHORIZATION_CODE' },
  { name: 'tokenExchange', type: 'OAUTH', grantType: 'TOKEN_EXCHANGE' },
  { name: 'jwtPassthrough', type: 'JWT_PASSTHROUGH' },
  { name: 'apiKey', type: 'API_KEY' },
] as const satisfies readonly OutboundMethod[];

export interface OutboundMethod {
  readonly name: string;
  readonly type?: string;
  readonly grantType?: string;
}

type MethodName = (typeof methods)[number]['name'];

interface Support {
  readonly isSupported: boolean;
  readonly source: string;
}

export interface TargetType {
  /** With its article, such as `A Lambda target`. */
  readonly label: string;
  /** The path of the type's member in a target's configuration. */
  readonly path: Path;
  /** A method that is not listed is not known, and passes. */
  readonly methods: Readonly<Partial<Record<MethodName, Support>>>;
  /** Why GATEWAY_IAM_ROLE needs to name the service for which the gateway signs, where it does. */
  readonly signingService?: string;
}

const GUIDE = 'developer guide, outbound authorization: table by target type';
const yes = (source = GUIDE): Support => ({ isSupported: true, source });
const no = (source = GUIDE): Support => ({ isSupported: false, source });

const SIGNING_SERVICE =
  'developer guide, target authorization: MCP server and OpenAPI targets must provide an iamCredentialProvider with the service';
const LAMBDA_OAUTH = `${GUIDE}; user reports: the service rejects OAuth on a Lambda target`;

/**
 * Which methods each type of target supports. A type that is not listed passes, since the service adds types every few
 * weeks. `seen on AWS` means that a target of this kind became READY, or was rejected, in an account.
 */
export const targetTypes: readonly TargetType[] = [
  {
    label: 'An API Gateway target',
    path: ['targetConfiguration', 'mcp', 'apiGateway'],
    methods: {
      none: yes(),
      serviceRole: yes(),
      callerIam: no(),
      clientCredentials: no(),
      authorizationCode: no(),
      tokenExchange: no(),
      jwtPassthrough: no(),
      apiKey: yes(),
    },
  },
  {
    label: 'A Lambda target',
    path: ['targetConfiguration', 'mcp', 'lambda'],
    methods: {
      none: no('service error: CredentialProviderConfigurations is required for Lambda targets'),
      serviceRole: yes(`${GUIDE}; seen on AWS`),
      callerIam: no(),
      clientCredentials: no(LAMBDA_OAUTH),
      authorizationCode: no(LAMBDA_OAUTH),
      tokenExchange: no(LAMBDA_OAUTH),
      jwtPassthrough: no(),
      apiKey: no(),
    },
  },
  {
    label: 'An MCP server target',
    path: ['targetConfiguration', 'mcp', 'mcpServer'],
    methods: {
      none: yes(`${GUIDE}; seen on AWS`),
      serviceRole: yes(`${GUIDE}; seen on AWS with a service`),
      callerIam: no(),
      clientCredentials: yes(),
      authorizationCode: yes(`${GUIDE}; seen on AWS`),
      tokenExchange: yes(),
      jwtPassthrough: no(),
      apiKey: yes(),
    },
    signingService: `${SIGNING_SERVICE}; service error: IamCredentialProvider is required for mcpServer targets using IAM authentication`,
  },
  {
    label: 'An OpenAPI target',
    path: ['targetConfiguration', 'mcp', 'openApiSchema'],
    methods: {
      none: yes(),
      serviceRole: yes(),
      callerIam: no(),
      clientCredentials: yes(`${GUIDE}; seen on AWS`),
      authorizationCode: yes(`${GUIDE}; one party saw such a target READY`),
      tokenExchange: yes(),
      jwtPassthrough: no(),
      apiKey: yes(`${GUIDE}; seen on AWS`),
    },
    signingService: SIGNING_SERVICE,
  },
  {
    label: 'A Smithy target',
    path: ['targetConfiguration', 'mcp', 'smithyModel'],
    methods: {
      none: no(),
      serviceRole: yes(`${GUIDE}; seen on AWS`),
      callerIam: no(),
      clientCredentials: yes(),
      authorizationCode: no(),
      tokenExchange: no(),
      jwtPassthrough: no(),
      apiKey: no(),
    },
  },
  {
    label: 'A connector target',
    path: ['targetConfiguration', 'mcp', 'connector'],
    methods: {
      none: no('one party on AWS: a connector target without credentials is rejected'),
      serviceRole: yes('seen on AWS: the web search connector'),
    },
  },
  {
    label: 'An AgentCore runtime target',
    path: ['targetConfiguration', 'http', 'agentcoreRuntime'],
    methods: {
      none: no(),
      serviceRole: yes(),
      callerIam: yes(),
      clientCredentials: yes(),
      authorizationCode: no(),
      tokenExchange: no(),
      jwtPassthrough: yes(),
      apiKey: no(),
    },
  },
];

/** @returns the type of a target; undefined for one that this table does not list */
export function targetTypeOf(config: JsonObject): TargetType | undefined {
  return targetTypes.find(({ path }) => memberAt(config, path) !== undefined);
}

/** The path of the grant type in credentials. */
export const GRANT_TYPE: Path = ['credentialProvider', 'oauthCredentialProvider', 'grantType'];

/**
 * @param credential undefined for a target without credentials
 * @returns the method of the credentials, if the target's type does not support it; undefined if it does, or if the type
 *   of target or the method is not known
 */
export function unsupportedMethod(
  target: TargetType | undefined,
  credential: JsonObject | undefined,
): OutboundMethod | undefined {
  const type = credential?.credentialProviderType;
  const grantType = credential && memberAt(credential, GRANT_TYPE);
  return methods.find(
    (method: (typeof methods)[number] & OutboundMethod) =>
      method.type === type &&
      // The API page names no default; without a grant type, credentials are those of a client.
      (method.grantType === undefined || method.grantType === (grantType ?? 'CLIENT_CREDENTIALS')) &&
      target?.methods[method.name]?.isSupported === false,
  );
}

/** @returns the methods that a type of target supports */
export function supportedMethods(target: TargetType): readonly OutboundMethod[] {
  return methods.filter(({ name }) => target.methods[name]?.isSupported === true);
}

/** @returns the method as a manifest writes it */
export function describeMethod(type: string | undefined, grantType: string | undefined): string {
  if (type === undefined) return 'no credentials';
  return grantType === undefined ? type : `${type} with grantType ${grantType}`;
}
