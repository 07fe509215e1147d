import { asText, isJsonObject } from '../json.ts';
import { authorizationCodeRules } from './authorizationCodeRules.ts';
import { credentialRules } from './credentialRules.ts';
import { customClaimRules } from './customClaimRules.ts';
import { apiGatewayRules, endpointRules } from './endpointRules.ts';
import { metadataRules } from './metadataRules.ts';
import { finding, noFindings, type PlanRule, type RuleFinding, type RuleSubject } from './planRule.ts';
import { providerRules } from './providerRules.ts';
import { recordRules } from './recordRules.ts';
import { sessionLifetimeRules } from './sessionLifetimeRules.ts';
import { tokenVaultRules } from './tokenVaultRules.ts';

/** All plan rules. A rule that only user reports support is a warning if it may be wrong. */
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
    id: 'payment-manager-jwt-authorizer',
    kind: 'paymentManager',
    severity: 'error',
    source:
      'API reference, CreatePaymentManager: authorizerConfiguration is required if authorizerType is CUSTOM_JWT',
    find: jwtNeedsAuthorizer,
  },
  {
    id: 'registry-jwt-authorizer',
    kind: 'registry',
    severity: 'error',
    source:
      'API reference, CreateRegistry: authorizerConfiguration is required if authorizerType is CUSTOM_JWT',
    find: ({ name, config: { discoveryConfiguration: discovery } }) =>
      isJsonObject(discovery)
        ? jwtNeedsAuthorizer({ name, config: discovery }).map((found) => ({
            ...found,
            path: ['discoveryConfiguration', ...found.path],
          }))
        : noFindings,
  },
  {
    id: 'record-registry-id',
    kind: 'registryRecord',
    severity: 'error',
    source: 'API reference, CreateRegistryRecord: an ARN or an id; Gateloop compares ids',
    find: ({ config: { registryId } }) =>
      asText(registryId).startsWith('arn:')
        ? finding(
            ['registryId'],
            'Gateloop names registries by their ids.',
            `the id at the end of the ARN, or a reference such as \${registries.tools.registryId}`,
          )
        : noFindings,
  },
  {
    id: 'runtime-of-harness',
    kind: 'agentRuntime',
    severity: 'error',
    source:
      "Terraform's acceptance tests of harnesses: a harness has a runtime harness_<name>, which ListAgentRuntimes shows",
    find: ({ name }) =>
      name.startsWith('harness_')
        ? finding(
            [],
            'The service gives such names to the runtimes of harnesses, and Gateloop must not take over one of those.',
            'a name that does not start with harness_',
          )
        : noFindings,
  },
  ...credentialRules,
  ...providerRules,
  ...authorizationCodeRules,
  ...endpointRules,
  ...apiGatewayRules,
  ...sessionLifetimeRules,
  ...tokenVaultRules,
  ...customClaimRules,
  ...metadataRules,
  ...recordRules,
];

function jwtNeedsAuthorizer({ config }: RuleSubject): readonly RuleFinding[] {
  return config.authorizerType === 'CUSTOM_JWT' && config.authorizerConfiguration === undefined
    ? finding(
        ['authorizerType'],
        'CUSTOM_JWT needs an authorizerConfiguration.',
        'authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: … } }',
      )
    : noFindings;
}
