import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Address } from '../core/address.ts';
import type { IssuedLink } from '../core/authorization/authorizationLink.ts';
import type { AuthorizationRequest, VoidSession } from '../core/authorization/request.ts';
import { GateloopError } from '../core/errors.ts';
import { defined, omit } from '../core/objects.ts';
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
} from '../core/ports/ledger.ts';
import type { ReadShortages } from '../core/reconcile/callRate.ts';
import type { GatewaySharing } from '../core/reconcile/gatewaySharing.ts';
import type { ResourceCommand, ResourceRecord } from '../core/reconcile/ledgerRecord.ts';
import {
  newerItemProblem,
  readAddress,
  readCollectionReport,
  readCommand,
  readResourceRecord,
  readSuspension,
  readWorkspaceRecord,
} from '../core/storage/ledgerItems.ts';
import { isCount, isTime, optional } from '../core/storage/memberChecks.ts';
import { storedFormats } from '../core/storage/storedFormats.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { DynamoClaims } from './dynamoClaims.ts';
import { DynamoLeases } from './dynamoLeases.ts';
import { DynamoLimits } from './dynamoLimits.ts';
import { DynamoRequests } from './dynamoRequests.ts';
import { DynamoSharing } from './dynamoSharing.ts';
import { DynamoTable, expectVersion, type Item, type Update } from './dynamoTable.ts';
import { LedgerFaults } from './ledgerFaults.ts';
import { type LedgerKey, ledgerTable } from './ledgerTable.ts';

/** The format of every item of the ledger. */
const LEDGER_FORMAT = storedFormats.ledger.format;

/** Sort keys within a workspace's partition. */
const WORKSPACE = 'workspace';
const RESOURCE = 'resource#';
const COMMAND = 'command#';
/** One partition for each thing that events name, with one item for each workspace that it concerns. */
const SUBJECT = 'subject#';
const CONCERNED = 'workspace#';
/** The attributes of a workspace's item with the times of `requestCheck`. Polls read them, and never write them. */
const CHECK_ATTRIBUTES = {
  tags: 'checkTagsAt',
  dependencies: 'checkDependenciesAt',
  outcome: 'checkOutcomeAt',
} as const;

/** The attribute of a workspace's item that `allowHealing` writes. */
const HEALING_ALLOWED = 'healingAllowedAt';

/** The version of a repaired item: the first one. */
const REPAIRED_VERSION = 1;

/** The partition of the index of due workspaces. There is one: a workspace takes a write when its time changes. */
const DUE_FOR_RESYNC = 'resync';

/** The item of a suspension, in the partition of a workspace, or of all. */
const SUSPENSION = 'suspension';
const ALL_WORKSPACES = 'account#';
/** In the partition of all workspaces: what the last collection found. */
const COLLECTION = 'collection';

/**
 * The ledger in one DynamoDB table. Every write is conditional: a step that another step overtook learns of it and does
 * not overwrite the other's write.
 */
export class DynamoLedger implements Ledger {
  readonly #table: DynamoTable;
  readonly #leases: DynamoLeases;
  readonly #requests: DynamoRequests;
  readonly #claims: DynamoClaims;
  readonly #sharing: DynamoSharing;
  readonly #limits: DynamoLimits;
  readonly #faults: LedgerFaults;

  /** @param now in ms since the epoch */
  constructor(
    table: string,
    client = new DynamoDBClient(clientSettings(callLimits.dynamoDb)),
    now: () => number = Date.now,
  ) {
    this.#table = new DynamoTable(table, LEDGER_FORMAT, client);
    this.#faults = new LedgerFaults(this.#table, now);
    this.#leases = new DynamoLeases(this.#table, this.#faults);
    this.#requests = new DynamoRequests(this.#table, this.#faults);
    this.#claims = new DynamoClaims(this.#table, this.#faults);
    this.#sharing = new DynamoSharing(this.#table, this.#faults);
    this.#limits = new DynamoLimits(this.#table, this.#faults);
  }

  async findFaults(workspace: string): Promise<readonly StorageFault[]> {
    return this.#faults.find(workspace);
  }

  repair(workspace: string): Promise<void> {
    return this.#faults.repair(workspace);
  }

  takeLease(request: LeaseRequest): Promise<LeaseResult> {
    return this.#leases.takeLease(request);
  }

  reserveStart(request: StartRequest): Promise<StartReservation> {
    return this.#leases.reserveStart(request);
  }

  confirmStart(workspace: string, execution: string): Promise<void> {
    return this.#leases.confirmStart(workspace, execution);
  }

  cancelStart(workspace: string, execution: string): Promise<void> {
    return this.#leases.cancelStart(workspace, execution);
  }

  clearMark(workspace: string, holder: string, mark: string): Promise<void> {
    return this.#leases.clearMark(workspace, holder, mark);
  }

  releaseLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    return this.#leases.releaseLease(workspace, holder);
  }

  abandonLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    return this.#leases.abandonLease(workspace, holder);
  }

  holdsLease(workspace: string, holder: string): Promise<boolean> {
    return this.#leases.holdsLease(workspace, holder);
  }

  readLease(workspace: string): Promise<Lease | undefined> {
    return this.#leases.readLease(workspace);
  }

  isPollWanted(workspace: string, holder: string): Promise<boolean> {
    return this.#leases.isPollWanted(workspace, holder);
  }

  reserveWrites(wanted: number, now: number): Promise<number> {
    return this.#limits.reserveWrites(wanted, now);
  }

  reserveReads(...reads: Parameters<Ledger['reserveReads']>): Promise<number> {
    return this.#limits.reserveReads(...reads);
  }

  countRead(...read: Parameters<Ledger['countRead']>): Promise<void> {
    return this.#limits.countRead(...read);
  }

  readShortages(): Promise<ReadShortages> {
    return this.#limits.readShortages();
  }

  async noteCollection(report: CollectionReport): Promise<void> {
    await this.#table.put({ workspace: ALL_WORKSPACES, item: COLLECTION, report });
  }

  async readCollection(): Promise<CollectionReport | undefined> {
    const item = await this.#table.get({ workspace: ALL_WORKSPACES, item: COLLECTION });
    // The next collection writes a note that cannot be read anew.
    return readCollectionReport(item?.report);
  }

  beginHold(...hold: Parameters<Ledger['beginHold']>): Promise<boolean> {
    return this.#limits.beginHold(...hold);
  }

  endHold(holder: string): Promise<void> {
    return this.#limits.endHold(holder);
  }

  reserveHeals(...heals: Parameters<Ledger['reserveHeals']>): Promise<HealReservation> {
    return this.#limits.reserveHeals(...heals);
  }

  previewHeals(...heals: Parameters<Ledger['previewHeals']>): Promise<HealReservation> {
    return this.#limits.previewHeals(...heals);
  }

  allowHealing(workspace: string, now: number): Promise<boolean> {
    return this.#update(workspace, WORKSPACE, {
      set: { healingAllowedAt: now },
      condition: `attribute_exists(${ledgerTable.partitionKey})`,
      values: {},
    });
  }

  async endHealing(workspace: string, allowedAt: number): Promise<void> {
    await this.#update(workspace, WORKSPACE, {
      remove: ['healingAllowedAt'],
      condition: 'healingAllowedAt = :allowedAt',
      values: { ':allowedAt': allowedAt },
    });
  }

  async suspend(scope: string | undefined, suspension: Suspension): Promise<void> {
    await this.#table.put({ workspace: scope ?? ALL_WORKSPACES, item: SUSPENSION, suspension });
  }

  resume(scope: string | undefined): Promise<boolean> {
    return this.#table.delete(
      { workspace: scope ?? ALL_WORKSPACES, item: SUSPENSION },
      { condition: `attribute_exists(${ledgerTable.partitionKey})` },
    );
  }

  async readSuspension(workspace: string): Promise<Suspension | undefined> {
    const items = await Promise.all(
      [ALL_WORKSPACES, workspace].map((scope) => this.#table.get({ workspace: scope, item: SUSPENSION })),
    );
    const item = items.find((each) => each !== undefined);
    if (!item) return undefined;
    const key = keyOf(item);
    if (this.#faults.isNewer(key, item))
      return { since: 0, reason: newerItemProblem(item.format, LEDGER_FORMAT) };
    const { value, broken } = readSuspension(item.suspension);
    this.#faults.noteIfBroken(key, item, broken, { suspension: value });
    return value;
  }

  claim(address: Address, workspace: string, from?: string): Promise<string> {
    return this.#claims.claim(address, workspace, from);
  }

  readClaims(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Claim>> {
    return this.#claims.readClaims(addresses);
  }

  releaseClaim(address: Address, workspace: string): Promise<void> {
    return this.#claims.releaseClaim(address, workspace);
  }

  readSharing(gateway: Address): Promise<GatewaySharing | undefined> {
    return this.#sharing.read(gateway);
  }

  updateSharing(...change: Parameters<Ledger['updateSharing']>): Promise<GatewaySharing> {
    return this.#sharing.update(...change);
  }

  async readWorkspace(workspace: string): Promise<WorkspaceRecord> {
    const key = { workspace, item: WORKSPACE };
    const item = await this.#table.get(key);
    if (!item || this.#faults.isNewer(key, item)) return {};
    // `requestCheck` and `allowHealing` write attributes of their own, beside the record of `writeWorkspace`.
    const { value: record, broken } = readWorkspaceRecord(item.record);
    const times = Object.fromEntries(
      [HEALING_ALLOWED, ...Object.values(CHECK_ATTRIBUTES)].map((name) => [name, timeOf(item[name])]),
    );
    const kept = { record, ...times, ...dueAttributes(record.nextResyncAt) };
    const brokenTimes = Object.keys(times).filter((name) => !optional(isTime)(item[name]));
    this.#faults.noteIfBroken(key, item, [...broken, ...brokenTimes], kept);
    const healingAllowedAt = times[HEALING_ALLOWED];
    const requests = Object.entries(CHECK_ATTRIBUTES).flatMap(([check, attribute]) => {
      const time = times[attribute];
      return time === undefined ? [] : [[check, time] as const];
    });
    const checkRequests = requests.length > 0 ? Object.fromEntries(requests) : undefined;
    return { ...record, ...defined({ healingAllowedAt, checkRequests }) };
  }

  async writeWorkspace(workspace: string, record: WorkspaceRecord): Promise<void> {
    const { nextResyncAt } = record;
    const { dueIndex } = ledgerTable;
    const due = dueAttributes(nextResyncAt);
    await this.#update(workspace, WORKSPACE, {
      set: { record: omit(record, 'healingAllowedAt', 'checkRequests'), ...due },
      remove: nextResyncAt === undefined ? [dueIndex.partitionKey, dueIndex.sortKey] : [],
      // The later write wins: the record holds times and digests. The condition is for the format alone.
      condition: `attribute_not_exists(${ledgerTable.partitionKey}) OR attribute_exists(#record)`,
      values: {},
    });
  }

  async listDueWorkspaces(now: number): Promise<readonly string[]> {
    return this.#table.queryDue(DUE_FOR_RESYNC, now);
  }

  async putCommand(workspace: string, command: ResourceCommand): Promise<void> {
    await this.#table.put({ workspace, item: commandItem(command), command, givenAt: command.givenAt });
  }

  async readCommands(workspace: string): Promise<readonly ResourceCommand[]> {
    const commands: ResourceCommand[] = [];
    for await (const item of this.#table.query(workspace, COMMAND)) {
      const key = keyOf(item);
      if (this.#faults.isNewer(key, item)) continue;
      const command = readCommand(item.command);
      const isFound = command && command.givenAt === item.givenAt && key.item === commandItem(command);
      if (isFound) commands.push(command);
      this.#faults.noteIfBroken(key, item, isFound ? [] : ['command'], undefined);
    }
    return commands.sort((one, other) => one.givenAt - other.givenAt);
  }

  async deleteCommand(workspace: string, command: ResourceCommand): Promise<void> {
    await this.#table.delete(
      { workspace, item: commandItem(command) },
      { condition: 'givenAt <= :givenAt', values: { ':givenAt': command.givenAt } },
    );
  }

  async requestCheck(workspace: string, check: SlowCheck, now: number): Promise<void> {
    await this.#update(workspace, WORKSPACE, {
      set: { [CHECK_ATTRIBUTES[check]]: now },
      condition: `attribute_exists(${ledgerTable.partitionKey})`,
      values: {},
    });
  }

  async indexWorkspace(
    workspace: string,
    { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void> {
    const keyOf = (subject: string) => ({ workspace: SUBJECT + subject, item: CONCERNED + workspace });
    await Promise.all([
      ...added.map((subject) => this.#table.put(keyOf(subject))),
      ...removed.map((subject) =>
        this.#table.delete(keyOf(subject), {
          condition: `attribute_exists(${ledgerTable.partitionKey})`,
        }),
      ),
    ]);
  }

  async workspacesOf(subject: string): Promise<string[]> {
    const workspaces: string[] = [];
    for await (const { item } of this.#table.query(SUBJECT + subject, CONCERNED))
      workspaces.push(String(item).slice(CONCERNED.length));
    return workspaces;
  }

  async readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>> {
    const resources = new Map<Address, VersionedResourceRecord>();
    for await (const item of this.#table.query(workspace, RESOURCE)) {
      const key = keyOf(item);
      const address = readAddress(key.item.slice(RESOURCE.length));
      const entry = address && this.#readResource(address, key, item);
      if (entry) resources.set(address, entry);
      else this.#faults.noteIfBroken(key, item, [ledgerTable.sortKey], undefined);
    }
    return resources;
  }

  async writeResource(workspace: string, record: ResourceRecord, version: number): Promise<void> {
    const written = await this.#update(workspace, RESOURCE + record.address, {
      set: { record, version: version + 1 },
      ...expectVersion(version),
    });
    if (!written) throw versionConflict(workspace, record.address);
  }

  async deleteResource(workspace: string, address: Address, version: number): Promise<void> {
    const deleted = await this.#table.delete(
      { workspace, item: RESOURCE + address },
      { condition: 'version = :version', values: { ':version': version } },
    );
    if (!deleted) throw versionConflict(workspace, address);
  }

  openRequest(request: AuthorizationRequest): Promise<void> {
    return this.#requests.openRequest(request);
  }

  listRecordRequests(workspace: string): Promise<readonly string[]> {
    return this.#requests.listRecordRequests(workspace);
  }

  endRecordRequest(workspace: string, reference: string): Promise<void> {
    return this.#requests.endRecordRequest(workspace, reference);
  }

  readRequest(reference: string): Promise<VersionedRequest | undefined> {
    return this.#requests.readRequest(reference);
  }

  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean> {
    return this.#requests.writeRequest(request, version);
  }

  bindSession(session: string, to: SessionHolder, now: number): Promise<boolean> {
    return this.#requests.bindSession(session, to, now);
  }

  findSession(session: string): Promise<BoundSession | undefined> {
    return this.#requests.findSession(session);
  }

  claimCompletion(session: string, now: number): Promise<boolean> {
    return this.#requests.claimCompletion(session, now);
  }

  voidSession(voidSession: VoidSession): Promise<void> {
    return this.#requests.voidSession(voidSession);
  }

  keepLink(workspace: string, address: Address, link: IssuedLink): Promise<void> {
    return this.#requests.keepLink(workspace, address, link);
  }

  findLink(workspace: string, address: Address): Promise<IssuedLink | undefined> {
    return this.#requests.findLink(workspace, address);
  }

  replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean> {
    return this.#requests.replaceAlias(alias, from, to, now);
  }

  resolveAlias(alias: string): Promise<string | undefined> {
    return this.#requests.resolveAlias(alias);
  }

  #readResource(address: Address, key: LedgerKey, item: Item): VersionedResourceRecord {
    const { value: record, broken } = readResourceRecord(address, item.record);
    if (this.#faults.isNewer(key, item)) {
      const reasons = [newerItemProblem(item.format, LEDGER_FORMAT)];
      return {
        record: { address, state: 'failed', reasons, since: record.since },
        version: 0,
        isNewer: true,
      };
    }
    const brokenAttributes = isCount(item.version) ? broken : [...broken, 'version'];
    const isBroken = this.#faults.noteIfBroken(key, item, brokenAttributes, {
      record,
      version: REPAIRED_VERSION,
    });
    return { record, version: isBroken ? REPAIRED_VERSION : Number(item.version) };
  }

  /** @returns whether the condition held */
  #update(workspace: string, item: string, update: Update): Promise<boolean> {
    return this.#table.update({ workspace, item }, update);
  }
}

function keyOf(item: Item): LedgerKey {
  const { partitionKey, sortKey } = ledgerTable;
  return { workspace: String(item[partitionKey]), item: String(item[sortKey]) };
}

/** The attributes by which the index finds a workspace with a synchronization to come. */
function dueAttributes(nextResyncAt: number | undefined): Item {
  const { partitionKey, sortKey } = ledgerTable.dueIndex;
  return nextResyncAt === undefined ? {} : { [partitionKey]: DUE_FOR_RESYNC, [sortKey]: nextResyncAt };
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && isTime(value) ? value : undefined;
}

function commandItem({ action, address }: ResourceCommand): string {
  return `${COMMAND}${action}#${address}`;
}

function versionConflict(workspace: string, address: Address): GateloopError {
  return new GateloopError(
    'LedgerConflict',
    `Another step changed the ledger record of ${address} in workspace ${workspace}. Read the workspace again.`,
    { retryable: true, details: { workspace, address } },
  );
}
