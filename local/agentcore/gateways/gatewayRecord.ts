import type {
  GatewayStatus,
  GatewaySummary,
  GetGatewayResponse,
  UpdateGatewayRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import { arn, type EmulatorContext } from '../emulatorContext.ts';
import type { StatefulRecord } from '../lifecycle.ts';
import type { Checked } from '../operation.ts';
import type { Behaviors } from '../settings/behaviors.ts';

/** The configuration of a gateway, which Create and Update both take. */
export type GatewayConfiguration = Omit<Checked<UpdateGatewayRequest>, 'gatewayIdentifier' | 'name'>;

export interface GatewayRecord extends StatefulRecord<GatewayStatus> {
  readonly configuration: GatewayConfiguration;
}

/** Seconds; the default on the page of CreateGateway. */
const DEFAULT_SESSION_TIMEOUT = 3600;

/** The gateway in the responses of Get, Create and Update. */
export function toGatewayResponse(
  context: EmulatorContext,
  gateway: GatewayRecord,
  gatewayArn: string,
): GetGatewayResponse {
  const { id, name, status, reasons, createdAt, updatedAt, configuration } = gateway;
  return {
    ...configuration,
    ...protocolConfigurationOf(configuration, context.settings.behaviors),
    gatewayId: id,
    gatewayArn,
    gatewayUrl: gatewayUrlOf(context, gateway),
    name,
    status,
    ...(reasons && { statusReasons: [...reasons] }),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    workloadIdentityDetails: {
      workloadIdentityArn: arn(context, `workload-identity-directory/default/workload-identity/${id}`),
    },
  };
}

/** Recorded: the path is that of the protocol, and a gateway without a protocol has none. */
function gatewayUrlOf({ region }: EmulatorContext, { id, configuration }: GatewayRecord): string {
  const path = configuration.protocolType === 'MCP' ? '/mcp' : '';
  return `https://${id}.gateway.bedrock-agentcore.${region}.amazonaws.com${path}`;
}

/** The gateway in the response of List. */
export function toGatewaySummary(gateway: GatewayRecord): GatewaySummary {
  const { id, name, status, createdAt, updatedAt, configuration } = gateway;
  const { description, authorizerType, protocolType } = configuration;
  return {
    gatewayId: id,
    name,
    status,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    authorizerType,
    ...defined({ description, protocolType }),
  };
}

function protocolConfigurationOf(
  { protocolConfiguration }: GatewayConfiguration,
  { responsesShowDefaults }: Behaviors,
): Partial<GetGatewayResponse> {
  const mcp = protocolConfiguration?.mcp;
  if (!mcp || !(mcp.sessionConfiguration || responsesShowDefaults)) return {};
  const sessionTimeoutInSeconds =
    mcp.sessionConfiguration?.sessionTimeoutInSeconds ?? DEFAULT_SESSION_TIMEOUT;
  return { protocolConfiguration: { mcp: { ...mcp, sessionConfiguration: { sessionTimeoutInSeconds } } } };
}
