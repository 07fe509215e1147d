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
  readonly displayName?: string;
  readonly description?: string;
  /** Such as `MCP` or `SKILL`. */
  readonly recordType: string;
  readonly descriptors: JsonObject;
  readonly customMetadata?: JsonObject;
  /** The SHA-256 of a skill's package, of which the descriptors show the file SKILL.md alone. */
  readonly packageSha256?: string;
}

/** The newest revision of a registry's record, as far as its approval needs it. */
export interface RegistryRecord extends RecordId, RecordContent {
  readonly status: string;
  /** As its author names it. An edit that names none keeps it, so that it identifies no revision. */
  readonly version: string;
  /** When its content or status changed last, in ms since the epoch. */
  readonly updatedAt: number;
}

/** The newest revision of a record without its content. An older one that was approved may still be discoverable. */
export interface RecordSummary {
  readonly status: string;
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
  /** Lists all pages of the records that describe MCP servers. A rejected call is a result, not an exception. */
  listServers(registryId: string): Promise<RecordListing>;
  /** Lists all pages of the records that wait for approval. A rejected call is a result, not an exception. */
  listPending(registryId: string): Promise<RecordListing>;
  updateStatus(id: RecordId, status: 'APPROVED' | 'REJECTED', reason: string): Promise<CallResult>;
}
