import type { LifecycleConfiguration } from '@aws-sdk/client-bedrock-agentcore-control';
import { defined } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import { type AccountResourceKind, AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type CommonStatus, type StatefulRecord } from '../lifecycle.ts';
import type { Checked } from '../operation.ts';
import { type Page, type PageRequest, paginate } from '../pagination.ts';
import type { Rule } from '../rules.ts';
import { notFound } from '../serviceError.ts';

/** The lifetimes of sessions in seconds. */
type Lifetimes = Partial<Checked<LifecycleConfiguration>>;

/** Seconds. Developer guide: sessions end after 15 idle minutes, and after 8 hours at the latest. */
const DEFAULT_LIFETIMES = { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 };
/** Seconds. Developer guide: more than 8 hours need the instances of a capacity provider. */
const MICRO_VM_MAXIMUM = 28_800;

/** Developer guide: without an idle timeout, a shorter maximum is the idle timeout too. */
export function withDefaultLifetimes(given: Lifetimes = {}): Required<Lifetimes> {
  const maxLifetime = given.maxLifetime ?? DEFAULT_LIFETIMES.maxLifetime;
  const idle = given.idleRuntimeSessionTimeout;
  return {
    idleRuntimeSessionTimeout: idle ?? Math.min(DEFAULT_LIFETIMES.idleRuntimeSessionTimeout, maxLifetime),
    maxLifetime,
  };
}

/**
 * The rules on the lifetimes of a runtime's or a harness's sessions. Source: developer guide, lifecycle settings; the
 * texts are guesses.
 * @param isOnInstances whether a capacity provider runs the sessions
 */
export function sessionLifetimeRules<Configuration>(
  field: string,
  lifetimesOf: (configuration: Configuration) => Lifetimes | undefined,
  isOnInstances: (configuration: Configuration) => boolean,
): readonly Rule<Configuration>[] {
  const members = ['idleRuntimeSessionTimeout', 'maxLifetime'] as const;
  return [
    ...members.map((member) => ({
      field: `${field}.${member}`,
      message: `${member} must be less than or equal to ${MICRO_VM_MAXIMUM} for this compute type`,
      isViolated: (configuration: Configuration) =>
        !isOnInstances(configuration) && (lifetimesOf(configuration)?.[member] ?? 0) > MICRO_VM_MAXIMUM,
    })),
    {
      field: `${field}.idleRuntimeSessionTimeout`,
      message: 'idleRuntimeSessionTimeout must be less than or equal to maxLifetime',
      isViolated: (configuration) => {
        const { idleRuntimeSessionTimeout: idle = 0, maxLifetime = Infinity } =
          lifetimesOf(configuration) ?? {};
        return idle > maxLifetime;
      },
    },
  ];
}

export interface VersionedRecord extends StatefulRecord<CommonStatus> {
  /** The latest version, which Get returns by default. */
  readonly version: number;
}

/** One version of a runtime or harness. Its configuration never changes. */
export interface StoredVersion<Configuration> {
  readonly version: number;
  /** Milliseconds since the epoch, simulated time. */
  readonly createdAt: number;
  readonly configuration: Configuration;
  /** The state in which the next version found it; absent while it is the latest. */
  readonly state?: Pick<VersionedRecord, 'status' | 'reasons' | 'updatedAt'>;
}

/** In the model, a version has at most five digits. Padding makes the keys sort by number. */
const DIGITS = 5;

/** What the endpoints of a versioned resource have to do with it. */
export interface EndpointsOfVersions {
  /** The resource became READY with a version. */
  follow(id: string, version: string): void;
  /** @throws ServiceError ConflictException where the resource has endpoints of clients */
  rejectWhilePresent(id: string): void;
  /** The resource was deleted. */
  forget(id: string): void;
}

/** The runtimes or the harnesses of the account. Create and each update add a version. */
export abstract class VersionedResources<Configuration> extends AccountResources<
  CommonStatus,
  VersionedRecord
> {
  readonly #versions: Table<StoredVersion<Configuration>>;
  protected abstract readonly endpoints: EndpointsOfVersions;

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
    const { status, reasons, updatedAt } = before;
    const previous = this.getVersion(before);
    const state = defined({ status, reasons, updatedAt });
    this.#versions.put(versionKey(before.id, before.version), { ...previous, state });
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

  /** @throws ServiceError ResourceNotFoundException where the resource has no such version */
  checkVersion(id: string, version: string): void {
    this.getVersion(this.get(id), version);
  }

  protected pageOfVersions(
    id: string,
    request: PageRequest,
    scope: string,
  ): Page<StoredVersion<Configuration>> {
    const pageSize = this.context.settings.quotas.defaultPageSize;
    return paginate(this.#versions, request, { scope, prefix: `${id}/`, pageSize });
  }

  /** @returns the versions with such a configuration, of all resources, in words */
  protected versionsWith(isMeant: (configuration: Configuration) => boolean): string[] {
    const found = this.#versions
      .list({ prefix: '' })
      .filter(([, { configuration }]) => isMeant(configuration));
    return found.map(([key, { version }]) => `${key.slice(0, key.indexOf('/'))} version ${version}`);
  }

  protected deleteVersion(id: string, version: number): void {
    this.#versions.delete(versionKey(id, version));
  }

  protected override onStatus({ id, status, version }: VersionedRecord): void {
    if (status === 'READY') this.endpoints.follow(id, String(version));
  }

  protected override onDeleted(record: VersionedRecord): void {
    super.onDeleted(record);
    this.endpoints.forget(record.id);
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

/** The record as it is for one version: only the latest one can have an operation in progress, except a deletion. */
export function recordOfVersion(
  record: VersionedRecord,
  { version, state }: StoredVersion<unknown>,
): VersionedRecord {
  if (!state || version === record.version) return record;
  const { id, name, createdAt, status } = record;
  return { id, name, version, createdAt, ...state, ...(status === 'DELETING' && { status }) };
}

function versionKey(id: string, version: number): string {
  return `${id}/${String(version).padStart(DIGITS, '0')}`;
}
