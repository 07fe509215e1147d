import type { Address } from '../core/address.ts';
import { GateloopError } from '../core/errors.ts';
import { defined } from '../core/objects.ts';
import type { Claim, Ledger } from '../core/ports/ledger.ts';
import { isShortText, optional } from '../core/storage/memberChecks.ts';
import { type DynamoTable, MAX_ATTEMPTS } from './dynamoTable.ts';
import type { LedgerFaults } from './ledgerFaults.ts';
import type { LedgerKey } from './ledgerTable.ts';

/** Each claim has its own partition, since it belongs to the account and not to a workspace. */
export const CLAIM = 'claim#';
const CLAIM_ITEM = 'claim';
/** Whose a claim is that a newer version of Gateloop has written in words that this version cannot read. */
const UNKNOWN_OWNER = 'written by a newer version of Gateloop';
type Claims = Pick<Ledger, 'claim' | 'readClaims' | 'releaseClaim'>;

/**
 * The claims of resources: `claimedBy` is the owner, and `releasedBy` the workspace that gave the resource up. The item of a
 * released claim stays, since older records of other workspaces prove nothing from then on.
 */
export class DynamoClaims implements Claims {
  readonly #table: DynamoTable;
  readonly #faults: LedgerFaults;

  constructor(table: DynamoTable, faults: LedgerFaults) {
    this.#table = table;
    this.#faults = faults;
  }

  async claim(address: Address, workspace: string, from?: string): Promise<string> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const claimed = await this.#table.update(claimKey(address), {
        set: { claimedBy: workspace },
        remove: ['releasedBy'],
        condition: 'attribute_not_exists(#claimedBy) OR #claimedBy IN (:new_claimedBy, :from)',
        values: { ':from': from ?? workspace },
      });
      if (claimed) return workspace;
      const { owner } = await this.#read(address);
      if (owner !== undefined) return owner;
      await this.#faults.repairNow(claimKey(address));
    }
    throw new GateloopError(
      'ClaimContended',
      `The claim of ${address} changed hands ${MAX_ATTEMPTS} times while workspace ${workspace} asked for it. Try again.`,
      { retryable: true },
    );
  }

  async readClaims(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Claim>> {
    const entries = await Promise.all(
      addresses.map(async (address) => [address, await this.#read(address)] as const),
    );
    return new Map(entries.filter(([, claim]) => Object.keys(claim).length > 0));
  }

  async releaseClaim(address: Address, workspace: string): Promise<void> {
    await this.#table.update(claimKey(address), {
      set: { releasedBy: workspace },
      remove: ['claimedBy'],
      condition: '#claimedBy = :workspace',
      values: { ':workspace': workspace },
    });
  }

  async #read(address: Address): Promise<Claim> {
    const key = claimKey(address);
    const item = await this.#table.get(key);
    if (!item) return {};
    const owner = typeof item.claimedBy === 'string' ? item.claimedBy : undefined;
    if (this.#faults.isNewer(key, item)) return { owner: owner ?? UNKNOWN_OWNER };
    const formerOwner = typeof item.releasedBy === 'string' ? item.releasedBy : undefined;
    // A claim that was repaired has no owner until a workspace claims the resource again.
    const broken = ['claimedBy', 'releasedBy'].filter((name) => !optional(isShortText)(item[name]));
    this.#faults.noteIfBroken(key, item, broken, defined({ claimedBy: owner, releasedBy: formerOwner }));
    return defined({ owner, formerOwner });
  }
}

function claimKey(address: Address): LedgerKey {
  return { workspace: CLAIM + address, item: CLAIM_ITEM };
}
