import type { GatewayRecord } from '../gateways/gatewayRecord.ts';
import { checkRules, type Rule } from '../rules.ts';
import type { Behaviors } from '../settings/behaviors.ts';
import { hasOtherKeywords, lacksToolsArray, NO_TOOLS_ARRAY } from './staticToolSchema.ts';
import { mcpServerOf, oauthOf, targetKind } from './targetKinds.ts';
import type { TargetConfigurationRecord } from './targetRecord.ts';
import { POLICY_SESSION_HEADER } from './targetResponses.ts';

interface RuleContext {
  readonly target: TargetConfigurationRecord;
  readonly gateway: GatewayRecord;
  readonly behaviors: Behaviors;
}

/** For a target, and for an update of its gateway. Terraform and the developer guide: HTTP targets need a gateway without protocol. */
export const HTTP_TARGET_ON_MCP_GATEWAY =
  'HTTP targets are not supported on a gateway whose protocol type is MCP';

/** Whether the gateway forwards requests to the target, instead of offering its tools. */
export function isHttpTarget({ targetConfiguration }: TargetConfigurationRecord): boolean {
  return !targetConfiguration.mcp;
}

/** The first protocol version that supports three-legged OAuth on gateways. Versions are dates and sort as text. */
const FIRST_AUTHORIZATION_VERSION = '2025-11-25';

const credentialTypes = ({ target }: RuleContext) =>
  (target.credentialProviderConfigurations ?? []).map((entry) => entry.credentialProviderType);
const usesAuthorizationCode = ({ target }: RuleContext) =>
  oauthOf(target)?.grantType === 'AUTHORIZATION_CODE';
const supportedVersions = ({ gateway }: RuleContext) =>
  gateway.configuration.protocolConfiguration?.mcp?.supportedVersions;
const isDynamic = ({ target }: RuleContext) => mcpServerOf(target)?.listingMode === 'DYNAMIC';
const isConnector = ({ target }: RuleContext) =>
  targetKind(target.targetConfiguration).type.endsWith('CONNECTOR');
const lacksProvider = (type: string, member: string) => (context: RuleContext) =>
  (context.target.credentialProviderConfigurations ?? []).some(
    (entry) => entry.credentialProviderType === type && !(member in Object(entry.credentialProvider)),
  );

/** The member of `credentialProvider` that each type of credentials takes, if any. */
const PROVIDER_MEMBERS: Readonly<Record<string, string | undefined>> = {
  GATEWAY_IAM_ROLE: 'iamCredentialProvider',
  CALLER_IAM_CREDENTIALS: 'iamCredentialProvider',
  OAUTH: 'oauthCredentialProvider',
  API_KEY: 'apiKeyCredentialProvider',
  JWT_PASSTHROUGH: undefined,
};

/** Page of CredentialProviderConfiguration: the provider holds the configuration of the type. The text is a guess. */
const FOREIGN_PROVIDER_RULES = Object.entries(PROVIDER_MEMBERS).map(
  ([type, member]): Rule<RuleContext> => ({
    field: 'credentialProviderConfigurations',
    message: `CredentialProvider of credential provider type ${type} must ${member === undefined ? 'be absent' : `be an ${member}`}`,
    isViolated: ({ target }) =>
      (target.credentialProviderConfigurations ?? []).some(
        ({ credentialProviderType, credentialProvider }) =>
          credentialProviderType === type &&
          credentialProvider !== undefined &&
          Object.keys(credentialProvider).some((given) => given !== member),
      ),
  }),
);

/** The authorizer types that identify no user: those of several reports, in their words. */
const AUTHORIZERS_WITHOUT_USERS = ['AWS_IAM', 'NONE'];
const USERLESS_RULES = AUTHORIZERS_WITHOUT_USERS.map(
  (type): Rule<RuleContext> => ({
    field: 'credentialProviderConfigurations',
    message: `3LO Auth is not supported when gateway authorizer type is ${type}`,
    isViolated: (context) =>
      usesAuthorizationCode(context) && context.gateway.configuration.authorizerType === type,
  }),
);

/** The rules across fields. Sources: `[D]` developer guide, `[S]` API pages, `[U]` user reports. */
const RULES: readonly Rule<RuleContext>[] = [
  ...USERLESS_RULES,
  ...FOREIGN_PROVIDER_RULES,
  {
    // [U]
    field: 'targetConfiguration.http',
    message: HTTP_TARGET_ON_MCP_GATEWAY,
    isViolated: ({ target, gateway }) => isHttpTarget(target) && gateway.configuration.protocolType === 'MCP',
  },
  {
    // [U]
    field: 'credentialProviderConfigurations',
    message: 'CredentialProviderConfigurations is required for Lambda targets',
    isViolated: (context) =>
      Boolean(context.target.targetConfiguration.mcp?.lambda) && credentialTypes(context).length === 0,
  },
  {
    // One party asked the service; its words are not known.
    field: 'credentialProviderConfigurations',
    message: 'CredentialProviderConfigurations is required for connector targets',
    isViolated: (context) => isConnector(context) && credentialTypes(context).length === 0,
  },
  {
    // [U] The service adds the header by itself where the gateway has a policy engine.
    field: 'metadataConfiguration.allowedRequestHeaders',
    message: `Header '${POLICY_SESSION_HEADER}' is restricted`,
    isViolated: ({ target }) =>
      target.metadataConfiguration?.allowedRequestHeaders?.some(
        (header) => header.toLowerCase() === POLICY_SESSION_HEADER,
      ) === true,
  },
  {
    // [U] Several parties report these words.
    field: 'targetConfiguration.mcp.mcpServer.mcpToolSchema',
    message: NO_TOOLS_ARRAY,
    isViolated: ({ target }) => lacksToolsArray(mcpServerOf(target)?.mcpToolSchema?.inlinePayload),
  },
  {
    field: 'targetConfiguration.mcp.mcpServer.mcpToolSchema',
    message: 'mcpToolSchema has a keyword that is not supported in inputSchema',
    isViolated: ({ target, behaviors }) =>
      behaviors.staticSchemaKeywords === 'few' &&
      hasOtherKeywords(mcpServerOf(target)?.mcpToolSchema?.inlinePayload),
  },
  {
    // [U]
    field: 'credentialProviderConfigurations',
    message: 'OAuth credential providers are not supported for Lambda targets',
    isViolated: (context) =>
      Boolean(context.target.targetConfiguration.mcp?.lambda) && credentialTypes(context).includes('OAUTH'),
  },
  {
    // [U]
    field: 'credentialProviderConfigurations',
    message: 'IamCredentialProvider is required for mcpServer targets using IAM authentication',
    isViolated: (context) =>
      Boolean(mcpServerOf(context.target)) &&
      lacksProvider('GATEWAY_IAM_ROLE', 'iamCredentialProvider')(context),
  },
  {
    // [D] Without its configuration, the type does not identify the credentials.
    field: 'credentialProviderConfigurations',
    message: 'OauthCredentialProvider is required when the credential provider type is OAUTH',
    isViolated: lacksProvider('OAUTH', 'oauthCredentialProvider'),
  },
  {
    // [D]
    field: 'credentialProviderConfigurations',
    message: 'ApiKeyCredentialProvider is required when the credential provider type is API_KEY',
    isViolated: lacksProvider('API_KEY', 'apiKeyCredentialProvider'),
  },
  {
    // [S] Pages of April 2026: "only when the credential provider is configured with an authorization code grant type".
    field: 'targetConfiguration.mcp.mcpServer.mcpToolSchema',
    message:
      'MCP tool schema is supported only with a credential provider of the authorization code grant type',
    isViolated: (context) =>
      Boolean(mcpServerOf(context.target)?.mcpToolSchema) &&
      context.behaviors.staticSchemaFor === 'authorizationCode' &&
      !usesAuthorizationCode(context),
  },
  {
    // [D]
    field: 'targetConfiguration.mcp.mcpServer.listingMode',
    message: 'Dynamic listing is not supported with the authorization code grant type',
    isViolated: (context) => isDynamic(context) && usesAuthorizationCode(context),
  },
  {
    // [D]
    field: 'targetConfiguration.mcp.mcpServer.listingMode',
    message: 'Dynamic listing is not supported on a gateway with semantic search',
    isViolated: (context) =>
      isDynamic(context) &&
      context.gateway.configuration.protocolConfiguration?.mcp?.searchType === 'SEMANTIC',
  },
  {
    // [D] A gateway without versions supports those of the service, assumed to be recent.
    field: 'credentialProviderConfigurations',
    message: `The authorization code grant type requires a gateway that supports MCP version ${FIRST_AUTHORIZATION_VERSION} or later`,
    isViolated: (context) =>
      Boolean(mcpServerOf(context.target)) &&
      usesAuthorizationCode(context) &&
      supportedVersions(context)?.every((version) => version < FIRST_AUTHORIZATION_VERSION) === true,
  },
];

/** @throws ServiceError ValidationException that names every violated rule */
export function checkTargetRules(context: RuleContext): void {
  checkRules(RULES, context);
}
