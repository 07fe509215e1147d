import type { Address } from '../core/address.ts';
import { GateloopError } from '../core/errors.ts';
import { defined, omit } from '../core/objects.ts';
import type { HealReservation, Ledger } from '../core/ports/ledger.ts';
import { countFleetHeals, type FleetHeals } from '../core/reconcile/breaker.ts';
import {
  grantCalls,
  type RatedRead,
  type ReadShortages,
  readsPerSecond,
  withShortage,
  writesPerSecond,
} from '../core/reconcile/callRate.ts';
import { grantHold, type Holds } from '../core/reconcile/hold.ts';
import {
  brokenMembers,
  isCount,
  isShortText,
  isTime,
  listOf,
  type MemberCheck,
  mappingOf,
  optional,
  shape,
} from '../core/storage/memberChecks.ts';
import { type DynamoTable, expectVersion, type ItemFormat, MAX_ATTEMPTS } from './dynamoTable.ts';
import type { LedgerFaults } from './ledgerFaults.ts';
import type { LedgerKey } from './ledgerTable.ts';

/** The item of the latest writes to the control plane, of all workspaces together. */
const WRITE_RATE_KEY = { workspace: 'account#', item: 'writes' };
/** The item of the latest reads by one operation, of all workspaces together. */
const readRateKey = (operation: RatedRead) => ({ workspace: 'account#', item: `reads#${operation}` });
/** The item of the minutes in which reads were short. */
const SHORTAGES_KEY = { workspace: 'account#', item: 'shortages' };
const areShortages = mappingOf(listOf(isTime));
/** The item of the steps that wait for operations, of all workspaces together. */
const HOLDS_KEY = { workspace: 'account#', item: 'holds' };
const areHolds = mappingOf(isTime);
/** The item of the latest heals, of all workspaces together. */
const HEALS_KEY = { workspace: 'account#', item: 'heals' };
const isFleetHeals = shape<FleetHeals>({ times: mappingOf(isTime), trippedBy: optional(isShortText) });

type Limits = Pick<
  Ledger,
  | 'reserveWrites'
  | 'reserveReads'
  | 'countRead'
  | 'readShortages'
  | 'beginHold'
  | 'endHold'
  | 'reserveHeals'
  | 'previewHeals'
>;

/** What all workspaces together may do: one item for each limit, which each execution counts up with its version. */
export class DynamoLimits implements Limits {
  readonly #table: DynamoTable;
  readonly #faults: LedgerFaults;
  /** Those that this process has noted. */
  #shortages: ReadShortages = {};

  constructor(table: DynamoTable, faults: LedgerFaults) {
    this.#table = table;
    this.#faults = faults;
  }

  reserveWrites(wanted: number, now: number): Promise<number> {
    return this.#reserveCalls(WRITE_RATE_KEY, wanted, now, writesPerSecond);
  }

  async reserveReads(operation: RatedRead, wanted: number, now: number): Promise<number> {
    const key = readRateKey(operation);
    const granted = await this.#reserveCalls(key, wanted, now, readsPerSecond[operation]);
    if (granted < wanted) await this.#noteShortage(operation, now);
    return granted;
  }

  async countRead(operation: RatedRead, now: number): Promise<void> {
    await this.#reserveCalls(readRateKey(operation), 1, now, Number.POSITIVE_INFINITY);
  }

  async readShortages(): Promise<ReadShortages> {
    const item = await this.#table.get(SHORTAGES_KEY);
    // The next shortage repairs the item.
    return areShortages(item?.minutes) ? (item?.minutes as ReadShortages) : {};
  }

  /** One write in a minute: this process remembers those that it has noted. Where others win, one of them has noted it. */
  async #noteShortage(operation: RatedRead, now: number): Promise<void> {
    const known = withShortage(this.#shortages, operation, now);
    if (known === this.#shortages) return;
    this.#shortages = known;
    const { status, version, value } = await this.#readShared<ReadShortages>(
      SHORTAGES_KEY,
      'minutes',
      areShortages,
      {},
    );
    const minutes = withShortage(value, operation, now);
    if (status === 'newer' || minutes === value) return;
    await this.#table.update(SHORTAGES_KEY, {
      set: { minutes, version: version + 1 },
      ...expectVersion(version),
    });
  }

  async #reserveCalls(key: LedgerKey, wanted: number, now: number, perSecond: number): Promise<number> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const { status, version, value } = await this.#readShared(key, 'times', listOf(isTime), []);
      const reservation = grantCalls(value, wanted, now, perSecond);
      // This version cannot count calls in an item of a newer format; the service still throttles.
      if (status === 'newer') return reservation.granted;
      if (reservation.granted === 0) return 0;
      const written = await this.#table.update(key, {
        set: { times: reservation.times, version: version + 1 },
        ...expectVersion(version),
      });
      if (written) return reservation.granted;
    }
    // Other executions won every attempt: grant nothing now.
    return 0;
  }

  beginHold(holder: string, until: number, now: number): Promise<boolean> {
    return this.#changeHolds((holds) => grantHold(holds, holder, until, now));
  }

  async endHold(holder: string): Promise<void> {
    await this.#changeHolds((holds) => omit(holds, holder));
  }

  /** @returns false where the change is none, or other executions won every attempt */
  async #changeHolds(change: (holds: Holds) => Holds | undefined): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const { status, version, value } = await this.#readShared<Holds>(HOLDS_KEY, 'holds', areHolds, {});
      const holds = change(value);
      // This version cannot count holds in an item of a newer format: the workflow waits instead.
      if (status === 'newer' || !holds) return false;
      const written = await this.#table.update(HOLDS_KEY, {
        set: { holds, version: version + 1 },
        ...expectVersion(version),
      });
      if (written) return true;
    }
    return false;
  }

  async reserveHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const none: FleetHeals = { times: {} };
      const { status, version, value } = await this.#readShared(HEALS_KEY, 'heals', isFleetHeals, none);
      // This version cannot count heals in an item of a newer format, and too many at once can harm.
      if (status === 'newer') return { granted: false };
      const { granted, ...heals } = countFleetHeals(value, workspace, resources, maximum, now);
      const written = await this.#table.update(HEALS_KEY, {
        set: { heals, version: version + 1 },
        ...expectVersion(version),
      });
      if (written) return { granted, ...defined({ trippedBy: heals.trippedBy }) };
    }
    throw new GateloopError('LedgerContended', 'Too many workspaces are healed at once. Try again.', {
      retryable: true,
    });
  }

  async previewHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation> {
    const item = await this.#table.get(HEALS_KEY);
    // Only `reserveHeals` repairs the item: a plan writes nothing.
    const known = isFleetHeals(item?.heals) ? (item?.heals as FleetHeals) : { times: {} };
    const { granted, trippedBy } = countFleetHeals(known, workspace, resources, maximum, now);
    return { granted, ...defined({ trippedBy }) };
  }

  /** Reads an item of all workspaces, which is counted up with its version. A broken one starts again. */
  async #readShared<T>(
    key: LedgerKey,
    attribute: string,
    check: MemberCheck,
    empty: T,
  ): Promise<{ readonly status: ItemFormat; readonly version: number; readonly value: T }> {
    const item = await this.#table.get(key);
    if (!item) return { status: 'supported', version: 0, value: empty };
    if (this.#faults.isNewer(key, item)) return { status: 'newer', version: 0, value: empty };
    const checks = { [attribute]: check, version: isCount };
    const broken = brokenMembers(item, checks);
    if (!this.#faults.noteIfBroken(key, item, broken, { [attribute]: empty, version: 1 }))
      // The attribute has passed its check.
      return { status: 'supported', version: Number(item.version), value: item[attribute] as T };
    await this.#faults.repairNow(key);
    return { status: 'supported', version: 1, value: empty };
  }
}
