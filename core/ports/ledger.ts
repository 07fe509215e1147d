import type { Address } from '../address.ts';
import type { AuthorizationRequest } from '../authorization/request.ts';
import type { Latencies } from '../reconcile/latencyEstimator.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';

/** Who works on a workspace, and until when. Times in ms since the epoch. */
export interface LeaseRequest {
  readonly workspace: string;
  /** The execution; a fresh execution that goes on with the work of another carries the first one's. */
  readonly holder: string;
  readonly now: number;
  /** How long the lease lasts if it is not renewed, in ms. */
  readonly duration: number;
}

/** The outcome that owners were last told, so that nobody is told the same twice, and everybody once. */
export interface OutcomeDelivery {
  readonly digest: string;
  /** Who was not reached, as `contactName` names them. */
  readonly failedContacts: readonly string[];
  /** How often they were tried. */
  readonly attempts: number;
}

/** What the ledger knows of a workspace as a whole. */
export interface WorkspaceRecord {
  readonly latencies: Latencies;
  readonly outcomeDelivery?: OutcomeDelivery;
  /** When the next synchronisation by schedule is due, in ms since the epoch. */
  readonly nextResyncAt?: number;
  /** The upload that was accepted last, whatever was refused since. */
  readonly acceptedRevision?: string;
  /** The ids of the registries whose approved records become targets here. */
  readonly registryIds?: readonly string[];
}

/** A request to a person with the version that a write of it must name. */
export interface VersionedRequest {
  readonly request: AuthorizationRequest;
  readonly version: number;
}

/** A resource's memory with the version that a write of it must name. */
export interface VersionedResourceRecord {
  readonly record: ResourceRecord;
  readonly version: number;
}

/** What Gateloop must not forget and cannot read back from the control plane. Every write is conditional. */
export interface Ledger {
  /**
   * Takes the lease, or renews it, and clears the dirty mark: what follows looks afresh. Where another holds it, marks
   * the workspace dirty, so that the holder looks once more before it lets go.
   * @returns whether the lease is held now
   */
  takeLease(request: LeaseRequest): Promise<boolean>;
  /**
   * Lets the lease go, unless the workspace was marked dirty meanwhile: then it stays held and the mark is cleared.
   * @returns whether the workspace was dirty, and must be looked at once more
   */
  releaseLease(workspace: string, holder: string): Promise<{ readonly dirty: boolean }>;
  /**
   * Asks for leave to make writes to the control plane, whose rates are the account's: all workspaces share them.
   *
   * @param now in ms since the epoch
   * @returns for how many of the `wanted` writes there is leave now
   */
  reserveWrites(requested: number, now: number): Promise<number>;
  readWorkspace(workspace: string): Promise<WorkspaceRecord>;
  writeWorkspace(workspace: string, record: WorkspaceRecord): Promise<void>;
  readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>>;
  /**
   * @param version the version that was read; 0 for a resource that the ledger did not know
   * @throws GateloopError `LedgerConflict`, retryable, when somebody else wrote meanwhile
   */
  writeResource(workspace: string, record: ResourceRecord, version: number): Promise<void>;
  /** Notes a request, so that its link can be followed; one that is there already stays as it is. */
  openRequest(request: AuthorizationRequest): Promise<void>;
  /** @param reference the SHA-256 of the request's id */
  readRequest(reference: string): Promise<VersionedRequest | undefined>;
  /** @returns whether it was written: somebody else may have written since the version was read */
  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean>;
  /**
   * Notes another name by which a request is found: the session that a browser comes back with. The later note counts.
   *
   * @param alias a hash
   */
  putAlias(alias: string, reference: string, now: number): Promise<void>;
  /**
   * Has a name stand for another request, unless somebody else had it stand for another one meanwhile: of two who open
   * a request about one thing, one has opened it.
   *
   * @param from what `findAlias` gave
   * @returns whether the name stands for `to` now
   */
  replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean>;
  /** @returns the reference of the request */
  resolveAlias(alias: string): Promise<string | undefined>;
  deleteResource(workspace: string, address: Address, version: number): Promise<void>;
}
