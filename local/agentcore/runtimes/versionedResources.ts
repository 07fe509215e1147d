import type { Table } from '../../simulation/store.ts';
import { type AccountResourceKind, AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type CommonStatus, type StatefulRecord } from '../lifecycle.ts';
import { type Page, type PageRequest, paginate } from '../pagination.ts';
import { notFound } from '../serviceError.ts';

/** Seconds. Developer guide: sessions end after 15 idle minutes, and after 8 hours at the latest. */
export const DEFAULT_SESSION_LIFECYCLE = { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 };

export interface VersionedRecord extends StatefulRecord<CommonStatus> {
  /** The latest version, which Get returns by default. */
  readonly version: number;
}

/** One version of a runtime or harness. A version never changes. */
export interface StoredVersion<Configuration> {
  readonly version: number;
  /** Milliseconds since the epoch, simulated time. */
  readonly createdAt: number;
  readonly configuration: Configuration;
}

/** In the model, a version has at most five digits. Padding makes the keys sort by number. */
const DIGITS = 5;

/** The runtimes or the harnesses of the account. Create and each update add a version. */
export abstract class VersionedResources<Configuration> extends AccountResources<
  CommonStatus,
  VersionedRecord
> {
  readonly #versions: Table<StoredVersion<Configuration>>;

  constructor(context: EmulatorContext, kind: Omit<AccountResourceKind<CommonStatus>, 'statuses'>) {
    super(context, { ...kind, statuses: COMMON_STATUSES });
    this.#versions = context.table(`${kind.kind}Version`);
  }

  protected createFirstVersion(
    name: string,
    configuration: Configuration,
    tags?: Readonly<Record<string, string>>,
  ): VersionedRecord {
    const record = { ...this.reserve(name, tags), version: 1 };
    this.#addVersion(record, configuration);
    return this.startCreate(record);
  }

  protected updateToNextVersion(before: VersionedRecord, configuration: Configuration): VersionedRecord {
    const record = { ...before, version: before.version + 1 };
    this.#addVersion(record, configuration);
    return this.startUpdate(record);
  }

  /**
   * @param version the latest one if absent
   * @throws ServiceError ResourceNotFoundException
   */
  protected getVersion(
    { id, version: latest }: VersionedRecord,
    version?: string,
  ): StoredVersion<Configuration> {
    const found = this.#versions.get(versionKey(id, version === undefined ? latest : Number(version)));
    if (!found) throw notFound(`${this.describe(id)} has no version ${version ?? latest}.`);
    return found;
  }

  protected pageOfVersions(
    id: string,
    request: PageRequest,
    scope: string,
  ): Page<StoredVersion<Configuration>> {
    const pageSize = this.context.settings.quotas.defaultPageSize;
    return paginate(this.#versions, request, { scope, prefix: `${id}/`, pageSize });
  }

  protected deleteVersion(id: string, version: number): void {
    this.#versions.delete(versionKey(id, version));
  }

  protected override onDeleted(record: VersionedRecord): void {
    super.onDeleted(record);
    for (const [key] of this.#versions.list({ prefix: `${record.id}/` })) this.#versions.delete(key);
  }

  #addVersion({ id, version }: VersionedRecord, configuration: Configuration): void {
    this.#versions.put(versionKey(id, version), {
      version,
      createdAt: this.context.clock.now(),
      configuration,
    });
  }
}

/** The record as a list of versions shows it: only the latest version can have an operation in progress. */
export function recordOfVersion(
  record: VersionedRecord,
  { version, createdAt }: StoredVersion<unknown>,
): VersionedRecord {
  if (version === record.version) return record;
  const { id, name, createdAt: resourceCreatedAt } = record;
  return { id, name, version, status: 'READY', createdAt: resourceCreatedAt, updatedAt: createdAt };
}

function versionKey(id: string, version: number): string {
  return `${id}/${String(version).padStart(DIGITS, '0')}`;
}
