import type {
  CreateRegistryRecordRequest,
  CreateRegistryRecordResponse,
  DeleteRegistryRecordRequest,
  GetRegistryRecordRequest,
  ListRegistryRecordsRequest,
  ListRegistryRecordsResponse,
  RegistryRecordStatus,
  SubmitRegistryRecordForApprovalRequest,
  UpdateRegistryRecordRequest,
  UpdateRegistryRecordResponse,
  UpdateRegistryRecordStatusRequest,
} from '../../../adapters/agentRegistry/index.ts';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import type { Consents } from '../consent/consents.ts';
import type { CredentialProviderLookup } from '../credentialProviders/credentialProviders.ts';
import { type EmulatorContext, operationDuration, unusedId } from '../emulatorContext.ts';
import { Lifecycle, type LifecycleAction } from '../lifecycle.ts';
import type { Caller, Checked, Operations } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { applyPatch } from '../patch.ts';
import { checkRules } from '../rules.ts';
import { conflict, invalid, notFound, quotaExceeded, ServiceError } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { checkMetadata } from './customMetadata.ts';
import type { AgentRegistryEvents } from './events.ts';
import { checkFilters, filterValue } from './filters.ts';
import { decided, type StatusChange, submitted } from './recordApprovals.ts';
import { RecordConsents } from './recordConsents.ts';
import { patchDescriptors } from './recordPatch.ts';
import { RECORD_RULES } from './recordRules.ts';
import { sourcesOf } from './recordSources.ts';
import {
  isAwaitingConsent,
  RecordResponses,
  type RecordRevision,
  type RecordState,
  recordKey,
} from './recordState.ts';
import type { AgentRegistries } from './registries.ts';
import type { SourceReader } from './sourceReader.ts';

/** Where the request names none. Summaries have a version always. */
const FIRST_VERSION = '1';

const FILTERS = {
  status: [
    'DRAFT',
    'PENDING_APPROVAL',
    'APPROVED',
    'REJECTED',
    'DEPRECATED',
    'CREATING',
    'UPDATING',
    'CREATE_FAILED',
    'UPDATE_FAILED',
    'CREATE_PENDING_AUTH',
    'UPDATE_PENDING_AUTH',
  ],
  recordType: ['MCP', 'AGENT', 'CUSTOM', 'SKILL', 'GATEWAY', 'WEB_BOT'],
} as const;

/** The status reason of a record whose link expired; the service's text is not published. */
const AUTHORIZATION_TIMED_OUT =
  'The GitHub user did not authorize access before the authorization link expired. Trigger a synchronization to get another link.';

const JOBS = { remove: 'agentRegistryRecord/delete', expireLink: 'agentRegistryRecord/expireLink' } as const;

/** What records depend on. */
export interface RecordDependencies {
  readonly registries: AgentRegistries;
  readonly tags: Tags;
  readonly events: AgentRegistryEvents;
  readonly consents: Consents;
  readonly providers: CredentialProviderLookup;
  readonly reader: SourceReader;
}

/** The records of Agent Registry's registries, with their approvals and synchronizations. */
export class AgentRegistryRecords {
  readonly #context: EmulatorContext;
  readonly #registries: AgentRegistries;
  readonly #tags: Tags;
  readonly #providers: CredentialProviderLookup;
  readonly #reader: SourceReader;
  readonly #consents: RecordConsents;
  readonly #responses: RecordResponses;
  readonly #table: Table<RecordState>;
  /** The ids by registry and name. */
  readonly #names: Table<string>;
  readonly #lifecycle: Lifecycle<RegistryRecordStatus, RecordState>;

  constructor(context: EmulatorContext, dependencies: RecordDependencies) {
    const { registries, consents, events } = dependencies;
    this.#context = context;
    this.#registries = registries;
    this.#tags = dependencies.tags;
    this.#providers = dependencies.providers;
    this.#reader = dependencies.reader;
    this.#consents = new RecordConsents(context, consents);
    this.#responses = new RecordResponses(context, registries);
    this.#table = context.table('agentRegistryRecord');
    this.#names = context.table('agentRegistryRecordName');
    registries.removeRecords = (registryId) => {
      for (const record of this.list(registryId)) this.#lifecycle.remove(record);
    };
    this.#lifecycle = new Lifecycle<RegistryRecordStatus, RecordState>(context, {
      kind: 'agentRegistryRecord',
      table: this.#table,
      statuses: {
        create: ['CREATING', 'DRAFT', 'CREATE_FAILED'],
        update: ['UPDATING', 'DRAFT', 'UPDATE_FAILED'],
        // Unused: a record keeps its status during its deletion.
        delete: ['UPDATING', 'UPDATE_FAILED'],
      },
      operations: {
        create: 'AgentRegistry.CreateRegistryRecord',
        update: 'AgentRegistry.UpdateRegistryRecord',
        delete: 'AgentRegistry.DeleteRegistryRecord',
      },
      keyOf: recordKey,
      parentOf: ({ registryId }) => registryId,
      onStatus: (record) =>
        events.recordEntered(record.status, record.registryId, record.id, this.#responses.arnOf(record)),
      onDeleted: (record) => this.#forget(record),
      work: (record, action) => this.#synchronize(record, action),
      onSucceeded: (record) => omit(record, 'isSynchronizing'),
    });
    consents.registerOwner('agentRegistryRecord', {
      credentialsOf: ({ parentId, id }) =>
        this.#consents.credentialsOf(this.#table.get(recordKey({ registryId: parentId, id }))),
      continueAfterConsent: ({ requestUri, subject }) => this.#continue(subject.parentId, requestUri),
    });
    context.jobQueue.registerHandler(JOBS.remove, ({ key }) => () => {
      const record = this.#table.get(key);
      if (record) this.#lifecycle.remove(record);
    });
    context.jobQueue.registerHandler(JOBS.expireLink, ({ key, requestUri }) => () => {
      const record = this.#table.get(key);
      if (!record?.authorization || record.authorization.requestUri !== requestUri) return;
      const { action } = record.authorization;
      const status = action === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
      this.#lifecycle.forceStatus(omit(record, 'authorization'), status, [AUTHORIZATION_TIMED_OUT]);
    });
  }

  list(registryId: string): RecordState[] {
    return this.#table.list({ prefix: `${registryId}/` }).map(([, record]) => record);
  }

  /** The revision that searches return; undefined for a record that is not discoverable. */
  approvedRevision(registryId: string, recordId: string): RecordRevision | undefined {
    return this.#get(registryId, recordId).approved;
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
      'AgentRegistry.CreateRegistryRecord': (input: Checked<CreateRegistryRecordRequest>, caller: Caller) =>
        this.#create(input, caller),
      'AgentRegistry.GetRegistryRecord': ({ registryId, recordId }: Checked<GetRegistryRecordRequest>) => {
        const record = this.#get(registryId, recordId);
        return { ...this.#responses.record(record), ...this.#responses.synchronizedSource(record) };
      },
      'AgentRegistry.ListRegistryRecords': (input: Checked<ListRegistryRecordsRequest>) => this.#list(input),
      'AgentRegistry.UpdateRegistryRecord': (input: Checked<UpdateRegistryRecordRequest>, caller: Caller) =>
        this.#update(input, caller),
      'AgentRegistry.DeleteRegistryRecord': (input: Checked<DeleteRegistryRecordRequest>) =>
        this.#delete(input),
      'AgentRegistry.SubmitRegistryRecordForApproval': (
        input: Checked<SubmitRegistryRecordForApprovalRequest>,
      ) => {
        const record = this.#getSettled(input.registryId, input.recordId);
        const { approvalConfiguration } = this.#registries.get(record.registryId).configuration;
        const isAutomatic = approvalConfiguration?.autoApprovalRules?.includes('APPROVE_ALL') === true;
        return this.#responses.approval(this.#enter(submitted(record, isAutomatic)));
      },
      'AgentRegistry.UpdateRegistryRecordStatus': (input: Checked<UpdateRegistryRecordStatusRequest>) => {
        const record = this.#getSettled(input.registryId, input.recordId);
        const { statusReason } = input;
        return { ...this.#responses.approval(this.#enter(decided(record, input))), statusReason };
      },
    };
  }

  #create(input: Checked<CreateRegistryRecordRequest>, caller: Caller): CreateRegistryRecordResponse {
    const { registryId: identifier, name, clientToken: _, recordVersion, tags, ...members } = input;
    const { artifact, provenance, ...revision } = members;
    rejectUnsupported(artifact, provenance);
    const registry = this.#registries.getIdle(identifier);
    this.#checkRevision(registry.id, { ...revision, version: recordVersion ?? FIRST_VERSION });
    if (Object.keys(revision.descriptors).length === 0) throw withoutDescriptor();
    this.#rejectDuplicateName(registry.id, name);
    const limit = this.#context.settings.quotas.recordsPerRegistry;
    if (this.#table.count(`${registry.id}/`) >= limit) {
      throw quotaExceeded(`Registry ${registry.id} has ${limit} records, its quota.`);
    }
    const isTaken = (id: string) => this.#table.get(`${registry.id}/${id}`) !== undefined;
    const now = this.#context.clock.now();
    const record: RecordState = {
      id: unusedId(this.#context, 'registryRecord', name, isTaken),
      registryId: registry.id,
      name,
      status: 'CREATING',
      createdAt: now,
      updatedAt: now,
      revision: { ...revision, version: recordVersion ?? FIRST_VERSION },
      isSynchronizing: sourcesOf(revision.descriptors).length > 0,
    };
    this.#names.put(`${registry.id}/${name}`, record.id);
    this.#tags.register(this.#responses.arnOf(record), tags);
    const started = this.#begin(record, 'create', caller);
    return {
      recordArn: this.#responses.arnOf(record),
      status: started.status,
      ...this.#consents.answer(started),
    };
  }

  /** PATCH. A submitted, approved or rejected record becomes a draft again, whose approved revision stays discoverable. */
  #update(input: Checked<UpdateRegistryRecordRequest>, caller: Caller): UpdateRegistryRecordResponse {
    const { name: newName, recordVersion, recordType, triggerSynchronization = false, ...others } = input;
    rejectUnsupported(input.artifact, input.provenance);
    const before = this.#getSettled(input.registryId, input.recordId, triggerSynchronization);
    const { descriptors: old } = before.revision;
    const { displayName, description, customMetadata } = others;
    const revision = {
      ...applyPatch<RecordState['revision']>(before.revision, { displayName, description, customMetadata }),
      ...defined({ version: recordVersion, recordType }),
      descriptors: patchDescriptors(old, others.descriptors),
    };
    this.#checkRevision(before.registryId, revision);
    const [source] = sourcesOf(revision.descriptors);
    this.#checkSynchronization(input, { ...before, revision }, caller);
    const name = newName ?? before.name;
    if (name !== before.name) this.#rename(before, name);
    const isSkill = source?.kind === 'gitHubSkill' || source?.kind === 's3Skill';
    const isOtherSource = JSON.stringify(source) !== JSON.stringify(sourcesOf(old)[0]);
    const updated = {
      ...omit(before, 'authorization'),
      name,
      revision,
      updatedAt: this.#context.clock.now(),
      isSynchronizing: triggerSynchronization || (isSkill && isOtherSource),
    };
    const started = this.#begin(updated, 'update', caller, others.forceAuthentication);
    return { ...this.#responses.record(started), ...this.#consents.answer(started) };
  }

  /** Shape UpdateRegistryRecordRequest. */
  #checkSynchronization(
    input: Checked<UpdateRegistryRecordRequest>,
    record: RecordState,
    caller: Caller,
  ): void {
    const { triggerSynchronization = false, forceAuthentication = false } = input;
    if (triggerSynchronization && sourcesOf(record.revision.descriptors).length === 0) {
      const message = 'The record has no source to synchronize from';
      throw invalid(message, { name: 'triggerSynchronization', message });
    }
    if (
      forceAuthentication &&
      (!triggerSynchronization || this.#consents.keyOf(record, caller) === undefined)
    ) {
      const message =
        'forceAuthentication needs triggerSynchronization and a GitHub source with AUTHORIZATION_CODE';
      throw invalid(message, { name: 'forceAuthentication', message });
    }
  }

  #checkRevision(registryId: string, revision: RecordState['revision']): void {
    const { recordType, descriptors, customMetadata } = revision;
    checkRules(RECORD_RULES, { recordType, descriptors });
    const { customMetadataSchemaConfiguration } = this.#registries.get(registryId).configuration;
    checkMetadata(customMetadataSchemaConfiguration, recordType, customMetadata);
    for (const { credentials } of sourcesOf(descriptors)) {
      const arn = credentials[0]?.credentialProvider.oauthCredentialProvider?.providerArn;
      if (arn === undefined || this.#providers.hasArn(arn)) continue;
      throw notFound(`The credential provider ${arn} does not exist. Create it first.`);
    }
  }

  /** Starts an operation, or waits for the consent that its synchronization needs. */
  #begin(record: RecordState, action: 'create' | 'update', caller: Caller, isForced = false): RecordState {
    const key = record.isSynchronizing ? this.#consents.keyOf(record, caller) : undefined;
    if (key === undefined) return this.#lifecycle.start(record, action);
    if (!isForced && this.#consents.hasGrant(key))
      return this.#lifecycle.start({ ...record, grantKey: key }, action);
    const waiting = this.#consents.authorize(record, key, action, isForced);
    const { expiredLink, expiredLinkFailsAfter } = this.#context.settings.behaviors;
    const { requestUri, expiresAt } = waiting.authorization ?? { requestUri: '', expiresAt: 0 };
    if (expiredLink === 'fails') {
      const delay = expiresAt - this.#context.clock.now() + expiredLinkFailsAfter;
      this.#context.jobQueue.schedule(delay, { type: JOBS.expireLink, key: recordKey(record), requestUri });
    }
    return this.#lifecycle.forceStatus(
      waiting,
      action === 'create' ? 'CREATE_PENDING_AUTH' : 'UPDATE_PENDING_AUTH',
    );
  }

  /** Continues all records that wait for the same consent. */
  #continue(registryId: string, requestUri: string): void {
    for (const record of this.list(registryId)) {
      const { authorization, grantKey } = record;
      if (authorization?.requestUri !== requestUri || grantKey === undefined) continue;
      this.#consents.grant(grantKey, requestUri);
      this.#lifecycle.start(omit(record, 'authorization'), authorization.action);
    }
  }

  /** Reads the source, if the operation is to. */
  #synchronize(record: RecordState, action: LifecycleAction) {
    const [source] = sourcesOf(record.revision.descriptors);
    if (action === 'delete' || !record.isSynchronizing || !source) return undefined;
    const token = record.grantKey === undefined ? undefined : this.#consents.accessTokenOf(record.grantKey);
    return this.#reader.read(source, record.revision.descriptors, token).then((content) => {
      if ('reasons' in content) return content;
      const { descriptors, version } = content;
      const synchronized = version && { at: this.#context.clock.now(), version };
      return { changes: { revision: { ...record.revision, descriptors }, ...defined({ synchronized }) } };
    });
  }

  #delete(input: Checked<DeleteRegistryRecordRequest>): object {
    const record = this.#get(input.registryId, input.recordId);
    this.#rejectWhileBusy(record);
    const key = recordKey(record);
    this.#table.put(key, { ...omit(record, 'authorization'), isDeleting: true });
    const delay = operationDuration(this.#context, 'AgentRegistry.DeleteRegistryRecord', record.name);
    this.#context.jobQueue.schedule(delay, { type: JOBS.remove, key });
    return {};
  }

  #enter({ record, status, reason }: StatusChange): RecordState {
    const updated = { ...record, updatedAt: this.#context.clock.now() };
    return this.#lifecycle.forceStatus(updated, status, reason ? [reason] : undefined);
  }

  #list(input: Checked<ListRegistryRecordsRequest>): ListRegistryRecordsResponse {
    const registry = this.#registries.get(input.registryId);
    const { filters = [] } = input;
    checkFilters(filters, FILTERS);
    const { items, nextToken } = paginate(this.#table, input, {
      scope: 'AgentRegistry.ListRegistryRecords',
      prefix: `${registry.id}/`,
      pageSize: this.#context.settings.quotas.defaultPageSize,
      filter: ({ name, status, revision }) =>
        filterValue(filters, 'name', name) &&
        filterValue(filters, 'status', status) &&
        filterValue(filters, 'recordType', revision.recordType),
    });
    return {
      registryRecords: items.map((record) => this.#responses.summary(record)),
      ...defined({ nextToken }),
    };
  }

  #rename({ registryId, id, name }: RecordState, newName: string): void {
    this.#rejectDuplicateName(registryId, newName);
    this.#names.delete(`${registryId}/${name}`);
    this.#names.put(`${registryId}/${newName}`, id);
  }

  #rejectDuplicateName(registryId: string, name: string): void {
    if (this.#names.get(`${registryId}/${name}`) === undefined) return;
    throw conflict(`A record with the name ${name} already exists in registry ${registryId}.`);
  }

  #forget(record: RecordState): void {
    this.#names.delete(`${record.registryId}/${record.name}`);
    this.#tags.unregister(this.#responses.arnOf(record));
  }

  #rejectWhileBusy(record: RecordState): void {
    if (record.isDeleting) throw conflict(`Record ${record.id} is being deleted.`);
    this.#lifecycle.rejectWhileBusy(record);
  }

  /**
   * @param isSynchronization whether the request asks for a new link, which a record that waits accepts
   * @throws ServiceError ConflictException while the record is being created, updated or deleted, waits for a consent, or
   *   is deprecated
   */
  #getSettled(registryId: string, recordId: string, isSynchronization = false): RecordState {
    const record = this.#get(registryId, recordId);
    this.#rejectWhileBusy(record);
    if (record.status === 'DEPRECATED') {
      throw conflict(`Record ${record.id} is deprecated, which is final. Create a new record.`);
    }
    if (isAwaitingConsent(record) && !isSynchronization) {
      throw conflict(
        `Record ${record.id} is in status ${record.status}: it waits until a GitHub user authorizes access.`,
      );
    }
    return record;
  }

  #get(registryId: string, recordId: string): RecordState {
    const registry = this.#registries.get(registryId);
    const record = this.#table.get(`${registry.id}/${recordId.slice(recordId.lastIndexOf('/') + 1)}`);
    if (!record || (recordId.startsWith('arn:') && this.#responses.arnOf(record) !== recordId)) {
      throw notFound(`Record ${recordId} does not exist in registry ${registry.id}.`);
    }
    return record;
  }
}

/** Shape CreateRegistryRecordRequest: lineage is the service's own. Packages are not emulated. */
function rejectUnsupported(artifact: object | undefined, provenance: object | undefined): void {
  if (artifact) {
    throw new ServiceError(
      'OperationNotEmulatedException',
      'Skill packages are not emulated. Use skillMd.data or a source.',
    );
  }
  if (!provenance) return;
  const message = 'is reserved for the auto-detection of Agent Registry';
  throw invalid(`Value at 'provenance' ${message}`, { name: 'provenance', message });
}

function withoutDescriptor(): ServiceError {
  const message = 'Descriptors must have the one member that belongs to the record type';
  return invalid(message, { name: 'descriptors', message });
}
