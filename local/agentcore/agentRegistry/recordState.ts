import type {
  CreateRegistryRecordRequest,
  ListRegistryRecordsResponse,
  RecordType,
  RegistryRecordStatus,
  UpdateRegistryRecordResponse,
} from '../../../adapters/agentRegistry/index.ts';
import { defined, omit } from '../../../core/objects.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { StatefulRecord } from '../lifecycle.ts';
import type { Checked } from '../operation.ts';
import type { PendingAuthorization } from '../targets/targetRecord.ts';
import { complianceOf } from './customMetadata.ts';
import type { RecordDescriptors } from './recordSources.ts';
import type { AgentRegistries } from './registries.ts';
import type { ReadVersion } from './sourceReader.ts';

/** What an approval is about. */
export interface RecordRevision {
  readonly name: string;
  readonly recordType: RecordType;
  readonly version: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly descriptors: RecordDescriptors;
  readonly customMetadata?: Exclude<Checked<CreateRegistryRecordRequest>['customMetadata'], undefined>;
}

/** The consent for which a record waits. */
export interface RecordAuthorization extends PendingAuthorization {
  readonly attemptId: string;
  readonly action: 'create' | 'update';
}

export interface RecordState extends StatefulRecord<RegistryRecordStatus> {
  readonly registryId: string;
  /** The newest revision, which Get and List show. */
  readonly revision: Omit<RecordRevision, 'name'>;
  /** The last approved revision, which stays discoverable while a newer one is reviewed. */
  readonly approved?: RecordRevision;
  /** Whether the operation in progress reads the source. */
  readonly isSynchronizing?: boolean;
  readonly authorization?: RecordAuthorization;
  /** Finds the consent of a GitHub user that a synchronization uses. */
  readonly grantKey?: string;
  readonly synchronized?: { readonly at: number; readonly version: ReadVersion };
  /** Set during the deletion, for which the API has no status. */
  readonly isDeleting?: boolean;
}

export function recordKey({ registryId, id }: Pick<RecordState, 'registryId' | 'id'>): string {
  return `${registryId}/${id}`;
}

export function isAwaitingConsent({ status }: RecordState): boolean {
  return status === 'CREATE_PENDING_AUTH' || status === 'UPDATE_PENDING_AUTH';
}

/** Makes the answers about records. */
export class RecordResponses {
  readonly #context: EmulatorContext;
  readonly #registries: AgentRegistries;

  constructor(context: EmulatorContext, registries: AgentRegistries) {
    this.#context = context;
    this.#registries = registries;
  }

  arnOf({ registryId, id }: Pick<RecordState, 'registryId' | 'id'>): string {
    return `${this.#registries.arnOf(registryId)}/record/${id}`;
  }

  /** The members that the answers of Get and Update share. */
  record(record: RecordState): UpdateRegistryRecordResponse {
    const { id, registryId, name, status, reasons, createdAt, updatedAt, revision } = record;
    const { version, ...shown } = revision;
    const { customMetadataSchemaConfiguration } = this.#registries.get(registryId).configuration;
    return {
      ...shown,
      ...defined({
        customMetadataSchemaComplianceStatus: complianceOf(
          customMetadataSchemaConfiguration,
          revision.recordType,
          revision.customMetadata,
        ),
      }),
      registryArn: this.#registries.arnOf(registryId),
      recordArn: this.arnOf(record),
      recordId: id,
      name,
      recordVersion: version,
      status,
      ...(reasons && { statusReason: reasons.join('; ') }),
      createdByAutoDetection: false,
      createdBy: this.#context.account,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    };
  }

  summary(record: RecordState): NonNullable<ListRegistryRecordsResponse['registryRecords']>[number] {
    return {
      ...omit(this.record(record), 'descriptors', 'customMetadata', 'statusReason'),
      recordVersion: record.revision.version,
    };
  }

  synchronizedSource({ synchronized }: RecordState) {
    if (!synchronized) return {};
    const synchronizedAt = new Date(synchronized.at);
    const { version } = synchronized;
    return {
      synchronizedSource:
        'gitHub' in version
          ? { gitHub: { ...version.gitHub, synchronizedAt } }
          : { s3: { ...version.s3, synchronizedAt } },
    };
  }

  /** The members that the answers of both approval operations have. */
  approval(record: RecordState) {
    const { registryId, id, status, updatedAt } = record;
    return {
      registryArn: this.#registries.arnOf(registryId),
      recordArn: this.arnOf(record),
      recordId: id,
      status,
      updatedAt: new Date(updatedAt),
    };
  }
}
