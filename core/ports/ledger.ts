import type { Address } from '../address.ts';
import type { IssuedLink } from '../authorization/authorizationLink.ts';
import type { AuthorizationRequest, VoidSession } from '../authorization/request.ts';
import type { HealBreaker } from '../reconcile/breaker.ts';
import type { RatedRead, ReadShortages } from '../reconcile/callRate.ts';
import type { GatewaySharing } from '../reconcile/gatewaySharing.ts';
import type { ResourceCommand, ResourceRecord } from '../reconcile/ledgerRecord.ts';

/** A request for the lease of a workspace. Times in ms since the epoch. */
export interface LeaseRequest {
  readonly workspace: string;
  /** The execution's name; an execution that continues another one uses the first one's name. */
  readonly holder: string;
  readonly now: number;
  /** How long the lease lasts without a renewal, in ms. */
  readonly duration: number;
}

/** The outcome that owners were notified of last, so that each owner gets each outcome once. */
export interface OutcomeDelivery {
  readonly digest: string;
  /** The contacts that the message did not reach, as `contactName` names them. */
  readonly failedContacts: readonly string[];
  /** How often the message was sent. */
  readonly attempts: number;
}

/**
 * Something stored that Gateloop cannot read. A broken item or document is set aside and built anew; one of a newer format
 * stays as it is, and so does what it is about.
 */
export interface StorageFault {
  /** Where it is, such as `ledger: payments/resource#gateway/front` or `bucket: desired/parsed/…`. */
  readonly place: string;
  /** What is wrong, and what to do. */
  readonly problem: string;
  readonly isNewer?: true;
  /** When poll found it first, in ms since the epoch; absent until poll has told it. */
  readonly foundAt?: number;
}

/** The ledger's record of a workspace as a whole. */
export interface WorkspaceRecord {
  readonly outcomeDelivery?: OutcomeDelivery;
  /** When the next scheduled synchronization is due, in ms since the epoch. */
  readonly nextResyncAt?: number;
  /** The revision that was accepted last; later uploads may have been refused. */
  readonly acceptedRevision?: string;
  /** The ids of the registries that the workspace imports targets from. */
  readonly registryIds?: readonly string[];
  readonly breaker?: TrippedBreaker;
  /** When an operator last let healing go on, in ms since the epoch. `writeWorkspace` keeps it. */
  readonly healingAllowedAt?: number;
  /** What the ledger finds the workspace by: see `indexWorkspace`. */
  readonly subjects?: readonly string[];
  /** When versions of secrets and runtimes of other owners were read last, in ms since the epoch. */
  readonly dependenciesCheckedAt?: number;
  /** The deployment of Gateloop whose poll was the last one. After another one, denied calls are tried again at once. */
  readonly deploymentId?: string;
  /** When an event told last that something has to be read before its time. Only `requestCheck` writes it. */
  readonly checkRequests?: CheckRequests;
  /** What could not be read lately: the outcome lists it. */
  readonly faults?: readonly StorageFault[];
}

/** The breaker of a workspace whose healing is held back. Times in ms since the epoch. */
export interface TrippedBreaker {
  readonly kind: HealBreaker;
  readonly since: number;
  /** How many resources are held back. */
  readonly resources: number;
  /** Another workspace tripped the breaker of the fleet and tells the operators. */
  readonly toldByAnother?: true;
  /** When the message to the operators was sent. */
  readonly toldAt?: number;
}

/** Operators have suspended all writes to the control plane, of one workspace or of all. */
export interface Suspension {
  /** In ms since the epoch. */
  readonly since: number;
  /** What the operator said. */
  readonly reason?: string;
}

export interface HealReservation {
  readonly granted: boolean;
  readonly trippedBy?: string;
}

/**
 * What is done less often than everything else: reads of what no List shows, and the outcome, which is written where it is
 * another one than before, or where a person or a function waits for it.
 */
export type SlowCheck = 'tags' | 'dependencies' | 'outcome';

/** In ms since the epoch. */
export type CheckRequests = Readonly<Partial<Record<SlowCheck, number>>>;

/**
 * The result of taking a lease. `mark`: another execution wants the holder to read the whole workspace. The mark stays until
 * the holder takes it away, so that a poll that fails is repeated with it.
 */
export type LeaseResult =
  | { readonly kind: 'held-elsewhere' }
  | { readonly kind: 'taken'; readonly mark?: string };

/** The lease that an execution took last and has not released. It may have expired. */
export interface Lease {
  /** The name of the execution. */
  readonly holder: string;
  /** In ms since the epoch. */
  readonly expiresAt: number;
}

/** The wish to start an execution for a workspace. Times in ms since the epoch. */
export interface StartRequest {
  readonly workspace: string;
  /** The name that the execution gets, if no other is about to start. */
  readonly execution: string;
  readonly now: number;
  /** How long others leave it to this execution to take the lease, in ms. */
  readonly duration: number;
}

/**
 * What becomes of the wish to start an execution:
 * - `marked`: an execution holds the lease, and reads the workspace once more
 * - `joined`: an execution was started and has not taken the lease yet, so that it reads the workspace afterwards
 * - `start`: the caller is to start the execution of this name; another caller may be about to start it as well
 */
export type StartReservation =
  | { readonly kind: 'marked' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'start'; readonly execution: string };

/** A request with its version in the ledger, which the next write must name. */
export interface VersionedRequest {
  readonly request: AuthorizationRequest;
  readonly version: number;
}

/** The browser that took a session of the service to the provider. */
export interface SessionHolder {
  /** The reference of the request in which it clicked. */
  readonly reference: string;
  /** The hash of its cookie, which is another one for each request. */
  readonly browser: string;
}

/** A session of the service that a browser took to the provider. */
export interface BoundSession extends SessionHolder {
  /** A step was about to complete the session with the service. */
  readonly claimed?: true;
  /** Absent while the session can be completed. */
  readonly voided?: VoidSession;
}

/** The record of a resource with its version in the ledger, which the next write must name. */
export interface VersionedResourceRecord {
  readonly record: ResourceRecord;
  readonly version: number;
  /** A newer version of Gateloop wrote the item: the record holds only the reason, and nothing may be done about it. */
  readonly isNewer?: true;
}

/** Who owns a resource, whose name is unique in the account, or in its registry. */
export interface Claim {
  /** The workspace that has claimed the resource. */
  readonly owner?: string;
  /** The workspace that gave it up last, where no workspace has claimed it since. */
  readonly formerOwner?: string;
}

/** What a collection found, and deleted. */
export interface CollectionReport {
  /** In ms since the epoch. */
  readonly ranAt: number;
  /** The objects of the bucket that it looked at. */
  readonly listed: number;
  /** The objects that nothing needed. */
  readonly objects: number;
  /** Of those. */
  readonly bytes: number;
  /** The items of the ledger that nothing needed. */
  readonly rows: number;
  /** The workspaces that are gone. */
  readonly workspaces: number;
}

/** The state that Gateloop must keep and cannot read from the control plane. Every write is conditional. */
export interface Ledger {
  /**
   * Takes or renews the lease. Where another execution holds it, marks the workspace dirty, so that the holder reads it
   * once more before it releases.
   */
  takeLease(request: LeaseRequest): Promise<LeaseResult>;
  /**
   * Reserves the start of an execution, so that many wishes for one workspace start one. The reservation ends when any
   * execution takes the lease, and after its duration: a caller that ends in between loses nothing.
   */
  reserveStart(request: StartRequest): Promise<StartReservation>;
  /** The execution of a reservation was started: others join it. */
  confirmStart(workspace: string, execution: string): Promise<void>;
  /** Ends a reservation whose execution ended without the lease. */
  cancelStart(workspace: string, execution: string): Promise<void>;
  /** Takes the mark away, once the holder has read the workspace. One that was set meanwhile stays. */
  clearMark(workspace: string, holder: string, mark: string): Promise<void>;
  /**
   * Releases the lease, unless the workspace is dirty: then the lease and its mark stay.
   * @returns whether the workspace is dirty, so that the holder must read it once more
   */
  releaseLease(workspace: string, holder: string): Promise<{ readonly dirty: boolean }>;
  /**
   * Asks before a write whether no other execution has taken the lease over, which each may do once it has expired.
   *
   * @returns whether `holder` holds the lease still
   */
  holdsLease(workspace: string, holder: string): Promise<boolean>;
  /** @returns the lease of a workspace, for readers; undefined while no execution holds it, or where it cannot be read */
  readLease(workspace: string): Promise<Lease | undefined>;
  /**
   * Asks before a step waits on whether the next poll should come at once.
   *
   * @returns whether the holder has lost the lease, or another execution has marked the workspace
   */
  isPollWanted(workspace: string, holder: string): Promise<boolean>;
  /**
   * Releases the lease of a holder that has failed, with its mark.
   * @returns whether the workspace was dirty, so that another execution must read it
   */
  abandonLease(workspace: string, holder: string): Promise<{ readonly dirty: boolean }>;
  /**
   * Reserves writes to the control plane, whose rate limits all workspaces of the account share.
   *
   * @param now in ms since the epoch
   * @returns how many of the `requested` writes the caller may make now
   */
  reserveWrites(requested: number, now: number): Promise<number>;
  /**
   * Reserves reads of one operation of the control plane, whose rate limit all workspaces of the account share.
   *
   * @param now in ms since the epoch
   * @returns how many of the `requested` reads the caller may make now
   */
  reserveReads(operation: RatedRead, requested: number, now: number): Promise<number>;
  /**
   * Counts a read that does not wait for the rate, so that the others of its second are fewer: that of a page, for which a person
   * waits, and the Get before an update, of which there are as many as updates at most.
   */
  countRead(operation: RatedRead, now: number): Promise<void>;
  /** @returns when reads were wanted lately that the rate had not left */
  readShortages(): Promise<ReadShortages>;
  /** Notes what the last collection found. */
  noteCollection(report: CollectionReport): Promise<void>;
  /** @returns what the last collection found; undefined where none has run, or its note cannot be read */
  readCollection(): Promise<CollectionReport | undefined>;
  /**
   * Lets a step wait for operations in its function. All workspaces share the functions that the account runs at a time.
   *
   * @param until when the hold ends at the latest, in ms since the epoch: a step that is killed ends none
   * @returns false where as many steps hold on as `grantHold` allows
   */
  beginHold(holder: string, until: number, now: number): Promise<boolean>;
  /** Ends a hold before its time. */
  endHold(holder: string): Promise<void>;
  /**
   * Counts the resources of a workspace that are to be healed among those of the fleet, as `countFleetHeals` does.
   *
   * @param maximum of the fleet
   * @param now in ms since the epoch
   * @returns whether they may be healed, and otherwise which workspace tripped the breaker
   */
  reserveHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation>;
  /** What `reserveHeals` would answer now. Counts nothing. */
  previewHeals(
    workspace: string,
    resources: readonly Address[],
    maximum: number,
    now: number,
  ): Promise<HealReservation>;
  /**
   * Lets the healing of a workspace go on, whatever the breaker says.
   *
   * @returns false for a workspace that Gateloop has never reconciled
   */
  allowHealing(workspace: string, now: number): Promise<boolean>;
  /** Ends what `allowHealing` started at `allowedAt`, unless an operator has allowed it again meanwhile. */
  endHealing(workspace: string, allowedAt: number): Promise<void>;
  /**
   * Suspends writes. Steps that have read the ledger already may still make the calls that they have begun.
   *
   * @param scope a workspace; undefined for all
   */
  suspend(scope: string | undefined, suspension: Suspension): Promise<void>;
  /** @returns whether writes were suspended */
  resume(scope: string | undefined): Promise<boolean>;
  /** @returns the suspension of all workspaces, or of this one; undefined where writes are allowed */
  readSuspension(workspace: string): Promise<Suspension | undefined>;
  /**
   * The workspaces whose `nextResyncAt` has come, at most a few seconds after it was written.
   *
   * @param now in ms since the epoch
   */
  listDueWorkspaces(now: number): Promise<readonly string[]>;
  /**
   * Claims a top-level resource for a workspace, by the name that `claimedName` makes of its address: each name has one owner.
   *
   * @param from a workspace whose claim may be taken over
   * @returns the owner after the call, which is another workspace where that one was first
   */
  claim(address: Address, workspace: string, from?: string): Promise<string>;
  /** @returns the claims of these names; no workspace has ever claimed those that are missing */
  readClaims(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Claim>>;
  /** Ends the claim of a workspace. The claim of another workspace stays. */
  releaseClaim(address: Address, workspace: string): Promise<void>;
  /** @returns what is kept of a gateway that several workspaces have targets on; undefined where nothing is */
  readSharing(gateway: Address): Promise<GatewaySharing | undefined>;
  /**
   * Changes what is kept of a shared gateway. Each workspace changes its own part of it.
   *
   * @param change is applied again where another step wrote meanwhile; it changes nothing outside
   * @returns what is stored then
   * @throws GateloopError `LedgerContended`, retryable; `UnsupportedFormat` where a newer version of Gateloop wrote it
   */
  updateSharing(
    gateway: Address,
    change: (sharing: GatewaySharing) => GatewaySharing,
  ): Promise<GatewaySharing>;
  readWorkspace(workspace: string): Promise<WorkspaceRecord>;
  /** Writes the record without `checkRequests` and `healingAllowedAt`, which may have changed since it was read. */
  writeWorkspace(workspace: string, record: WorkspaceRecord): Promise<void>;
  /** Has the next poll of a workspace make a check before its time. A workspace that was never polled makes all of them. */
  requestCheck(workspace: string, check: SlowCheck, now: number): Promise<void>;
  /**
   * Lets events find a workspace by what they name.
   *
   * @param subjects what the workspace is found by from now on, and no longer
   */
  indexWorkspace(
    workspace: string,
    subjects: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void>;
  /** @returns the workspaces that `indexWorkspace` has added for a subject */
  workspacesOf(subject: string): Promise<string[]>;
  /**
   * @returns the records of the workspace's resources. Of a broken item, it has the members that can be read, under the
   * version that `repair` writes.
   */
  readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>>;
  /**
   * What this ledger has found unreadable for the workspace, and for all workspaces, since the last repair. Reads never
   * write: they return what can be saved of a broken item, or take it for absent.
   */
  findFaults(workspace: string): Promise<readonly StorageFault[]>;
  /**
   * Sets aside what `findFaults` returned, and replaces each broken item by what can be saved of it. An item that another
   * step wrote since stays as it is, and so does one of a newer format. The copies are kept for 30 days.
   */
  repair(workspace: string): Promise<void>;
  /**
   * @param version the version that the caller read; 0 for a resource without a record
   * @throws GateloopError `LedgerConflict`, retryable, when another step wrote meanwhile
   */
  writeResource(workspace: string, record: ResourceRecord, version: number): Promise<void>;
  /** Stores a command, which replaces an earlier one with the same action for the same resource. */
  putCommand(workspace: string, command: ResourceCommand): Promise<void>;
  /** @returns the commands that no poll has carried out yet */
  readCommands(workspace: string): Promise<readonly ResourceCommand[]>;
  /** Deletes a command that was carried out. One that was given later for the same resource stays. */
  deleteCommand(workspace: string, command: ResourceCommand): Promise<void>;
  /**
   * Stores a new request, so that its link works. A stored request with the same id stays unchanged. A request about a
   * registry's record is listed by `listRecordRequests` from now on.
   */
  openRequest(request: AuthorizationRequest): Promise<void>;
  /** @returns the references of the requests about records of the workspace's registries that are not over */
  listRecordRequests(workspace: string): Promise<readonly string[]>;
  /** The decision about a record was applied, or there is none to apply: `listRecordRequests` leaves the request out. */
  endRecordRequest(workspace: string, reference: string): Promise<void>;
  /** @param reference the SHA-256 of the request's id */
  readRequest(reference: string): Promise<VersionedRequest | undefined>;
  /** @returns whether the request was written; false where another step wrote since the version was read */
  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean>;
  /**
   * Binds a session of the service to the browser that takes it to the provider, and to its request, for ever.
   *
   * @param session a hash
   * @returns false where the session is void, or bound to another browser
   */
  bindSession(session: string, to: SessionHolder, now: number): Promise<boolean>;
  /** @returns undefined for a session that no browser took to the provider */
  findSession(session: string): Promise<BoundSession | undefined>;
  /**
   * Records that a step is about to complete a session with the service. Of this and `voidSession`, the first one written
   * counts.
   *
   * @returns false where the session is void or unknown
   */
  claimCompletion(session: string, now: number): Promise<boolean>;
  /** Makes a session void for ever, for all requests: no step completes it afterwards. The first cause stays. */
  voidSession(voidSession: VoidSession): Promise<void>;
  /**
   * Keeps the link of a call's answer, which no read of the service shows, in place of an earlier one. It is kept for some
   * hours: it expires after minutes.
   */
  keepLink(workspace: string, address: Address, link: IssuedLink): Promise<void>;
  /** @returns the link that was kept last, expired or not; undefined where none was, or where it cannot be read */
  findLink(workspace: string, address: Address): Promise<IssuedLink | undefined>;
  /**
   * Points an alias, by which a request is found, to another request, unless another step changed it meanwhile: of two steps that open a request about
   * the same subject, one succeeds.
   *
   * @param from the reference that `resolveAlias` returned
   * @returns whether the alias points to `to` now
   */
  replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean>;
  /** @returns the reference of the request */
  resolveAlias(alias: string): Promise<string | undefined>;
  deleteResource(workspace: string, address: Address, version: number): Promise<void>;
}
