import type { JsonObject } from '../json.ts';
import type { CallResult } from './controlPlane.ts';

/** Identifies a record to the API. */
export interface RecordId {
  readonly registryId: string;
  readonly recordId: string;
}

/** The content of a submission. All of it is untrusted text. */
export interface RecordContent {
  readonly name: string;
  readonly description?: string;
  readonly descriptorType: string;
  readonly descriptors: JsonObject;
}

/** The parts of a registry's record that its approval needs. */
export interface RegistryRecord extends RecordId, RecordContent {
  readonly status: string;
  /** The service increments it with every edit. */
  readonly version: string;
}

/** An approved record without its content. */
export interface RecordSummary {
  readonly recordId: string;
  readonly name: string;
  readonly version: string;
  /** In ms since the epoch, as is `updatedAt`. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The result of listing a registry's records. */
export type RecordListing =
  | { readonly kind: 'listed'; readonly records: readonly RecordSummary[] }
  | UnreadableRegistry;

/** `code` is the exception's name, such as `ResourceNotFoundException`; a transient failure may be over at the next read. */
export interface UnreadableRegistry {
  readonly kind: 'unreadable';
  readonly code: string;
  readonly transient: boolean;
}

/** The records of registries. */
export interface RegistryRecords {
  /**
   * @returns undefined where the service has no such record
   * @throws GateloopError with the exception's name as code, when the service rejects the call
   */
  get(id: RecordId): Promise<RegistryRecord | undefined>;
  /** Lists all pages of the approved records that describe MCP servers. A rejected call is a result, not an exception. */
  listApprovedServers(registryId: string): Promise<RecordListing>;
  updateStatus(id: RecordId, status: 'APPROVED' | 'REJECTED', reason: string): Promise<CallResult>;
}
