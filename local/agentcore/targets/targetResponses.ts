import { createHash } from 'node:crypto';
import type {
  GetGatewayTargetResponse,
  TargetStatus,
  TargetSummary,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Behaviors } from '../settings/behaviors.ts';
import { mcpServerOf } from './targetKinds.ts';
import { type TargetConfigurationRecord, type TargetRecord, targetKey } from './targetRecord.ts';

/** The parts of a response that the target record does not contain. */
export interface ResponseContext {
  readonly gatewayArn: string;
  /** Whether the gateway has a policy engine. */
  readonly hasPolicyEngine: boolean;
  readonly urlOf: (requestUri: string) => string;
}

/** The statuses of a target whose creation has not succeeded. A target that failed later has FAILED too. */
const NOT_CREATED: ReadonlySet<TargetStatus> = new Set(['CREATING', 'CREATE_PENDING_AUTH', 'FAILED']);

/** The default on the page of CreateGatewayTarget. */
const DEFAULT_RESOURCE_PRIORITY = 1000;

/** The members of a configuration that List returns; the target record stores them. */
export function listedMembers(
  configuration: TargetConfigurationRecord,
  { responsesShowDefaults }: Behaviors,
): Pick<TargetRecord, 'listingMode' | 'resourcePriority'> {
  const server = mcpServerOf(configuration);
  if (!server) return {};
  const listingMode = server.listingMode ?? (responsesShowDefaults ? 'DEFAULT' : undefined);
  const resourcePriority =
    server.resourcePriority ?? (responsesShowDefaults ? DEFAULT_RESOURCE_PRIORITY : undefined);
  return defined({ listingMode, resourcePriority });
}

/** The target in the responses of Get and of the mutating operations. */
export function toTargetResponse(
  target: TargetRecord,
  configuration: TargetConfigurationRecord,
  context: ResponseContext,
): GetGatewayTargetResponse {
  const { id, name, description, status, reasons, createdAt, updatedAt } = target;
  const response: Omit<GetGatewayTargetResponse, 'credentialProviderConfigurations'> = {
    ...configuration,
    ...metadataOf(configuration, context),
    ...managedResourcesOf(target, configuration, context),
    gatewayArn: context.gatewayArn,
    targetId: id,
    name,
    ...defined({ description }),
    status,
    ...(reasons && { statusReasons: [...reasons] }),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    ...syncAndAuthorization(target, context),
  };
  // Recorded: a target without credentials has no such member, although the model requires it. No answer that was
  // recorded has a protocolType either.
  return response as GetGatewayTargetResponse;
}

/** The target in the response of List. */
export function toTargetSummary(
  target: TargetRecord,
  context: Pick<ResponseContext, 'urlOf'>,
): TargetSummary {
  const { id, name, description, status, createdAt, updatedAt, targetType } = target;
  const { listingMode, resourcePriority } = target;
  return {
    targetId: id,
    name,
    status,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    targetType,
    ...defined({ description, listingMode, resourcePriority }),
    ...syncAndAuthorization(target, context),
  };
}

/** The header that the service adds to the targets of a gateway with a policy engine, and refuses in requests. */
export const POLICY_SESSION_HEADER = 'x-amzn-bedrock-agentcore-policy-session-id';

function metadataOf(
  { metadataConfiguration }: TargetConfigurationRecord,
  { hasPolicyEngine }: ResponseContext,
): Pick<GetGatewayTargetResponse, 'metadataConfiguration'> {
  if (!hasPolicyEngine) return {};
  const allowedRequestHeaders = [
    ...(metadataConfiguration?.allowedRequestHeaders ?? []),
    POLICY_SESSION_HEADER,
  ];
  return { metadataConfiguration: { ...metadataConfiguration, allowedRequestHeaders } };
}

/**
 * The VPC Lattice resources that the gateway makes for a private endpoint in a VPC, once the target has been created.
 * Their ids are derived from the target, so that each response has the same ones.
 */
function managedResourcesOf(
  target: TargetRecord,
  configuration: TargetConfigurationRecord,
  { gatewayArn }: ResponseContext,
): Pick<GetGatewayTargetResponse, 'privateEndpointManagedResources'> {
  const vpc = configuration.privateEndpoint?.managedVpcResource;
  if (!vpc || NOT_CREATED.has(target.status)) return {};
  const [, partition, , region, account] = gatewayArn.split(':');
  const lattice = `arn:${partition}:vpc-lattice:${region}:${account}`;
  const idOf = (resource: string) =>
    createHash('sha256')
      .update(`${resource}/${targetKey(target)}/${vpc.vpcIdentifier}`)
      .digest('hex')
      .slice(0, 17);
  const { mcp, http } = configuration.targetConfiguration;
  const endpoint = mcp?.mcpServer?.endpoint ?? http?.passthrough?.endpoint;
  const domain = vpc.routingDomain ?? (endpoint === undefined ? undefined : URL.parse(endpoint)?.hostname);
  return {
    privateEndpointManagedResources: [
      defined({
        domain,
        resourceGatewayArn: `${lattice}:resourcegateway/rgw-${idOf('gateway')}`,
        resourceAssociationArn: `${lattice}:servicenetworkresourceassociation/snra-${idOf('association')}`,
      }),
    ],
  };
}

/** The last synchronization and the pending authorization, which both responses contain. */
function syncAndAuthorization(
  { lastSynchronizedAt, authorization }: TargetRecord,
  { urlOf }: Pick<ResponseContext, 'urlOf'>,
): Pick<TargetSummary, 'lastSynchronizedAt' | 'authorizationData'> {
  return {
    ...(lastSynchronizedAt !== undefined && { lastSynchronizedAt: new Date(lastSynchronizedAt) }),
    ...(authorization && {
      authorizationData: {
        oauth2: { authorizationUrl: urlOf(authorization.requestUri), userId: authorization.userId },
      },
    }),
  };
}
