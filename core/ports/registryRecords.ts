import type { JsonObject } from '../json.ts';
import type { CallResult } from './controlPlane.ts';

/** Names a record to the API. */
export interface RecordId {
  readonly registryId: string;
  readonly recordId: string;
}

/** What somebody submits: all of it is a stranger's text. */
export interface RecordContent {
  readonly name: string;
  readonly description?: string;
  readonly descriptorType: string;
  readonly descriptors: JsonObject;
}

/** A record of a registry, as far as its approval needs it. */
export interface RegistryRecord extends RecordId, RecordContent {
  readonly status: string;
  /** The service counts it up with every edit. */
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

/** What a registry answers when it is asked for its records. */
export type RecordListing =
  | { readonly kind: 'listed'; readonly records: readonly RecordSummary[] }
  | UnreadableRegistry;

/** `code` is the service's, such as `ResourceNotFoundException`; what is transient may be gone at the next look. */
export interface UnreadableRegistry {
  readonly kind: 'unreadable';
  readonly code: string;
  readonly transient: boolean;
}

/** The records of registries. */
export interface RegistryRecords {
  /**
   * @returns undefined where the service knows no such record
   * @throws GateloopError with the service's code, when it refuses
   */
  get(id: RecordId): Promise<RegistryRecord | undefined>;
  /** All pages of the approved records that describe MCP servers. Never throws for what the service said. */
  listApprovedServers(registryId: string): Promise<RecordListing>;
  updateStatus(id: RecordId, status: 'APPROVED' | 'REJECTED', reason: string): Promise<CallResult>;
}
