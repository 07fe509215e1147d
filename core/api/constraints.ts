import { agentRegistry } from './constraints/agentRegistry.ts';
import { agentRuntimes } from './constraints/agentRuntimes.ts';
import { builtInTools } from './constraints/builtInTools.ts';
import { capacityProviders } from './constraints/capacityProviders.ts';
import { configurationBundles } from './constraints/configurationBundles.ts';
import { consentPortals } from './constraints/consentPortals.ts';
import type { Constraint, ConstraintTable } from './constraints/constraintTable.ts';
import { credentialProviders } from './constraints/credentialProviders.ts';
import { datasets } from './constraints/datasets.ts';
import { evaluations } from './constraints/evaluations.ts';
import { gatewayRules } from './constraints/gatewayRules.ts';
import { gateways } from './constraints/gateways.ts';
import { gatewayTargets } from './constraints/gatewayTargets.ts';
import { harnesses } from './constraints/harnesses.ts';
import { memories } from './constraints/memories.ts';
import { paymentCredentialProviders } from './constraints/paymentCredentialProviders.ts';
import { paymentManagers } from './constraints/paymentManagers.ts';
import { policies } from './constraints/policies.ts';
import { registries } from './constraints/registries.ts';
import { sharedShapes, tags, tokenCompletion } from './constraints/sharedShapes.ts';
import { versionEndpoints } from './constraints/versionEndpoints.ts';
import { workloadIdentities } from './constraints/workloadIdentities.ts';

/** The tables of all areas. A test proves that no name is defined twice. */
export const constraintTables: readonly ConstraintTable[] = [
  gateways,
  gatewayTargets,
  credentialProviders,
  agentRuntimes,
  harnesses,
  versionEndpoints,
  gatewayRules,
  policies,
  builtInTools,
  consentPortals,
  datasets,
  configurationBundles,
  capacityProviders,
  evaluations,
  memories,
  paymentCredentialProviders,
  paymentManagers,
  workloadIdentities,
  registries,
  agentRegistry,
  tags,
  tokenCompletion,
  sharedShapes,
];

const values = merge(constraintTables.map((table) => table.values));
const members = merge(constraintTables.map((table) => table.members));

/** @returns the constraint with this name in the service's model */
export function constraintNamed(name: string | undefined): Constraint | undefined {
  return name === undefined ? undefined : values.get(name);
}

/** @returns the constraint on a structure's member, such as on `name` of `CreateGatewayRequest` */
export function constraintOfMember(structure: string, member: string): Constraint | undefined {
  return constraintNamed(members.get(structure)?.[member]);
}

function merge<T>(records: readonly Readonly<Record<string, T>>[]): ReadonlyMap<string, T> {
  return new Map(records.flatMap((record) => Object.entries(record)));
}
