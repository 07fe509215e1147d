import { GateloopError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { defined } from '../core/objects.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type {
  RecordId,
  RecordListing,
  RecordSummary,
  RegistryRecord,
  RegistryRecords,
} from '../core/ports/registryRecords.ts';
import {
  AgentRegistryControlClient,
  GetRegistryRecordCommand,
  paginateListRegistryRecords,
  type RegistryRecordFilter,
  type RegistryRecordSummary,
  UpdateRegistryRecordStatusCommand,
} from './agentRegistry/index.ts';
import { isException, rejection } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** The largest page that `ListRegistryRecords` allows. */
const PAGE_SIZE = 100;

/** Records of Agent Registry. */
export class AgentRegistryRecords implements RegistryRecords {
  readonly #client: () => AgentRegistryControlClient;

  constructor(client?: AgentRegistryControlClient) {
    this.#client = lazy(
      () => client ?? new AgentRegistryControlClient(clientSettings(callLimits.registryRecords)),
    );
  }

  async get({ registryId, recordId }: RecordId): Promise<RegistryRecord | undefined> {
    try {
      const answer = await this.#client().send(new GetRegistryRecordCommand({ registryId, recordId }));
      const { name = recordId, recordType = '', status = '', recordVersion: version = '' } = answer;
      return {
        registryId,
        recordId,
        name: name.toWellFormed(),
        ...defined({
          displayName: answer.displayName?.toWellFormed(),
          description: answer.description?.toWellFormed(),
          customMetadata: answer.customMetadata === undefined ? undefined : plain(answer.customMetadata),
          packageSha256: answer.artifact?.sha256,
        }),
        recordType,
        descriptors: plain(answer.descriptors),
        status,
        version: version.toWellFormed(),
        updatedAt: answer.updatedAt?.getTime() ?? 0,
      };
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return undefined;
      const { code, transient } = rejection(error);
      const message = `The registry ${registryId} did not give the record ${recordId}: ${code}.`;
      throw new GateloopError(code, message, {
        retryable: transient,
        details: { registryId, recordId },
        cause: error,
      });
    }
  }

  listServers(registryId: string): Promise<RecordListing> {
    return this.#list(registryId, { name: 'recordType', values: ['MCP'] });
  }

  listPending(registryId: string): Promise<RecordListing> {
    return this.#list(registryId, { name: 'status', values: ['PENDING_APPROVAL'] });
  }

  async #list(registryId: string, filter: RegistryRecordFilter): Promise<RecordListing> {
    try {
      const records: RecordSummary[] = [];
      const pages = paginateListRegistryRecords(
        { client: this.#client(), pageSize: PAGE_SIZE },
        { registryId, filters: [filter] },
      );
      for await (const { registryRecords = [] } of pages) records.push(...registryRecords.map(summaryOf));
      return { kind: 'listed', records };
    } catch (error) {
      const { code, transient } = rejection(error);
      return { kind: 'unreadable', code, transient };
    }
  }

  async updateStatus(
    { registryId, recordId }: RecordId,
    status: 'APPROVED' | 'REJECTED',
    statusReason: string,
  ): Promise<CallResult> {
    try {
      await this.#client().send(
        new UpdateRegistryRecordStatusCommand({ registryId, recordId, status, statusReason }),
      );
      return { kind: 'accepted' };
    } catch (error) {
      return rejection(error);
    }
  }
}

/**
 * @returns plain JSON: descriptors hold texts and no dates or bytes. They are strangers' texts, and may end in half of a
 * character, of which no hash can be made.
 */
function plain(value: unknown): JsonObject {
  // JSON escapes the halves of characters; the texts and the names of members have them replaced.
  const text = JSON.stringify(value ?? {}).replaceAll(
    /(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g,
    '$1\uFFFD',
  );
  const parsed: JsonValue = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : {};
}

function summaryOf(record: RegistryRecordSummary): RecordSummary {
  const { recordId = '', name = '', recordVersion: version = '', status = '', createdAt, updatedAt } = record;
  return {
    recordId,
    name,
    version,
    status,
    createdAt: createdAt?.getTime() ?? 0,
    updatedAt: updatedAt?.getTime() ?? 0,
  };
}
