import type {
  CreateRegistryRecordRequest,
  CreateRegistryRecordResponse,
  DeleteRegistryRecordRequest,
  GetRegistryRecordRequest,
  GetRegistryRecordResponse,
  ListRegistryRecordsRequest,
  ListRegistryRecordsResponse,
  RegistryRecordStatus,
  SubmitRegistryRecordForApprovalRequest,
  SubmitRegistryRecordForApprovalResponse,
  UpdateRegistryRecordRequest,
  UpdateRegistryRecordStatusRequest,
  UpdateRegistryRecordStatusResponse,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { type EmulatorContext, operationDuration, unusedId } from '../emulatorContext.ts';
import { Lifecycle, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { conflict, invalid, notFound, quotaExceeded } from '../serviceError.ts';
import { nextVersion, patchConfiguration, type RecordConfiguration } from './recordConfiguration.ts';
import type { Registries } from './registries.ts';
import type { RegistryEvents } from './registryEvents.ts';

interface RecordState extends StatefulRecord<RegistryRecordStatus> {
  readonly registryId: string;
  readonly version: string;
  readonly configuration: RecordConfiguration;
  /** Set during the deletion, for which the API has no status. */
  readonly isDeleting?: boolean;
}

/** The statuses that UpdateRegistryRecordStatus sets, each from these (developer guide, "Registry record lifecycle"). */
const ALLOWED_TRANSITIONS: Partial<Record<RegistryRecordStatus, readonly RegistryRecordStatus[]>> = {
  APPROVED: ['PENDING_APPROVAL'],
  REJECTED: ['PENDING_APPROVAL'],
  DEPRECATED: ['APPROVED', 'REJECTED'],
};

const FIRST_VERSION = '1';

/** The records of all registries, with their approval workflow. */
export class RegistryRecords {
  readonly #context: EmulatorContext;
  readonly #registries: Registries;
  readonly #events: RegistryEvents;
  readonly #table: Table<RecordState>;
  readonly #lifecycle: Lifecycle<RegistryRecordStatus, RecordState>;

  constructor(context: EmulatorContext, registries: Registries, events: RegistryEvents) {
    this.#context = context;
    this.#registries = registries;
    this.#events = events;
    this.#table = context.table('registryRecord');
    registries.countRecords = (registryId) => this.#table.count(`${registryId}/`);
    this.#lifecycle = new Lifecycle<RegistryRecordStatus, RecordState>(context, {
      kind: 'registryRecord',
      table: this.#table,
      statuses: {
        create: ['CREATING', 'DRAFT', 'CREATE_FAILED'],
        update: ['UPDATING', 'DRAFT', 'UPDATE_FAILED'],
        // Unused: a record keeps its status during its deletion.
        delete: ['UPDATING', 'UPDATE_FAILED'],
      },
      operations: {
        create: 'CreateRegistryRecord',
        update: 'UpdateRegistryRecord',
        delete: 'DeleteRegistryRecord',
      },
      keyOf,
      parentOf: ({ registryId }) => registryId,
      onSucceeded: (record) => this.#publishStatus(record),
    });
    context.jobQueue.registerHandler(
      'registryRecord/delete',
      ({ key }) =>
        () =>
          this.#remove(key),
    );
  }

  list(registryId: string): RecordState[] {
    return this.#table.list({ prefix: `${registryId}/` }).map(([, record]) => record);
  }

  forceStatus(
    registryId: string,
    id: string,
    status: RegistryRecordStatus,
    reasons?: readonly string[],
  ): void {
    this.#lifecycle.forceStatus(this.#get(registryId, id), status, reasons);
  }

  operations(): Operations {
    return {
      CreateRegistryRecord: (input: Checked<CreateRegistryRecordRequest>) => this.#create(input),
      GetRegistryRecord: ({ registryId, recordId }: Checked<GetRegistryRecordRequest>) =>
        this.#toResponse(this.#get(registryId, recordId)),
      ListRegistryRecords: (input: Checked<ListRegistryRecordsRequest>) => this.#list(input),
      UpdateRegistryRecord: (input: Checked<UpdateRegistryRecordRequest>) => this.#update(input),
      DeleteRegistryRecord: (input: Checked<DeleteRegistryRecordRequest>) => this.#delete(input),
      SubmitRegistryRecordForApproval: (input: Checked<SubmitRegistryRecordForApprovalRequest>) =>
        this.#submit(input),
      UpdateRegistryRecordStatus: (input: Checked<UpdateRegistryRecordStatusRequest>) =>
        this.#updateStatus(input),
    };
  }

  #create(input: Checked<CreateRegistryRecordRequest>): CreateRegistryRecordResponse {
    const { registryId: identifier, name, clientToken: _, recordVersion, ...configuration } = input;
    const registry = this.#registries.getIdle(identifier);
    const limit = this.#context.settings.quotas.recordsPerRegistry;
    if (this.#table.count(`${registry.id}/`) >= limit) {
      throw quotaExceeded(`Registry ${registry.id} has ${limit} records, its quota.`);
    }
    const isTaken = (id: string) => this.#table.get(`${registry.id}/${id}`) !== undefined;
    const now = this.#context.clock.now();
    const record = this.#lifecycle.start(
      {
        id: unusedId(this.#context, 'registryRecord', name, isTaken),
        registryId: registry.id,
        name,
        status: 'CREATING',
        version: recordVersion ?? FIRST_VERSION,
        createdAt: now,
        updatedAt: now,
        configuration,
      },
      'create',
    );
    return { recordArn: this.#arnOf(record), status: record.status };
  }

  /** PATCH. A submitted, approved or rejected record becomes a draft again. */
  #update(input: Checked<UpdateRegistryRecordRequest>): GetRegistryRecordResponse {
    const { name, recordVersion } = input;
    const before = this.#getIdle(input.registryId, input.recordId);
    if (before.status === 'DEPRECATED') {
      throw conflict(`Record ${before.id} is deprecated, which is final. Create a new record.`);
    }
    if (recordVersion !== undefined && recordVersion !== before.version) {
      throw conflict(
        `Record ${before.id} has version ${before.version}, not ${recordVersion}. Read it again.`,
      );
    }
    const updated: RecordState = {
      ...before,
      name: name ?? before.name,
      version: nextVersion(before.version),
      updatedAt: this.#context.clock.now(),
      configuration: patchConfiguration(before.configuration, input),
    };
    return this.#toResponse(this.#lifecycle.start(updated, 'update'));
  }

  #delete(input: Checked<DeleteRegistryRecordRequest>): object {
    const record = this.#getIdle(input.registryId, input.recordId);
    const key = keyOf(record);
    this.#table.put(key, { ...record, isDeleting: true });
    const delay = operationDuration(this.#context, 'DeleteRegistryRecord', record.name);
    this.#context.jobQueue.schedule(delay, { type: 'registryRecord/delete', key });
    return {};
  }

  #submit(input: Checked<SubmitRegistryRecordForApprovalRequest>): SubmitRegistryRecordForApprovalResponse {
    const record = this.#getIdle(input.registryId, input.recordId);
    if (record.status !== 'DRAFT') {
      throw conflict(`Record ${record.id} is in status ${record.status}; only a DRAFT can be submitted.`);
    }
    const { approvalConfiguration } = this.#registries.get(record.registryId).configuration;
    const status = approvalConfiguration?.autoApproval ? 'APPROVED' : 'PENDING_APPROVAL';
    return approvalResponse(this.#toResponse(this.#enterStatus(record, status)));
  }

  #updateStatus(input: Checked<UpdateRegistryRecordStatusRequest>): UpdateRegistryRecordStatusResponse {
    const { status, statusReason } = input;
    const record = this.#getIdle(input.registryId, input.recordId);
    const allowed = ALLOWED_TRANSITIONS[status];
    if (!allowed) {
      const statuses = Object.keys(ALLOWED_TRANSITIONS).join(', ');
      throw invalid(`A record cannot be put into status ${status}. Use one of ${statuses}.`, {
        name: 'status',
        message: `must be one of ${statuses}`,
      });
    }
    if (!allowed.includes(record.status)) {
      throw conflict(
        `Record ${record.id} is in status ${record.status}; only ${allowed.join(' or ')} can become ${status}.`,
      );
    }
    const updated = this.#enterStatus(record, status, statusReason);
    return { ...approvalResponse(this.#toResponse(updated)), statusReason };
  }

  #list(input: Checked<ListRegistryRecordsRequest>): ListRegistryRecordsResponse {
    const registry = this.#registries.get(input.registryId);
    const { name, status, descriptorType } = input;
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'ListRegistryRecords',
      prefix: `${registry.id}/`,
      pageSize: this.#context.settings.quotas.defaultPageSize,
      filter: (record) =>
        (name === undefined || record.name === name) &&
        (status === undefined || record.status === status) &&
        (descriptorType === undefined || record.configuration.descriptorType === descriptorType),
    });
    return {
      registryRecords: items.map((record) => ({
        ...omit(
          this.#toResponse(record),
          'descriptors',
          'statusReason',
          'synchronizationType',
          'synchronizationConfiguration',
        ),
        recordVersion: record.version,
      })),
      ...defined({ nextToken }),
    };
  }

  #enterStatus(record: RecordState, status: RegistryRecordStatus, reason?: string): RecordState {
    const updated = { ...record, updatedAt: this.#context.clock.now() };
    return this.#publishStatus(this.#lifecycle.forceStatus(updated, status, reason ? [reason] : undefined));
  }

  #publishStatus(record: RecordState): RecordState {
    this.#events.enqueue(record.status, record.registryId, record.id, this.#arnOf(record));
    return record;
  }

  #remove(key: string): void {
    const record = this.#table.get(key);
    this.#table.delete(key);
    if (!record) return;
    const { id, name, registryId } = record;
    this.#context.notifyChange({ kind: 'registryRecord', id, name, parentId: registryId });
  }

  /** @throws ServiceError ConflictException while the record is being created, updated or deleted */
  #getIdle(registryId: string, recordId: string): RecordState {
    const record = this.#get(registryId, recordId);
    if (record.isDeleting) throw conflict(`Record ${record.id} is being deleted.`);
    this.#lifecycle.rejectWhileBusy(record);
    return record;
  }

  #get(registryId: string, recordId: string): RecordState {
    const registry = this.#registries.get(registryId);
    const record = this.#table.get(`${registry.id}/${recordId.slice(recordId.lastIndexOf('/') + 1)}`);
    if (!record || (recordId.startsWith('arn:') && this.#arnOf(record) !== recordId)) {
      throw notFound(`Record ${recordId} does not exist in registry ${registry.id}.`);
    }
    return record;
  }

  #arnOf({ registryId, id }: RecordState): string {
    return `${this.#registries.arnOf(registryId)}/record/${id}`;
  }

  #toResponse(record: RecordState): GetRegistryRecordResponse {
    const { id, registryId, name, status, reasons, version, createdAt, updatedAt, configuration } = record;
    return {
      ...configuration,
      descriptors: configuration.descriptors ?? {},
      registryArn: this.#registries.arnOf(registryId),
      recordArn: this.#arnOf(record),
      recordId: id,
      name,
      recordVersion: version,
      status,
      ...(reasons && { statusReason: reasons.join('; ') }),
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    };
  }
}

function keyOf({ registryId, id }: RecordState): string {
  return `${registryId}/${id}`;
}

/** The members that both approval operations return. */
function approvalResponse({
  registryArn,
  recordArn,
  recordId,
  status,
  updatedAt,
}: SubmitRegistryRecordForApprovalResponse) {
  return { registryArn, recordArn, recordId, status, updatedAt };
}
