import type { Address } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';

/** What the service grants, as far as the loop must keep to it. */
export interface Quotas {
  /** Create, update and delete operations under way on one gateway at a time. Default 5, adjustable by AWS. */
  readonly concurrencyLimit: number;
  /** Writes that one turn may make: five a second are granted, and a turn takes at least a second. */
  readonly writesPerTurn: number;
}

/** Source: "Quotas for Amazon Bedrock AgentCore", gateway limits. */
export const defaultQuotas: Quotas = { concurrencyLimit: 5, writesPerTurn: 5 };

/** Targets share the window of their gateway; any other resource has one of its own. */
export function concurrencyGroupOf(address: Address): Address {
  return parentOf(address) ?? address;
}
