import type { Answer } from '../decide/record.ts';
import type { JsonObject } from '../manifest/json.ts';

/** Names a record to the API. */
export interface RecordId {
  readonly registryId: string;
  readonly recordId: string;
}

/** A record of a registry, as far as its approval needs it. */
export interface RegistryRecord extends RecordId {
  readonly name: string;
  readonly description?: string;
  readonly descriptorType: string;
  readonly descriptors: JsonObject;
  readonly status: string;
}

/** The records of registries. */
export interface RegistryRecords {
  /** @returns undefined where the service knows no such record */
  get(id: RecordId): Promise<RegistryRecord | undefined>;
  decide(id: RecordId, status: 'APPROVED' | 'REJECTED', reason: string): Promise<Answer>;
}
