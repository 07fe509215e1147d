import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../core/address.ts';
import { GateloopError } from '../core/errors.ts';
import { type GatewaySharing, type Slot, unshared } from '../core/reconcile/gatewaySharing.ts';
import {
  brokenMembers,
  isCount,
  isShortText,
  isTime,
  isTrue,
  listOf,
  mappingOf,
  optional,
  shape,
} from '../core/storage/memberChecks.ts';
import { CLAIM } from './dynamoClaims.ts';
import { type DynamoTable, expectVersion, MAX_ATTEMPTS } from './dynamoTable.ts';
import type { LedgerFaults } from './ledgerFaults.ts';
import type { LedgerKey } from './ledgerTable.ts';

const SHARING_ITEM = 'sharing';
const isSharing = shape<GatewaySharing>({
  owner: optional(isShortText),
  sharedWith: listOf(isShortText),
  isLeaving: optional(isTrue),
  targets: mappingOf(isShortText),
  slots: mappingOf(shape<Slot>({ workspace: isShortText, keptAt: isTime })),
});

interface StoredSharing {
  readonly version: number;
  /** Absent where nothing is kept. */
  readonly sharing?: GatewaySharing;
  readonly isBroken?: true;
}

/** What several workspaces keep of a gateway that they have targets on: one item, which each changes under its version. */
export class DynamoSharing {
  readonly #table: DynamoTable;
  readonly #faults: LedgerFaults;

  constructor(table: DynamoTable, faults: LedgerFaults) {
    this.#table = table;
    this.#faults = faults;
  }

  async read(gateway: Address): Promise<GatewaySharing | undefined> {
    return (await this.#read(sharingKey(gateway))).sharing;
  }

  async update(
    gateway: Address,
    change: (sharing: GatewaySharing) => GatewaySharing,
  ): Promise<GatewaySharing> {
    const key = sharingKey(gateway);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const { version, sharing: before, isBroken } = await this.#read(key);
      if (isBroken) {
        await this.#faults.repairNow(key);
        continue;
      }
      const sharing = change(before ?? unshared);
      if (before && isDeepStrictEqual(before, sharing)) return before;
      const written = await this.#table.update(key, {
        set: { sharing, version: version + 1 },
        ...expectVersion(version),
      });
      if (written) return sharing;
    }
    throw new GateloopError(
      'LedgerContended',
      `Too many workspaces change what the ledger keeps of ${gateway} at once. Try again.`,
      { retryable: true },
    );
  }

  /**
   * A broken item counts as that of a gateway which is not shared: its owner says so again in its next poll, and until then
   * nobody changes a target of another workspace.
   */
  async #read(key: LedgerKey): Promise<StoredSharing> {
    const item = await this.#table.get(key);
    if (!item) return { version: 0 };
    if (this.#faults.isNewer(key, item))
      throw new GateloopError(
        'UnsupportedFormat',
        `A newer version of Gateloop keeps what is shared of ${key.workspace}. Deploy that version again.`,
      );
    const broken = brokenMembers(item, { sharing: isSharing, version: isCount });
    if (this.#faults.noteIfBroken(key, item, broken, { sharing: unshared, version: 1 }))
      return { version: 1, sharing: unshared, isBroken: true };
    // The members have passed their checks.
    return { version: Number(item.version), sharing: item.sharing as GatewaySharing };
  }
}

function sharingKey(gateway: Address): LedgerKey {
  return { workspace: CLAIM + gateway, item: SHARING_ITEM };
}
