import { type Address, parseAddress } from '../../core/address.ts';
import { defined } from '../../core/objects.ts';
import type {
  Claim,
  HealReservation,
  Ledger,
  VersionedResourceRecord,
  WorkspaceRecord,
} from '../../core/ports/ledger.ts';
import { type GatewaySharing, unshared } from '../../core/reconcile/gatewaySharing.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { isNamedById, localNameOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import type { OutcomeDocument } from '../../core/storage/outcomeDocument.ts';
import type { DecisionLedger } from '../../functions/poll/pollState.ts';

/** What a plan reads of the ledger. */
export type LedgerReads = Omit<
  DecisionLedger,
  'claim' | 'releaseClaim' | 'updateSharing' | 'writeResource' | 'reserveHeals'
> &
  Pick<Ledger, 'previewHeals'>;

/** The ledger of a plan: it reads, and answers what a write would answer. */
export class LedgerView implements DecisionLedger {
  readonly #ledger: LedgerReads;

  constructor(ledger: LedgerReads) {
    this.#ledger = ledger;
  }

  readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>> {
    return this.#ledger.readResources(workspace);
  }

  readWorkspace(workspace: string): Promise<WorkspaceRecord> {
    return this.#ledger.readWorkspace(workspace);
  }

  /** A suspension hides what is due, which is what a plan is to show. It is told beside the plan. */
  async readSuspension(): Promise<undefined> {
    return undefined;
  }

  readCommands(workspace: string): ReturnType<DecisionLedger['readCommands']> {
    return this.#ledger.readCommands(workspace);
  }

  readRequest(reference: string): ReturnType<DecisionLedger['readRequest']> {
    return this.#ledger.readRequest(reference);
  }

  readClaims(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Claim>> {
    return this.#ledger.readClaims(addresses);
  }

  async claim(address: Address, workspace: string, from?: string): Promise<string> {
    const owner = (await this.#ledger.readClaims([address])).get(address)?.owner;
    return owner === undefined || owner === from ? workspace : owner;
  }

  async releaseClaim(): Promise<void> {}

  readSharing(gateway: Address): Promise<GatewaySharing | undefined> {
    return this.#ledger.readSharing(gateway);
  }

  async updateSharing(...[gateway, change]: Parameters<Ledger['updateSharing']>): Promise<GatewaySharing> {
    return change((await this.#ledger.readSharing(gateway)) ?? unshared);
  }

  async writeResource(): Promise<void> {}

  reserveHeals(...heals: Parameters<Ledger['reserveHeals']>): Promise<HealReservation> {
    return this.#ledger.previewHeals(...heals);
  }
}

/** What the last outcome tells of the ledger, for users who may not read the ledger itself. */
export function outcomeReads(outcome: OutcomeDocument | undefined): LedgerReads {
  const records = Object.entries(outcome?.applied ?? {}).map(([address, applied]) =>
    // The notify step writes addresses as the keys of `applied`.
    recordOf(address as Address, applied, outcome),
  );
  return {
    readResources: async () =>
      new Map(records.map((record) => [record.address, { record, version: 1 }] as const)),
    readWorkspace: async () => ({}),
    readSuspension: async () => undefined,
    readCommands: async () => [],
    readRequest: async () => undefined,
    readClaims: async () => new Map(),
    readSharing: async () => undefined,
    previewHeals: async () => ({ granted: true }),
  };
}

function recordOf(
  address: Address,
  { fingerprint, tags, outputs = {} }: OutcomeDocument['applied'][Address],
  outcome: OutcomeDocument | undefined,
): ResourceRecord {
  const report = outcome?.resources.find((each) => each.address === address);
  const row = resourceKinds[parseAddress(address).kind];
  // A kind without ids goes by its name.
  const id = report?.id ?? outputs[row.idMember] ?? (isNamedById(row) ? localNameOf(address) : undefined);
  return {
    address,
    outputs,
    ...defined({ id }),
    ...(fingerprint !== undefined && { applied: { fingerprint, updatedAt: 0 }, lastGood: fingerprint }),
    ...(tags && { tags: { applied: tags, checkedAt: 0 } }),
    state: report?.state ?? 'ready',
    reasons: [],
    since: report ? Date.parse(report.since) : 0,
  };
}
