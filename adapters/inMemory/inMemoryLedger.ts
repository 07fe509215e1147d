import type { Address } from '../../core/address.ts';
import type { IssuedLink } from '../../core/authorization/authorizationLink.ts';
import type { AuthorizationRequest, VoidSession } from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import { defined, omit } from '../../core/objects.ts';
import type { LedgerRow, LedgerRows } from '../../core/ports/collectedStorage.ts';
import type {
  BoundSession,
  Claim,
  CollectionReport,
  HealReservation,
  Lease,
  LeaseRequest,
  LeaseResult,
  Ledger,
  SessionHolder,
  SlowCheck,
  StartRequest,
  StartReservation,
  StorageFault,
  Suspension,
  VersionedRequest,
  VersionedResourceRecord,
  WorkspaceRecord,
} from '../../core/ports/ledger.ts';
import { countFleetHeals, type FleetHeals } from '../../core/reconcile/breaker.ts';
import {
  grantCalls,
  type RatedRead,
  type ReadShortages,
  readsPerSecond,
  withShortage,
  writesPerSecond,
} from '../../core/reconcile/callRate.ts';
import { type GatewaySharing, unshared } from '../../core/reconcile/gatewaySharing.ts';
import { grantHold, type Holds } from '../../core/reconcile/hold.ts';
import type { ResourceCommand, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import {
  brokenItemProblem,
  newerItemProblem,
  readAuthorizationRequest,
  readResourceRecord,
  readWorkspaceRecord,
} from '../../core/storage/ledgerItems.ts';
import { CallScript } from './callScript.ts';
import { ledgerRowsOf, type RemovableRow } from './ledgerRowsOf.ts';
import { ServiceError } from './serviceError.ts';

/** The current lease of a workspace. Times in ms since the epoch. */
export interface HeldLease {
  readonly holder: string;
  readonly expiresAt: number;
  /** Of the execution that marked the workspace dirty last. */
  readonly mark?: string;
}

/** All items of a ledger at one moment. */
export interface LedgerBackup {
  readonly maps: readonly ReadonlyMap<unknown, unknown>[];
}

/** An item that could not be read as it is, under the key that it has in DynamoDB. */
interface FoundItem {
  readonly workspace: string;
  readonly item: string;
  readonly problem: string;
  readonly isNewer?: true;
  readonly repair: () => void;
}

/** DynamoDB's quota for an item, names and values included, in bytes. */
const MAX_ITEM_BYTES = 400 * 1024;

/**
 * A ledger in memory, for tests of steps. Conditions, versions, leases and the order of items are those of
 * `DynamoLedger`. It stores a copy of each written value, without undefined members.
 */
export class InMemoryLedger implements Ledger, LedgerRows {
  readonly script = new CallScript<Ledger & LedgerRows>();
  readonly #leases = new Map<string, HeldLease>();
  readonly #starts = new Map<string, { execution: string; until: number; isStarted: boolean }>();
  readonly #workspaces = new Map<string, WorkspaceRecord>();
  readonly #resources = new Map<string, Map<Address, VersionedResourceRecord>>();
  readonly #requests = new Map<string, VersionedRequest>();
  readonly #recordRequests = new Map<string, Set<string>>();
  readonly #aliases = new Map<string, string>();
  readonly #sessions = new Map<string, BoundSession>();
  readonly #links = new Map<string, IssuedLink>();
  readonly #healingAllowed = new Map<string, number>();
  readonly #commands = new Map<string, ReadonlyMap<string, ResourceCommand>>();
  readonly #subjects = new Map<string, Set<string>>();
  readonly #claims = new Map<Address, Claim>();
  readonly #sharing = new Map<Address, GatewaySharing>();
  #writeTimes: readonly number[] = [];
  readonly #readTimes = new Map<RatedRead, readonly number[]>();
  #shortages: ReadShortages = {};
  #holds: Holds = {};
  readonly #suspensions = new Map<string | undefined, Suspension>();
  #heals: FleetHeals = { times: {} };
  readonly #newer = new Set<string>();
  readonly #faults = new Map<string, FoundItem>();
  #collection: CollectionReport | undefined;

  async *scanRows(): AsyncGenerator<LedgerRow> {
    for (const { remove, ...row } of this.#rows()) yield row;
  }

  deleteRow(row: LedgerRow): Promise<boolean> {
    return this.script.run('deleteRow', [row], () => {
      const { partition, item, text } = row;
      const found = this.#rows().find((each) => each.partition === partition && each.item === item);
      if (found?.text !== text) return false;
      found.remove();
      return true;
    });
  }

  deleteLease(workspace: string, holder: string): Promise<boolean> {
    return this.script.run('deleteLease', [workspace, holder], () => {
      const held = this.#leases.get(workspace);
      if (held?.holder !== holder || held.mark !== undefined) return false;
      return this.#leases.delete(workspace);
    });
  }

  #rows(): readonly RemovableRow[] {
    return ledgerRowsOf({
      workspaces: this.#workspaces,
      leases: this.#leases,
      resources: this.#resources,
      commands: this.#commands,
      requests: this.#requests,
      recordRequests: this.#recordRequests,
      suspensions: this.#suspensions,
      subjects: this.#subjects,
      claims: this.#claims,
      sharing: this.#sharing,
    });
  }

  /** Changes what is stored of a resource to anything, without a version check, as no step of Gateloop would. */
  corruptResource(workspace: string, address: Address, change: (record: unknown) => unknown): void {
    const entry = this.resource(workspace, address);
    if (!entry) throw new RangeError(`Workspace ${workspace} has no record of ${address}.`);
    // Readers must cope with any value here.
    const record = stored(change(entry.record)) as ResourceRecord;
    this.#resources.get(workspace)?.set(address, { ...entry, record });
  }

  /** Changes what is stored of a workspace to anything. */
  corruptWorkspace(workspace: string, change: (record: unknown) => unknown): void {
    // Readers must cope with any value here.
    this.#workspaces.set(workspace, stored(change(this.#workspaces.get(workspace))) as WorkspaceRecord);
  }

  /** Changes what is stored of a request to anything. */
  corruptRequest(reference: string, change: (request: unknown) => unknown): void {
    const entry = this.request(reference);
    if (!entry) throw new RangeError(`There is no request ${reference}.`);
    // Readers must cope with any value here.
    const request = stored(change(entry.request)) as AuthorizationRequest;
    this.#requests.set(reference, { ...entry, request });
  }

  /** Makes the item of a resource one of a newer format. */
  makeNewer(workspace: string, address: Address): void {
    this.#newer.add(`${workspace}/${address}`);
  }

  /** @returns how many items the table would have: those that stay, and those that DynamoDB deletes 30 days after their end */
  itemCounts(): { readonly kept: number; readonly expiring: number } {
    const expiring = [this.#requests, this.#aliases, this.#links, this.#sessions];
    const count = (maps: readonly Map<unknown, unknown>[]) =>
      maps.reduce((total, { size }) => total + size, 0);
    const resources = [...this.#resources.values()];
    return { kept: count(this.#maps()) - count(expiring) + count(resources), expiring: count(expiring) };
  }

  /** @returns what `restore` brings back, as a point of time that DynamoDB can restore a table to */
  backup(): LedgerBackup {
    return { maps: this.#maps().map((items) => structuredClone(items)) };
  }

  /** Replaces everything by what was there at the backup. */
  restore({ maps }: LedgerBackup): void {
    this.clear();
    for (const [index, items] of this.#maps().entries())
      for (const [key, value] of maps[index] ?? []) items.set(key, structuredClone(value));
  }

  /** Forgets everything, as the loss of the table does. */
  clear(): void {
    for (const items of this.#maps()) items.clear();
    this.#writeTimes = [];
    this.#readTimes.clear();
    this.#shortages = {};
    this.#collection = undefined;
    this.#holds = {};
    this.#heals = { times: {} };
  }

  /** @returns every stored value as JSON */
  text(): string {
    return JSON.stringify(
      this.#maps().map((items) => [...items]),
      (_, value) => (value instanceof Map || value instanceof Set ? [...value] : value),
    );
  }

  /** Writes a resource record with the next version, without a version check, as a concurrent step would. */
  putResource(workspace: string, record: ResourceRecord): void {
    this.#put(workspace, record, (this.resource(workspace, record.address)?.version ?? 0) + 1);
  }

  /** Writes a request with the next version, without a version check, as a concurrent step would. */
  putRequest(request: AuthorizationRequest): void {
    const version = (this.request(request.reference)?.version ?? 0) + 1;
    this.#requests.set(request.reference, { request: stored(request), version });
  }

  /** Writes the record of a workspace. */
  putWorkspace(workspace: string, record: WorkspaceRecord): void {
    this.#workspaces.set(workspace, stored(omit(record, 'healingAllowedAt')));
  }

  /** The addresses of the resources of a workspace that have a record. */
  addresses(workspace: string): readonly Address[] {
    return [...(this.#resources.get(workspace)?.keys() ?? [])];
  }

  resource(workspace: string, address: Address): VersionedResourceRecord | undefined {
    return this.#resources.get(workspace)?.get(address);
  }

  request(reference: string): VersionedRequest | undefined {
    return this.#requests.get(reference);
  }

  workspace(workspace: string): WorkspaceRecord | undefined {
    const record = this.#workspaces.get(workspace);
    return record && { ...record, ...defined({ healingAllowedAt: this.#healingAllowed.get(workspace) }) };
  }

  /** @returns undefined after a release; an expired lease remains until another holder takes it */
  lease(workspace: string): HeldLease | undefined {
    return this.#leases.get(workspace);
  }

  findFaults(workspace: string): Promise<readonly StorageFault[]> {
    return this.script.run('findFaults', [workspace], () =>
      this.#faultsOf(workspace).map(([place, { problem, isNewer }]) => ({
        place,
        problem,
        ...defined({ isNewer }),
      })),
    );
  }

  repair(workspace: string): Promise<void> {
    return this.script.run('repair', [workspace], () => {
      for (const [place, { repair }] of this.#faultsOf(workspace)) {
        this.#faults.delete(place);
        repair();
      }
    });
  }

  takeLease(request: LeaseRequest): Promise<LeaseResult> {
    return this.script.run('takeLease', [request], () => {
      const { workspace, holder, now, duration } = request;
      const held = this.#leases.get(workspace);
      if (held && held.holder !== holder && held.expiresAt >= now) {
        this.#leases.set(workspace, { ...held, mark: `${holder} ${now}` });
        return { kind: 'held-elsewhere' };
      }
      const mark = defined({ mark: held?.mark });
      this.#starts.delete(workspace);
      this.#leases.set(workspace, { holder, expiresAt: now + duration, ...mark });
      return { kind: 'taken', ...mark };
    });
  }

  reserveStart(request: StartRequest): Promise<StartReservation> {
    return this.script.run('reserveStart', [request], () => {
      const { workspace, execution, now, duration } = request;
      const held = this.#leases.get(workspace);
      if (held && held.expiresAt >= now) {
        this.#leases.set(workspace, { ...held, mark: `${execution} ${now}` });
        return { kind: 'marked' };
      }
      const start = this.#starts.get(workspace);
      if (start && start.until >= now)
        return start.isStarted ? { kind: 'joined' } : { kind: 'start', execution: start.execution };
      this.#starts.set(workspace, { execution, until: now + duration, isStarted: false });
      return { kind: 'start', execution };
    });
  }

  confirmStart(workspace: string, execution: string): Promise<void> {
    return this.script.run('confirmStart', [workspace, execution], () => {
      const start = this.#starts.get(workspace);
      if (start?.execution === execution) this.#starts.set(workspace, { ...start, isStarted: true });
    });
  }

  cancelStart(workspace: string, execution: string): Promise<void> {
    return this.script.run('cancelStart', [workspace, execution], () => {
      if (this.#starts.get(workspace)?.execution === execution) this.#starts.delete(workspace);
    });
  }

  clearMark(workspace: string, holder: string, mark: string): Promise<void> {
    return this.script.run('clearMark', [workspace, holder, mark], () => {
      const held = this.#leases.get(workspace);
      if (held?.holder === holder && held.mark === mark) this.#leases.set(workspace, omit(held, 'mark'));
    });
  }

  releaseLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    return this.script.run('releaseLease', [workspace, holder], () => {
      const held = this.#leases.get(workspace);
      if (held?.holder !== holder) return { dirty: false };
      if (held.mark !== undefined) return { dirty: true };
      this.#leases.delete(workspace);
      return { dirty: false };
    });
  }

  abandonLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    return this.script.run('abandonLease', [workspace, holder], () => {
      const held = this.#leases.get(workspace);
      if (held?.holder !== holder) return { dirty: false };
      this.#leases.delete(workspace);
      return { dirty: held.mark !== undefined };
    });
  }

  readLease(workspace: string): Promise<Lease | undefined> {
    return this.script.run('readLease', [workspace], () => {
      const held = this.#leases.get(workspace);
      return held && omit(held, 'mark');
    });
  }

  holdsLease(workspace: string, holder: string): Promise<boolean> {
    return this.script.run(
      'holdsLease',
      [workspace, holder],
      () => this.#leases.get(workspace)?.holder === holder,
    );
  }

  isPollWanted(workspace: string, holder: string): Promise<boolean> {
    return this.script.run('isPollWanted', [workspace, holder], () => {
      const lease = this.#leases.get(workspace);
      return lease?.holder !== holder || lease.mark !== undefined;
    });
  }

  reserveWrites(wanted: number, now: number): Promise<number> {
    return this.script.run('reserveWrites', [wanted, now], () => {
      const { granted, times } = grantCalls(this.#writeTimes, wanted, now, writesPerSecond);
      if (granted > 0) this.#writeTimes = times;
      return granted;
    });
  }

  reserveReads(operation: RatedRead, wanted: number, now: number): Promise<number> {
    return this.script.run('reserveReads', [operation, wanted, now], () => {
      const before = this.#readTimes.get(operation) ?? [];
      const { granted, times } = grantCalls(before, wanted, now, readsPerSecond[operation]);
      if (granted > 0) this.#readTimes.set(operation, times);
      if (granted < wanted) this.#shortages = withShortage(this.#shortages, operation, now);
      return granted;
    });
  }

  countRead(operation: RatedRead, now: number): Promise<void> {
    return this.script.run('countRead', [operation, now], () => {
      const before = this.#readTimes.get(operation) ?? [];
      this.#readTimes.set(operation, grantCalls(before, 1, now, Number.POSITIVE_INFINITY).times);
    });
  }

  readShortages(): Promise<ReadShortages> {
    return this.script.run('readShortages', [], () => this.#shortages);
  }

  noteCollection(report: CollectionReport): Promise<void> {
    return this.script.run('noteCollection', [report], () => {
      this.#collection = stored(report);
    });
  }

  readCollection(): Promise<CollectionReport | undefined> {
    return this.script.run('readCollection', [], () => this.#collection);
  }

  beginHold(holder: string, until: number, now: number): Promise<boolean> {
    return this.script.run('beginHold', [holder, until, now], () => {
      const holds = grantHold(this.#holds, holder, until, now);
      this.#holds = holds ?? this.#holds;
      return holds !== undefined;
    });
  }

  endHold(holder: string): Promise<void> {
    return this.script.run('endHold', [holder], () => {
      this.#holds = omit(this.#holds, holder);
    });
  }

  reserveHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation> {
    return this.script.run('reserveHeals', [workspace, resources, maximum, now], () => {
      const { granted, ...heals } = countFleetHeals(this.#heals, workspace, resources, maximum, now);
      this.#heals = heals;
      return { granted, ...defined({ trippedBy: heals.trippedBy }) };
    });
  }

  previewHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation> {
    return this.script.run('previewHeals', [workspace, resources, maximum, now], () => {
      const { granted, trippedBy } = countFleetHeals(this.#heals, workspace, resources, maximum, now);
      return { granted, ...defined({ trippedBy }) };
    });
  }

  allowHealing(workspace: string, now: number): Promise<boolean> {
    return this.script.run('allowHealing', [workspace, now], () => {
      if (!this.#workspaces.has(workspace)) return false;
      this.#healingAllowed.set(workspace, now);
      return true;
    });
  }

  endHealing(workspace: string, allowedAt: number): Promise<void> {
    return this.script.run('endHealing', [workspace, allowedAt], () => {
      if (this.#healingAllowed.get(workspace) === allowedAt) this.#healingAllowed.delete(workspace);
    });
  }

  suspend(scope: string | undefined, suspension: Suspension): Promise<void> {
    return this.script.run('suspend', [scope, suspension], () => {
      this.#suspensions.set(scope, stored(suspension));
    });
  }

  resume(scope: string | undefined): Promise<boolean> {
    return this.script.run('resume', [scope], () => this.#suspensions.delete(scope));
  }

  readSuspension(workspace: string): Promise<Suspension | undefined> {
    return this.script.run(
      'readSuspension',
      [workspace],
      () => this.#suspensions.get(undefined) ?? this.#suspensions.get(workspace),
    );
  }

  claim(address: Address, workspace: string, from?: string): Promise<string> {
    return this.script.run('claim', [address, workspace, from], () => {
      const owner = this.#claims.get(address)?.owner;
      if (owner !== undefined && owner !== workspace && owner !== from) return owner;
      this.#claims.set(address, { owner: workspace });
      return workspace;
    });
  }

  readClaims(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Claim>> {
    return this.script.run(
      'readClaims',
      [addresses],
      () => new Map([...this.#claims].filter(([address]) => addresses.includes(address))),
    );
  }

  releaseClaim(address: Address, workspace: string): Promise<void> {
    return this.script.run('releaseClaim', [address, workspace], () => {
      if (this.#claims.get(address)?.owner === workspace)
        this.#claims.set(address, { formerOwner: workspace });
    });
  }

  readSharing(gateway: Address): Promise<GatewaySharing | undefined> {
    return this.script.run('readSharing', [gateway], () => structuredClone(this.#sharing.get(gateway)));
  }

  updateSharing(
    gateway: Address,
    change: (sharing: GatewaySharing) => GatewaySharing,
  ): Promise<GatewaySharing> {
    return this.script.run('updateSharing', [gateway, change], () => {
      const changed = stored(change(this.#sharing.get(gateway) ?? unshared));
      this.#sharing.set(gateway, changed);
      return structuredClone(changed);
    });
  }

  readWorkspace(workspace: string): Promise<WorkspaceRecord> {
    return this.script.run('readWorkspace', [workspace], () => {
      if (!this.#workspaces.has(workspace)) return {};
      const { value, broken } = readWorkspaceRecord(this.#workspaces.get(workspace));
      this.#noteIfBroken({ workspace, item: 'workspace' }, broken, () => this.putWorkspace(workspace, value));
      return structuredClone({
        ...value,
        ...defined({ healingAllowedAt: this.#healingAllowed.get(workspace) }),
      });
    });
  }

  writeWorkspace(workspace: string, record: WorkspaceRecord): Promise<void> {
    return this.script.run('writeWorkspace', [workspace, record], () => {
      const { checkRequests } = this.#workspaces.get(workspace) ?? {};
      this.putWorkspace(workspace, { ...omit(record, 'checkRequests'), ...defined({ checkRequests }) });
    });
  }

  listDueWorkspaces(now: number): Promise<readonly string[]> {
    return this.script.run('listDueWorkspaces', [now], () =>
      [...this.#workspaces]
        .filter(([, { nextResyncAt = Number.POSITIVE_INFINITY }]) => nextResyncAt <= now)
        .sort(([, one], [, other]) => Number(one.nextResyncAt) - Number(other.nextResyncAt))
        .map(([workspace]) => workspace),
    );
  }

  putCommand(workspace: string, command: ResourceCommand): Promise<void> {
    return this.script.run('putCommand', [workspace, command], () => {
      const known = this.#commands.get(workspace) ?? [];
      this.#commands.set(workspace, new Map([...known, [commandKey(command), stored(command)]]));
    });
  }

  readCommands(workspace: string): Promise<readonly ResourceCommand[]> {
    return this.script.run('readCommands', [workspace], () =>
      [...(this.#commands.get(workspace)?.values() ?? [])].sort((one, other) => one.givenAt - other.givenAt),
    );
  }

  deleteCommand(workspace: string, command: ResourceCommand): Promise<void> {
    return this.script.run('deleteCommand', [workspace, command], () => {
      const known = new Map(this.#commands.get(workspace));
      const current = known.get(commandKey(command));
      if (current && current.givenAt <= command.givenAt) known.delete(commandKey(command));
      this.#commands.set(workspace, known);
    });
  }

  requestCheck(workspace: string, check: SlowCheck, now: number): Promise<void> {
    return this.script.run('requestCheck', [workspace, check, now], () => {
      const record = this.#workspaces.get(workspace);
      if (record)
        this.putWorkspace(workspace, { ...record, checkRequests: { ...record.checkRequests, [check]: now } });
    });
  }

  indexWorkspace(
    workspace: string,
    { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void> {
    return this.script.run('indexWorkspace', [workspace, { added, removed }], () => {
      for (const subject of added)
        this.#subjects.set(subject, new Set(this.#subjects.get(subject)).add(workspace));
      for (const subject of removed) this.#subjects.get(subject)?.delete(workspace);
    });
  }

  workspacesOf(subject: string): Promise<string[]> {
    return this.script.run('workspacesOf', [subject], () => [...(this.#subjects.get(subject) ?? [])].sort());
  }

  readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>> {
    return this.script.run('readResources', [workspace], () => {
      const resources = [...(this.#resources.get(workspace) ?? [])];
      // DynamoDB sorts string keys by their UTF-8 bytes.
      const sorted = resources.sort(([a], [b]) => Buffer.compare(utf8(a), utf8(b)));
      return new Map(
        sorted.map(([address, entry]) => [
          address,
          structuredClone(this.#readResource(workspace, address, entry)),
        ]),
      );
    });
  }

  writeResource(workspace: string, record: ResourceRecord, version: number): Promise<void> {
    return this.script.run('writeResource', [workspace, record, version], () => {
      if ((this.resource(workspace, record.address)?.version ?? 0) !== version)
        throw versionConflict(workspace, record.address);
      this.#put(workspace, record, version + 1);
    });
  }

  deleteResource(workspace: string, address: Address, version: number): Promise<void> {
    return this.script.run('deleteResource', [workspace, address, version], () => {
      if (this.resource(workspace, address)?.version !== version) throw versionConflict(workspace, address);
      this.#resources.get(workspace)?.delete(address);
    });
  }

  openRequest(request: AuthorizationRequest): Promise<void> {
    return this.script.run('openRequest', [request], () => {
      const { workspace, reference, subject } = request;
      if (!this.#requests.has(reference)) this.putRequest(request);
      if (subject.kind === 'record')
        this.#recordRequests.set(workspace, new Set(this.#recordRequests.get(workspace)).add(reference));
    });
  }

  listRecordRequests(workspace: string): Promise<readonly string[]> {
    return this.script.run('listRecordRequests', [workspace], () =>
      [...(this.#recordRequests.get(workspace) ?? [])].sort(),
    );
  }

  endRecordRequest(workspace: string, reference: string): Promise<void> {
    return this.script.run('endRecordRequest', [workspace, reference], () => {
      this.#recordRequests.get(workspace)?.delete(reference);
    });
  }

  readRequest(reference: string): Promise<VersionedRequest | undefined> {
    return this.script.run('readRequest', [reference], () => {
      const entry = this.#requests.get(reference);
      if (!entry) return undefined;
      const request = readAuthorizationRequest(entry.request);
      const key = { workspace: `request#${reference}`, item: 'request' };
      this.#noteIfBroken(key, request ? [] : ['request'], () => this.#requests.delete(reference));
      return request && structuredClone({ ...entry, request });
    });
  }

  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean> {
    return this.script.run('writeRequest', [request, version], () => {
      if (this.#requests.get(request.reference)?.version !== version) return false;
      this.putRequest(request);
      return true;
    });
  }

  /** Points an alias to a request, whatever it points to. */
  putAlias(alias: string, reference: string): void {
    this.#aliases.set(alias, reference);
  }

  bindSession(session: string, to: SessionHolder, now: number): Promise<boolean> {
    return this.script.run('bindSession', [session, to, now], () => {
      const bound = this.#sessions.get(session);
      if (bound && (bound.voided || bound.browser !== to.browser)) return false;
      this.#sessions.set(session, { ...bound, ...to });
      return true;
    });
  }

  findSession(session: string): Promise<BoundSession | undefined> {
    return this.script.run('findSession', [session], () => this.#sessions.get(session));
  }

  claimCompletion(session: string, now: number): Promise<boolean> {
    return this.script.run('claimCompletion', [session, now], () => {
      const bound = this.#sessions.get(session);
      if (!bound || bound.voided) return false;
      this.#sessions.set(session, { ...bound, claimed: true });
      return true;
    });
  }

  keepLink(workspace: string, address: Address, link: IssuedLink): Promise<void> {
    return this.script.run('keepLink', [workspace, address, link], () => {
      this.#links.set(`${workspace} ${address}`, link);
    });
  }

  findLink(workspace: string, address: Address): Promise<IssuedLink | undefined> {
    return this.script.run('findLink', [workspace, address], () =>
      this.#links.get(`${workspace} ${address}`),
    );
  }

  voidSession(voided: VoidSession): Promise<void> {
    return this.script.run('voidSession', [voided], () => {
      const bound = this.#sessions.get(voided.session);
      if (bound) this.#sessions.set(voided.session, { voided, ...bound });
    });
  }

  replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean> {
    return this.script.run('replaceAlias', [alias, from, to, now], () => {
      if (this.#aliases.get(alias) !== from) return false;
      this.#aliases.set(alias, to);
      return true;
    });
  }

  resolveAlias(alias: string): Promise<string | undefined> {
    return this.script.run('resolveAlias', [alias], () => this.#aliases.get(alias));
  }

  #maps(): readonly Map<unknown, unknown>[] {
    return [
      this.#leases,
      this.#starts,
      this.#workspaces,
      this.#resources,
      this.#requests,
      this.#aliases,
      this.#links,
      this.#sessions,
      this.#healingAllowed,
      this.#commands,
      this.#subjects,
      this.#claims,
      this.#sharing,
      this.#suspensions,
    ];
  }

  #readResource(
    workspace: string,
    address: Address,
    { record, version }: VersionedResourceRecord,
  ): VersionedResourceRecord {
    const key = { workspace, item: `resource#${address}` };
    const { value, broken } = readResourceRecord(address, record);
    if (this.#newer.has(`${workspace}/${address}`)) {
      const problem = newerItemProblem(2, 1);
      this.#faults.set(placeOf(key), { ...key, problem, isNewer: true, repair: () => {} });
      const { since } = value;
      return { record: { address, state: 'failed', reasons: [problem], since }, version: 0, isNewer: true };
    }
    const isBroken = this.#noteIfBroken(key, broken, () => this.#put(workspace, value, 1));
    return { record: value, version: isBroken ? 1 : version };
  }

  #noteIfBroken(
    key: Pick<FoundItem, 'workspace' | 'item'>,
    broken: readonly string[],
    repair: () => void,
  ): boolean {
    if (broken.length > 0)
      this.#faults.set(placeOf(key), { ...key, problem: brokenItemProblem(broken), repair });
    return broken.length > 0;
  }

  #faultsOf(workspace: string): readonly [string, FoundItem][] {
    return [...this.#faults].filter(
      ([, { workspace: partition }]) => partition === workspace || partition.includes('#'),
    );
  }

  #put(workspace: string, record: ResourceRecord, version: number): void {
    const resources = this.#resources.get(workspace) ?? new Map<Address, VersionedResourceRecord>();
    this.#resources.set(workspace, resources.set(record.address, { record: stored(record), version }));
  }
}

function placeOf({ workspace, item }: Pick<FoundItem, 'workspace' | 'item'>): string {
  return `ledger: ${workspace}/${item}`;
}

function commandKey({ action, address }: ResourceCommand): string {
  return `${action} ${address}`;
}

/** @returns a copy without undefined members, as DynamoDB would return the value */
function stored<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  if (utf8(text).length > MAX_ITEM_BYTES)
    throw new ServiceError('ValidationException', 'Item size has exceeded the maximum allowed size');
  return JSON.parse(text);
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function versionConflict(workspace: string, address: Address): GateloopError {
  return new GateloopError(
    'LedgerConflict',
    `Another step changed the ledger record of ${address} in workspace ${workspace}. Read the workspace again.`,
    { retryable: true, details: { workspace, address } },
  );
}
