import { agentRuntimes } from './constraints/agentRuntimes.ts';
import { consent } from './constraints/consent.ts';
import { credentialProviders } from './constraints/credentialProviders.ts';
import { gateways } from './constraints/gateways.ts';
import { gatewayTargets } from './constraints/gatewayTargets.ts';
import { harnesses } from './constraints/harnesses.ts';
import { registries } from './constraints/registries.ts';
import { sharedShapes } from './constraints/sharedShapes.ts';
import { tags } from './constraints/tags.ts';

/** What the service demands of one value besides its type. */
export interface Constraint {
  /** A regular expression that the whole string must match. */
  readonly pattern?: string;
  /** Least and greatest: code points of a string, entries of a list or map, value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
  /** The SDK's schemas know one type of number only. */
  readonly integer?: true;
  /** Names of the constraints on a list's elements, and on a map's keys and values. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/**
 * The constraints of one area of the API. They are named as in the service's own model; the SDK's schemas have lost the
 * names of plain strings and numbers, so `members` says which constraint a structure's member is under.
 */
export interface ConstraintTable {
  readonly values: Readonly<Record<string, Constraint>>;
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Every area; a test proves that no name is defined twice. */
export const constraintTables: readonly ConstraintTable[] = [
  gateways,
  gatewayTargets,
  credentialProviders,
  agentRuntimes,
  harnesses,
  registries,
  tags,
  consent,
  sharedShapes,
];

const values = merge(constraintTables.map((table) => table.values));
const members = merge(constraintTables.map((table) => table.members));

/** @returns the constraint that goes by this name in the service's model */
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
