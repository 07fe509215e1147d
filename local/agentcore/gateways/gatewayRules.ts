import { invalid } from '../serviceError.ts';
import type { Behaviors } from '../settings/behaviors.ts';
import type { GatewayConfiguration, GatewayRecord } from './gateways.ts';

interface Rule {
  readonly isViolated: (configuration: GatewayConfiguration) => boolean;
  readonly field: string;
  readonly message: string;
}

/** What no single field's constraint says. */
const RULES: readonly Rule[] = [
  {
    // Page of CreateGateway: "If you specify CUSTOM_JWT as the authorizerType, you must provide an authorizerConfiguration."
    isViolated: ({ authorizerType, authorizerConfiguration }) =>
      authorizerType === 'CUSTOM_JWT' && !authorizerConfiguration,
    field: 'authorizerConfiguration',
    message: 'AuthorizerConfiguration is required when the authorizer type is CUSTOM_JWT',
  },
];

/** @throws ServiceError ValidationException */
export function checkGatewayRules(configuration: GatewayConfiguration): void {
  const violated = RULES.filter((rule) => rule.isViolated(configuration));
  if (violated.length === 0) return;
  throw invalid(
    violated.map(({ message }) => message).join('; '),
    ...violated.map(({ field, message }) => ({ name: field, message })),
  );
}

/**
 * What of a gateway an update cannot change.
 * @throws ServiceError ValidationException
 */
export function checkGatewayUpdateRules(
  gateway: GatewayRecord,
  name: string,
  configuration: GatewayConfiguration,
  behaviors: Behaviors,
): void {
  // Page of UpdateGateway: the name must be the gateway's own.
  if (name !== gateway.name) {
    throw invalid(`The name of an existing gateway cannot be changed; it is ${gateway.name}.`, {
      name: 'name',
      message: `must be ${gateway.name}`,
    });
  }
  // Reported by users with these words.
  if (configuration.authorizerType !== gateway.configuration.authorizerType) {
    throw invalid('Authorizer type cannot be updated for an existing gateway', {
      name: 'authorizerType',
      message: `must be ${gateway.configuration.authorizerType}`,
    });
  }
  if (behaviors.supportedVersionsChange === 'refused') checkSupportedVersions(gateway, configuration);
}

/** Developer guide: fixed at creation unless the account may change them. A request without them resets them, as PUT does. */
function checkSupportedVersions(gateway: GatewayRecord, configuration: GatewayConfiguration): void {
  const before = gateway.configuration.protocolConfiguration?.mcp?.supportedVersions;
  const after = configuration.protocolConfiguration?.mcp?.supportedVersions;
  if (!before || !after || before.toSorted().join() === after.toSorted().join()) return;
  throw invalid('Supported versions cannot be updated for an existing gateway', {
    name: 'protocolConfiguration.mcp.supportedVersions',
    message: `must be ${before.join(', ')}`,
  });
}
