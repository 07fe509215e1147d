import type { TargetType } from '@aws-sdk/client-bedrock-agentcore-control';
import { ServiceError } from '../serviceError.ts';
import type { TargetConfigurationRecord } from './targetRecord.ts';

type Union = TargetConfigurationRecord['targetConfiguration'];

interface TargetKind {
  readonly type: TargetType;
  readonly protocol: 'MCP' | 'HTTP';
}

/** The members of the target union, by their path in it, and what the API calls them elsewhere. */
const TARGET_KINDS: Readonly<Record<string, TargetKind>> = {
  'mcp.openApiSchema': { type: 'OPEN_API_SCHEMA', protocol: 'MCP' },
  'mcp.smithyModel': { type: 'SMITHY_MODEL', protocol: 'MCP' },
  'mcp.lambda': { type: 'LAMBDA', protocol: 'MCP' },
  'mcp.mcpServer': { type: 'MCP_SERVER', protocol: 'MCP' },
  'mcp.apiGateway': { type: 'API_GATEWAY', protocol: 'MCP' },
  'mcp.connector': { type: 'CONNECTOR', protocol: 'MCP' },
  'http.agentcoreRuntime': { type: 'AGENTCORE_RUNTIME', protocol: 'HTTP' },
  'http.passthrough': { type: 'PASSTHROUGH', protocol: 'HTTP' },
  'http.connector': { type: 'HTTP_CONNECTOR', protocol: 'HTTP' },
  'inference.connector': { type: 'CONNECTOR', protocol: 'HTTP' },
  'inference.provider': { type: 'PROVIDER', protocol: 'HTTP' },
};

/**
 * Which kind of target a configuration is.
 * @throws ServiceError OperationNotEmulatedException (501) for a member that a newer SDK knows and this emulator does not
 */
export function targetKind(configuration: Union): TargetKind {
  const [family = '', member] = Object.entries(configuration)[0] ?? [];
  const [name = ''] = Object.keys(Object(member));
  const kind = TARGET_KINDS[`${family}.${name}`];
  if (kind) return kind;
  throw new ServiceError(
    'OperationNotEmulatedException',
    `Targets of the kind ${family}.${name} are not emulated yet. Add them to local/agentcore/targets/targetKinds.ts.`,
  );
}

/** The MCP server's configuration, where the target is one. */
export function mcpServerOf({ targetConfiguration }: TargetConfigurationRecord) {
  return targetConfiguration.mcp?.mcpServer;
}

/** The OAuth credentials that the target calls with, where it has any. */
export function oauthOf({ credentialProviderConfigurations }: TargetConfigurationRecord) {
  return credentialProviderConfigurations?.find(
    ({ credentialProviderType }) => credentialProviderType === 'OAUTH',
  )?.credentialProvider?.oauthCredentialProvider;
}

/** Whether the service fetches and keeps the tools of the target's MCP server. */
export function isSynchronized(configuration: TargetConfigurationRecord): boolean {
  const server = mcpServerOf(configuration);
  return server !== undefined && !server.mcpToolSchema && server.listingMode !== 'DYNAMIC';
}

/** Whether fetching the tools takes a person's consent. */
export function needsConsent(configuration: TargetConfigurationRecord): boolean {
  return isSynchronized(configuration) && oauthOf(configuration)?.grantType === 'AUTHORIZATION_CODE';
}
