import type { GetGatewayTargetResponse, TargetSummary } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Behaviors } from '../settings/behaviors.ts';
import { mcpServerOf, targetKind } from './targetKinds.ts';
import type { TargetConfigurationRecord, TargetRecord } from './targetRecord.ts';

/** What answers need that the target itself does not hold. */
export interface ResponseContext {
  readonly gatewayArn: string;
  readonly urlOf: (requestUri: string) => string;
}

/** Documented on the page of CreateGatewayTarget. */
const DEFAULT_RESOURCE_PRIORITY = 1000;

/** What of a configuration a list shows, and is kept with the target for that. */
export function listedMembers(
  configuration: TargetConfigurationRecord,
  { responsesShowDefaults }: Behaviors,
): Pick<TargetRecord, 'listingMode' | 'resourcePriority'> {
  const server = mcpServerOf(configuration);
  if (!server) return {};
  const listingMode = server.listingMode ?? (responsesShowDefaults ? 'DEFAULT' : undefined);
  const resourcePriority =
    server.resourcePriority ?? (responsesShowDefaults ? DEFAULT_RESOURCE_PRIORITY : undefined);
  return {
    ...(listingMode && { listingMode }),
    ...(resourcePriority !== undefined && { resourcePriority }),
  };
}

/** A target as Get, and the calls that change it, answer it. */
export function toTargetResponse(
  target: TargetRecord,
  { credentialProviderConfigurations = [], ...configuration }: TargetConfigurationRecord,
  context: ResponseContext,
): GetGatewayTargetResponse {
  const { id, name, description, status, reasons, createdAt, updatedAt } = target;
  return {
    ...configuration,
    credentialProviderConfigurations,
    gatewayArn: context.gatewayArn,
    targetId: id,
    name,
    ...(description !== undefined && { description }),
    status,
    ...(reasons && { statusReasons: [...reasons] }),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    protocolType: targetKind(configuration.targetConfiguration).protocol,
    ...syncAndAuthorization(target, context),
  };
}

/** A target as List answers it. */
export function toTargetSummary(
  target: TargetRecord,
  context: Pick<ResponseContext, 'urlOf'>,
): TargetSummary {
  const { id, name, description, status, createdAt, updatedAt, targetType } = target;
  const { listingMode, resourcePriority } = target;
  return {
    targetId: id,
    name,
    ...(description !== undefined && { description }),
    status,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    targetType,
    ...(listingMode && { listingMode }),
    ...(resourcePriority !== undefined && { resourcePriority }),
    ...syncAndAuthorization(target, context),
  };
}

/** What both show of a target's synchronisation and of the person it waits for. */
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
