import { GateloopError } from '../core/errors.ts';
import type { LeaseRequest, LeaseResult, Ledger } from '../core/ports/ledger.ts';
import type { DynamoTable } from './dynamoTable.ts';

/** The sort key within the partition of a workspace. */
const LEASE = 'lease';

/** Taking and marking a lease race with its release by the holder; each retry means that another execution won. */
const MAX_ATTEMPTS = 10;

type Leases = Pick<Ledger, 'takeLease' | 'clearMark' | 'releaseLease' | 'abandonLease' | 'holdsLease'>;

/** The leases of workspaces: one item each, which only its holder changes while the lease has not expired. */
export class DynamoLeases implements Leases {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  async takeLease(request: LeaseRequest): Promise<LeaseResult> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = await this.#tryTakeLease(request);
      if (before)
        return { kind: 'taken', ...(typeof before.dirtyMark === 'string' && { mark: before.dirtyMark }) };
      if (await this.#markDirty(request)) return { kind: 'held-elsewhere' };
    }
    throw new GateloopError(
      'LeaseContended',
      `The lease of workspace ${request.workspace} changed hands ${MAX_ATTEMPTS} times while it was asked for. Try again.`,
      { retryable: true },
    );
  }

  async clearMark(workspace: string, holder: string, mark: string): Promise<void> {
    await this.#table.update(
      { workspace, item: LEASE },
      {
        remove: ['dirtyMark'],
        condition: 'holder = :holder AND dirtyMark = :mark',
        values: { ':holder': holder, ':mark': mark },
      },
    );
  }

  async releaseLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    const released = await this.#table.update(
      { workspace, item: LEASE },
      {
        remove: ['holder', 'expiresAt'],
        condition: 'holder = :holder AND attribute_not_exists(dirtyMark)',
        values: { ':holder': holder },
      },
    );
    if (released) return { dirty: false };
    // Where the lease expired and another execution holds it, that one reads the workspace itself.
    const lease = await this.#table.get({ workspace, item: LEASE });
    return { dirty: lease?.holder === holder && lease.dirtyMark !== undefined };
  }

  async abandonLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    const before = await this.#table.exchange(
      { workspace, item: LEASE },
      {
        remove: ['holder', 'expiresAt', 'dirtyMark'],
        condition: 'holder = :holder',
        values: { ':holder': holder },
      },
    );
    return { dirty: before?.dirtyMark !== undefined };
  }

  async holdsLease(workspace: string, holder: string): Promise<boolean> {
    const lease = await this.#table.get({ workspace, item: LEASE });
    return lease?.holder === holder;
  }

  /** @returns the lease as it was before; undefined where another execution holds it */
  #tryTakeLease({ workspace, holder, now, duration }: LeaseRequest) {
    return this.#table.exchange(
      { workspace, item: LEASE },
      {
        set: { holder, expiresAt: now + duration },
        condition: 'attribute_not_exists(holder) OR holder = :holder OR expiresAt < :now',
        values: { ':holder': holder, ':now': now },
      },
    );
  }

  /** Marks a held lease only: no execution would see a mark on a free lease. */
  #markDirty({ workspace, holder, now }: LeaseRequest): Promise<boolean> {
    return this.#table.update(
      { workspace, item: LEASE },
      {
        // Of two marks, the holder that has answered the first must not take the second away.
        set: { dirtyMark: `${holder} ${now}` },
        condition: 'attribute_exists(holder) AND holder <> :holder AND expiresAt >= :now',
        values: { ':holder': holder, ':now': now },
      },
    );
  }
}
