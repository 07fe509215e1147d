import type { Conditions } from '../../core/iam/statement.ts';
import type { Deployment } from '../deployment.ts';
import { type Caller, expandForm, type RequiredAction, type ResourceNames } from '../iam/requiredAction.ts';
import { requiredActions } from '../iam/requiredActions.ts';
import { account } from './rolePolicies.ts';

/** What the names in the resources of required actions stand for in this deployment. */
export function namesFor(caller: Caller, grants: Deployment): ResourceNames {
  const { subnets, securityGroups, resourceConfigurations } = grants.privateEndpoints;
  const { partition, region, account: id } = account;
  const one = (value: string, list: readonly unknown[]) => (list.length > 0 ? [value] : []);
  const associations = `arn:${partition}:vpc-lattice:${region}:${id}:servicenetworkresourceassociation/*`;
  return {
    partition: [partition],
    region: [region],
    account: [id],
    environment: ['main'],
    specBucket: ['gateloop-main-spec-123456789012-us-east-1'],
    ledger: ['gateloop-main-ledger'],
    eventBus: ['gateloop-main'],
    peopleTopic: ['gateloop-main-people'],
    deadLetters: ['gateloop-main-dead-letters'],
    logGroup: [`arn:aws:logs:${region}:${id}:log-group:/gateloop/main/${caller}:*`],
    encryptionKey: grants.kmsKeyArn === undefined ? [] : [grants.kmsKeyArn],
    passedRoles: grants.passedRoles,
    gatewayKeys: grants.gatewayKeys,
    tokenVaultKeys: grants.tokenVaultKeys,
    restApis: grants.restApis.map((api) => api.replace('/', '/stages/')),
    codeObjects: grants.sourceBuckets.map(({ bucket, prefix = '' }) => `arn:aws:s3:::${bucket}/${prefix}*`),
    codeKeys: grants.sourceBuckets.flatMap(({ keyArn }) => keyArn ?? []),
    subnets,
    securityGroups,
    networkInterfaces: one('*', subnets),
    anythingForSubnets: one('*', subnets),
    resourceConfigurations,
    serviceNetworks: one(`arn:aws:vpc-lattice:${region}:*:servicenetwork/*`, resourceConfigurations),
    serviceNetworkAssociations: one(associations, resourceConfigurations),
    anythingForResourceConfigurations: one('*', resourceConfigurations),
  };
}

/** An action on one form of resources, with conditions: one of the permissions that a statement gives. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly conditions: Conditions;
}

/** The same conditions with another text for each value. */
function mapConditions(conditions: Conditions, change: (text: string) => readonly string[]): Conditions {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, [values].flat().flatMap(change)])),
    ]),
  );
}

export function neededGrants(
  caller: Caller,
  names: ResourceNames,
): readonly (Grant & { readonly row: RequiredAction })[] {
  return requiredActions
    .filter(({ callers }) => callers.includes(caller))
    .flatMap((row) => {
      const conditions = mapConditions(row.conditions ?? {}, (text) => expandForm(text, names));
      return row.on
        .flatMap((form) => expandForm(form, names))
        .map((resource) => ({ action: row.action, resource, conditions, row }));
    });
}

/** The context of a call that meets these conditions. */
export function contextFor(conditions: Conditions): Readonly<Record<string, string | readonly string[]>> {
  // A condition on the presence of a key is met by any value; another condition on the key names the right one.
  const present = Object.entries(conditions.Null ?? {}).filter(([, absent]) =>
    [absent].flat().includes('false'),
  );
  const values = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, expected]): [string, string | readonly string[]][] => {
      const [first = ''] = [expected].flat();
      if (operator === 'Null') return [];
      if (operator.includes('Not')) return [[key, ['team']]];
      return [[key, operator.startsWith('ForA') ? expected : first.replaceAll(/[*?]/g, 'x')]];
    }),
  );
  return Object.fromEntries([...present.map(([key]) => [key, 'x'] as const), ...values]);
}
