import { GateloopError } from '../core/errors.ts';
import type {
  Lease,
  LeaseRequest,
  LeaseResult,
  Ledger,
  StartRequest,
  StartReservation,
} from '../core/ports/ledger.ts';
import { isShortText, isTime } from '../core/storage/memberChecks.ts';
import { unsupportedFormat } from '../core/storage/storedDocument.ts';
import { type DynamoTable, type Item, MAX_ATTEMPTS } from './dynamoTable.ts';
import type { LedgerFaults } from './ledgerFaults.ts';

/** The sort key within the partition of a workspace. */
export const LEASE = 'lease';

/** No lease lasts as long; one that does is broken. In ms. */
const MAX_LEASE_DURATION = 86_400_000;
/** Has the next holder of a repaired lease read the workspace once more, as if another execution had marked it. */
const REPAIRED_MARK = 'repaired';

/** The attributes of a reservation to start an execution. It ends when an execution takes the lease. */
const RESERVATION = ['startingAs', 'startingUntil', 'isStarted'] as const;

type Leases = Pick<
  Ledger,
  | 'takeLease'
  | 'reserveStart'
  | 'confirmStart'
  | 'cancelStart'
  | 'clearMark'
  | 'releaseLease'
  | 'abandonLease'
  | 'holdsLease'
  | 'readLease'
  | 'isPollWanted'
>;

/** The leases of workspaces: one item each, which only its holder changes while the lease has not expired. */
export class DynamoLeases implements Leases {
  readonly #table: DynamoTable;

  readonly #faults: LedgerFaults;

  constructor(table: DynamoTable, faults: LedgerFaults) {
    this.#table = table;
    this.#faults = faults;
  }

  async takeLease(request: LeaseRequest): Promise<LeaseResult> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = await this.#tryTakeLease(request);
      if (before) return { kind: 'taken', ...(await this.#markOf(before, request)) };
      if (await this.#markDirty(request)) return { kind: 'held-elsewhere' };
      await this.#resetBroken(request);
    }
    throw leaseContended(request.workspace);
  }

  async reserveStart(request: StartRequest): Promise<StartReservation> {
    const { workspace, execution, now, duration } = request;
    const key = { workspace, item: LEASE };
    const latest = now + MAX_LEASE_DURATION;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const lease = (await this.#table.get(key)) ?? { format: this.#table.format };
      const { isFree, isReadable, reservation } = stateOf(lease, now);
      // Of 500 wishes at once, most end here, after one read.
      if (reservation) return reservation;
      if (!isFree && (await this.#markDirty({ workspace, holder: execution, now })))
        return { kind: 'marked' };
      const reserved = await this.#table.update(key, {
        set: { startingAs: execution, startingUntil: now + duration },
        remove: ['isStarted'],
        condition:
          '(attribute_not_exists(holder) OR expiresAt < :now) AND ' +
          '(NOT startingUntil BETWEEN :now AND :latest OR NOT attribute_type(startingAs, :text))',
        values: { ':now': now, ':latest': latest, ':text': 'S' },
      });
      if (reserved) return { kind: 'start', execution };
      // The poll of that execution repairs the lease and tells of it, or says that its format is newer.
      if (!isReadable || this.#table.formatOf(lease) !== 'supported') return { kind: 'start', execution };
    }
    throw leaseContended(workspace);
  }

  async confirmStart(workspace: string, execution: string): Promise<void> {
    await this.#table.update(
      { workspace, item: LEASE },
      {
        set: { isStarted: true },
        condition: 'startingAs = :execution',
        values: { ':execution': execution },
      },
    );
  }

  async cancelStart(workspace: string, execution: string): Promise<void> {
    await this.#table.update(
      { workspace, item: LEASE },
      { remove: RESERVATION, condition: 'startingAs = :execution', values: { ':execution': execution } },
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

  async readLease(workspace: string): Promise<Lease | undefined> {
    const { holder, expiresAt } = (await this.#table.get({ workspace, item: LEASE })) ?? {};
    return typeof holder === 'string' && typeof expiresAt === 'number' ? { holder, expiresAt } : undefined;
  }

  async isPollWanted(workspace: string, holder: string): Promise<boolean> {
    const lease = await this.#table.get({ workspace, item: LEASE });
    return lease?.holder !== holder || lease.dirtyMark !== undefined;
  }

  /** @returns the lease as it was before; undefined where another execution holds it */
  #tryTakeLease({ workspace, holder, now, duration }: LeaseRequest) {
    return this.#table.exchange(
      { workspace, item: LEASE },
      {
        set: { holder, expiresAt: now + duration },
        remove: RESERVATION,
        condition: 'attribute_not_exists(holder) OR holder = :holder OR expiresAt < :now',
        values: { ':holder': holder, ':now': now },
      },
    );
  }

  /** The mark of a lease that was just taken; one that cannot be read is replaced, since it could never be cleared. */
  async #markOf({ dirtyMark }: Item, { workspace, holder }: LeaseRequest): Promise<{ mark?: string }> {
    if (dirtyMark === undefined) return {};
    if (typeof dirtyMark === 'string') return { mark: dirtyMark };
    const key = { workspace, item: LEASE };
    this.#faults.noteRepaired(key, ['dirtyMark']);
    const set = { dirtyMark: REPAIRED_MARK };
    await this.#table.update(key, { set, condition: 'holder = :holder', values: { ':holder': holder } });
    return { mark: REPAIRED_MARK };
  }

  /**
   * Resets a lease that no execution can take, since its holder or its end cannot be read.
   *
   * @throws GateloopError `UnsupportedFormat` for one of a newer format
   */
  async #resetBroken({ workspace, now }: LeaseRequest): Promise<void> {
    const key = { workspace, item: LEASE };
    const item = await this.#table.get(key);
    if (!item) return;
    if (this.#faults.isNewer(key, item))
      throw unsupportedFormat(`The lease of workspace ${workspace}`, item.format, this.#table.format);
    const { holder, expiresAt } = item;
    const isHeld = holder !== undefined;
    const broken = [
      ...(isHeld && !isShortText(holder) ? ['holder'] : []),
      ...(isHeld && !(isTime(expiresAt) && Number(expiresAt) <= now + MAX_LEASE_DURATION)
        ? ['expiresAt']
        : []),
    ];
    this.#faults.noteIfBroken(key, item, broken, { dirtyMark: REPAIRED_MARK });
    await this.#faults.repairNow(key);
  }

  /** Marks a held lease only: no execution would see a mark on a free lease. */
  #markDirty({ workspace, holder, now }: Omit<LeaseRequest, 'duration'>): Promise<boolean> {
    return this.#table.update(
      { workspace, item: LEASE },
      {
        // Of two marks, the holder that has answered the first must not take the second away.
        set: { dirtyMark: `${holder} ${now}` },
        condition:
          'attribute_type(holder, :text) AND holder <> :holder AND expiresAt BETWEEN :now AND :latest',
        values: { ':holder': holder, ':text': 'S', ':now': now, ':latest': now + MAX_LEASE_DURATION },
      },
    );
  }
}

/** Whether the lease of an item is free and can be read, and what was reserved of the next start. */
function stateOf({ holder, expiresAt, startingAs, startingUntil, isStarted }: Item, now: number) {
  const latest = now + MAX_LEASE_DURATION;
  const isUntil = (time: unknown) => isTime(time) && Number(time) <= latest;
  const isFree = holder === undefined || (isTime(expiresAt) && Number(expiresAt) < now);
  const isReserved =
    isFree && isUntil(startingUntil) && Number(startingUntil) >= now && isShortText(startingAs);
  const started: StartReservation =
    isStarted === true ? { kind: 'joined' } : { kind: 'start', execution: String(startingAs) };
  return {
    isFree,
    isReadable: isFree || (isShortText(holder) && isUntil(expiresAt)),
    reservation: isReserved ? started : undefined,
  };
}

function leaseContended(workspace: string): GateloopError {
  return new GateloopError(
    'LeaseContended',
    `The lease of workspace ${workspace} changed hands ${MAX_ATTEMPTS} times while it was asked for. Try again.`,
    { retryable: true },
  );
}
