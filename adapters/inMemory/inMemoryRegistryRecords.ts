import { GateloopError } from '../../core/errors.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import type {
  RecordId,
  RecordListing,
  RegistryRecord,
  RegistryRecords,
} from '../../core/ports/registryRecords.ts';
import { CallScript } from './callScript.ts';
import { answerOf, ServiceError } from './serviceError.ts';

/** A record with the times of its list item, in ms since the epoch. */
export type StoredRecord = RegistryRecord & { readonly createdAt: number };

/** A decision that the service accepted. */
export interface AcceptedDecision extends RecordId {
  readonly status: 'APPROVED' | 'REJECTED';
  readonly reason: string;
}

/** Source: the service model's `RecordId`. */
const RECORD_ID = /^[A-Za-z0-9]{12}$/;

/** Registries with their records in memory, for tests of steps. */
export class InMemoryRegistryRecords implements RegistryRecords {
  readonly script = new CallScript<RegistryRecords>();
  readonly #registries = new Map<string, Map<string, StoredRecord>>();
  readonly #decisions: AcceptedDecision[] = [];

  /** Creates a registry without records. */
  putRegistry(registryId: string): void {
    this.#registries.set(registryId, new Map());
  }

  /** Creates or overwrites a record. @throws RangeError for an unknown registry, or an invalid record id */
  putRecord(record: StoredRecord): void {
    const records = this.#registries.get(record.registryId);
    if (!records) throw new RangeError(`The registry ${record.registryId} does not exist; put it first.`);
    if (!RECORD_ID.test(record.recordId))
      throw new RangeError(`${record.recordId} is not a record id of 12 letters and digits.`);
    records.set(record.recordId, structuredClone(record));
  }

  /** Deletes a record. @throws RangeError if it does not exist */
  removeRecord({ registryId, recordId }: RecordId): void {
    if (!this.#registries.get(registryId)?.delete(recordId))
      throw new RangeError(`Registry ${registryId} has no record ${recordId}.`);
  }

  record({ registryId, recordId }: RecordId): StoredRecord | undefined {
    return this.#registries.get(registryId)?.get(recordId);
  }

  /** @returns the accepted decisions, oldest first */
  decisions(): readonly AcceptedDecision[] {
    return [...this.#decisions];
  }

  async get(id: RecordId): Promise<RegistryRecord | undefined> {
    try {
      return await this.script.run('get', [id], () => {
        if (!RECORD_ID.test(id.recordId)) throw new ServiceError('ValidationException');
        const record = this.record(id);
        if (!record) return undefined;
        const { createdAt: _, ...shown } = record;
        // Replaces lone surrogates, as `AgentRegistryRecords` does.
        return JSON.parse(JSON.stringify(shown), (_name, value) =>
          typeof value === 'string' ? value.toWellFormed() : value,
        );
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.name === 'ResourceNotFoundException') return undefined;
      const message = `The registry ${id.registryId} did not give the record ${id.recordId}: ${error.name}.`;
      throw new GateloopError(error.name, message, {
        retryable: error.transient,
        details: { ...id },
        cause: error,
      });
    }
  }

  listServers(registryId: string): Promise<RecordListing> {
    return this.#list('listServers', registryId, ({ recordType }) => recordType === 'MCP');
  }

  listPending(registryId: string): Promise<RecordListing> {
    return this.#list('listPending', registryId, ({ status }) => status === 'PENDING_APPROVAL');
  }

  async #list(
    method: 'listServers' | 'listPending',
    registryId: string,
    isListed: (record: StoredRecord) => boolean,
  ): Promise<RecordListing> {
    try {
      return await this.script.run(method, [registryId], () => {
        const records = this.#registries.get(registryId);
        if (!records) throw new ServiceError('ResourceNotFoundException');
        const listed = [...records.values()].filter(isListed);
        return {
          kind: 'listed' as const,
          records: listed.map(({ recordId, name, version, status, createdAt, updatedAt }) => ({
            recordId,
            name,
            version,
            status,
            createdAt,
            updatedAt,
          })),
        };
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { kind: 'unreadable', code: error.name, transient: error.transient };
    }
  }

  updateStatus(id: RecordId, status: 'APPROVED' | 'REJECTED', reason: string): Promise<CallResult> {
    return answerOf(
      this.script.run('updateStatus', [id, status, reason], () => {
        const record = this.record(id);
        if (!record) throw new ServiceError('ResourceNotFoundException');
        if (record.status !== 'PENDING_APPROVAL')
          throw new ServiceError(
            'ConflictException',
            `Record ${id.recordId} is in status ${record.status}; only PENDING_APPROVAL can become ${status}.`,
          );
        this.putRecord({ ...record, status });
        this.#decisions.push({ registryId: id.registryId, recordId: id.recordId, status, reason });
        return { kind: 'accepted' };
      }),
    );
  }
}
