import type { TargetType } from '@aws-sdk/client-bedrock-agentcore-control';
import { ServiceError } from '../serviceError.ts';
import type { TargetConfigurationRecord } from './targetRecord.ts';

type Union = TargetConfigurationRecord['targetConfiguration'];

interface TargetKind {
  readonly type: TargetType;
  readonly protocol: 'MCP' | 'HTTP';
}

/** The kinds of targets by their path in the configuration union, with their types elsewhere in the API. */
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
 * The kind of target that a configuration describes.
 * @throws ServiceError OperationNotEmulatedException (501) for a kind that a newer SDK added
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

/** The configuration of an MCP server target; `undefined` for other kinds. */
export function mcpServerOf({ targetConfiguration }: TargetConfigurationRecord) {
  return targetConfiguration.mcp?.mcpServer;
}

/** The OAuth credentials of the target, if any. */
export function oauthOf({ credentialProviderConfigurations }: TargetConfigurationRecord) {
  return credentialProviderConfigurations?.find(
    ({ credentialProviderType }) => credentialProviderType === 'OAUTH',
  )?.credentialProvider?.oauthCredentialProvider;
}

/** Whether the service fetches and stores the tools of the target's MCP server. */
export function isSynchronized(configuration: TargetConfigurationRecord): boolean {
  const server = mcpServerOf(configuration);
  return server !== undefined && !server.mcpToolSchema && server.listingMode !== 'DYNAMIC';
}

/** Whether a user has to consent before the service can fetch the tools. */
export function needsConsent(configuration: TargetConfigurationRecord): boolean {
  return isSynchronized(configuration) && oauthOf(configuration)?.grantType === 'AUTHORIZATION_CODE';
}
