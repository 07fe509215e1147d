import type { Table } from '../simulation/table.ts';
import { arn, type EmulatorContext, type ID_FORMATS, unusedId } from './emulatorContext.ts';
import { Lifecycle, type LifecycleAction, type StatefulRecord, type Statuses } from './lifecycle.ts';
import { type Page, type PageOptions, type PageRequest, paginate } from './pagination.ts';
import { conflict, notFound, quotaExceeded } from './serviceError.ts';
import type { Quotas } from './settings/quotas.ts';
import type { Tags } from './tags.ts';

/** How one kind of resource differs from the others. */
export interface AccountResourceKind<Status extends string> {
  /** The name of the kind in tables, jobs, changes and the message of a busy resource. */
  readonly kind: string;
  /** The kind in other messages, such as `agent runtime`. */
  readonly noun: string;
  readonly pluralNoun: string;
  /** Absent if the names of the resources are their ids. */
  readonly idFormat?: keyof typeof ID_FORMATS;
  /** What precedes the id in ARNs, such as `gateway`. */
  readonly arnPath: string;
  /** The service in ARNs; AgentCore by default. */
  readonly arnService?: string;
  readonly quota: Extract<keyof Quotas, `${string}PerAccount`>;
  readonly statuses: Statuses<Status>;
  /** The API operation of each action; latencies and faults are configured by it. */
  readonly operations: Readonly<Record<LifecycleAction, string>>;
  /** Absent if the resources cannot be tagged. */
  readonly tags?: Tags;
}

/** The resources of one kind in the account. Their names are unique, and their number is limited. */
export abstract class AccountResources<Status extends string, R extends StatefulRecord<Status>> {
  protected readonly context: EmulatorContext;
  readonly #kind: AccountResourceKind<Status>;
  readonly #table: Table<R>;
  /** The ids by name, unless the names are the ids. */
  readonly #idsByName: Table<string> | undefined;
  readonly #lifecycle: Lifecycle<Status, R>;

  constructor(context: EmulatorContext, kind: AccountResourceKind<Status>) {
    this.context = context;
    this.#kind = kind;
    this.#table = context.table(kind.kind);
    this.#idsByName = kind.idFormat && context.table(`${kind.kind}Name`);
    this.#lifecycle = new Lifecycle(context, {
      kind: kind.kind,
      table: this.#table,
      statuses: kind.statuses,
      operations: kind.operations,
      onDeleted: (record) => this.onDeleted(record),
      onStatus: (record) => this.onStatus(record),
      variantOf: (record) => this.variantOf(record),
    });
  }

  /** @throws ServiceError ResourceNotFoundException */
  get(id: string): R {
    const record = this.find(id);
    if (!record) throw notFound(`${this.describe(id)} does not exist in this account and Region.`);
    return record;
  }

  /**
   * The resource for an operation that requires it to be settled.
   * @throws ServiceError ConflictException while the resource is being created, updated or deleted
   */
  getIdle(id: string): R {
    const record = this.get(id);
    this.#lifecycle.rejectWhileBusy(record);
    return record;
  }

  list(): R[] {
    return this.#table.list().map(([, record]) => record);
  }

  arnOf(id: string): string {
    return arn(this.context, `${this.#kind.arnPath}/${id}`, this.#kind.arnService);
  }

  forceStatus(id: string, status: Status, reasons?: readonly string[]): void {
    this.#lifecycle.forceStatus(this.get(id), status, reasons);
  }

  find(id: string): R | undefined {
    return this.#table.get(id);
  }

  /**
   * The common members of a new resource, whose name and tags are stored. `startCreate` stores the rest.
   * @throws ServiceError ConflictException if the name is in use, ServiceQuotaExceededException
   */
  protected reserve(name: string, tags?: Readonly<Record<string, string>>): StatefulRecord<Status> {
    this.#rejectDuplicateName(name);
    const { idFormat, quota, pluralNoun, statuses } = this.#kind;
    const limit = this.context.settings.quotas[quota];
    if (this.#table.count() >= limit) {
      throw quotaExceeded(
        `The account has ${limit} ${pluralNoun}, which is its quota. Delete one or request an increase.`,
      );
    }
    const isTaken = (candidate: string) => this.find(candidate) !== undefined;
    const id = idFormat ? unusedId(this.context, idFormat, name, isTaken) : name;
    const now = this.context.clock.now();
    this.#idsByName?.put(name, id);
    this.#kind.tags?.register(this.arnOf(id), tags);
    return { id, name, status: statuses.create[0], createdAt: now, updatedAt: now };
  }

  /** @throws ServiceError ConflictException if the new name is in use */
  protected rename({ id, name }: R, newName: string): void {
    if (newName === name) return;
    this.#rejectDuplicateName(newName);
    this.#idsByName?.delete(name);
    this.#idsByName?.put(newName, id);
  }

  protected startCreate(record: R): R {
    return this.#lifecycle.start(record, 'create');
  }

  protected startUpdate(record: R): R {
    return this.#lifecycle.start({ ...record, updatedAt: this.context.clock.now() }, 'update');
  }

  protected startDelete(record: R): R {
    return this.#lifecycle.start(record, 'delete');
  }

  /** Removes a resource at once, without an operation. */
  protected remove(record: R): void {
    this.#lifecycle.remove(record);
  }

  /** The resource in messages, such as `Agent runtime ledger-a1b2c3d4e5`. */
  protected describe(id: string): string {
    const { noun } = this.#kind;
    return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${id}`;
  }

  /** The variant of the resource, for a latency of its own. */
  protected variantOf(_record: R): string | undefined {
    return undefined;
  }

  protected page(
    request: PageRequest,
    options: Partial<PageOptions<R>> & Pick<PageOptions<R>, 'scope'>,
  ): Page<R> {
    return paginate(this.#table, request, {
      pageSize: this.context.settings.quotas.defaultPageSize,
      ...options,
    });
  }

  /** Runs in the transaction that sets another status. */
  protected onStatus(_record: R): void {}

  /** Runs in the transaction that removes the resource. */
  protected onDeleted({ id, name }: R): void {
    this.#idsByName?.delete(name);
    this.#kind.tags?.unregister(this.arnOf(id));
  }

  #rejectDuplicateName(name: string): void {
    if ((this.#idsByName ?? this.#table).get(name) === undefined) return;
    const { noun } = this.#kind;
    const article = /^[aeiou]/i.test(noun) ? 'An' : 'A';
    throw conflict(
      `${article} ${noun} with the name ${name} already exists in this account. Choose another name.`,
    );
  }
}
