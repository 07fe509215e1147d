import { invalid } from '../serviceError.ts';
import type { Behaviors } from '../settings/behaviors.ts';
import type { GatewayConfiguration, GatewayRecord } from './gatewayRecord.ts';

/**
 * Checks that an update keeps the members that cannot change.
 * @throws ServiceError ValidationException
 */
export function checkGatewayUpdateRules(
  gateway: GatewayRecord,
  name: string,
  configuration: GatewayConfiguration,
  behaviors: Behaviors,
): void {
  // Page of UpdateGateway: the name must be the current one.
  if (name !== gateway.name) {
    throw invalid(`The name of an existing gateway cannot be changed; it is ${gateway.name}.`, {
      name: 'name',
      message: `must be ${gateway.name}`,
    });
  }
  // Users report this message.
  if (configuration.authorizerType !== gateway.configuration.authorizerType) {
    throw invalid('Authorizer type cannot be updated for an existing gateway', {
      name: 'authorizerType',
      message: `must be ${gateway.configuration.authorizerType}`,
    });
  }
  checkSupportedVersions(gateway, configuration, behaviors);
}

/** A PUT without versions resets them. */
function checkSupportedVersions(
  gateway: GatewayRecord,
  configuration: GatewayConfiguration,
  { supportedVersionsChange }: Behaviors,
): void {
  const before = gateway.configuration.protocolConfiguration?.mcp?.supportedVersions;
  const after = configuration.protocolConfiguration?.mcp?.supportedVersions;
  if (supportedVersionsChange === 'accepted' || !before || !after) return;
  const isAdded = after.some((version) => !before.includes(version));
  const isRemoved = before.some((version) => !after.includes(version));
  if (!isAdded && !(isRemoved && supportedVersionsChange === 'rejected')) return;
  throw invalid('Supported versions cannot be updated for an existing gateway', {
    name: 'protocolConfiguration.mcp.supportedVersions',
    message: `must be ${before.join(', ')}`,
  });
}
