import type { Table } from '../../simulation/store.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { type Page, type PageRequest, paginate } from '../pagination.ts';

/** One version of a runtime or harness. A version never changes. */
export interface StoredVersion<Configuration> {
  readonly version: number;
  /** Milliseconds since the epoch, simulated time. */
  readonly createdAt: number;
  readonly configuration: Configuration;
}

/** A resource and the number of its latest version. */
interface VersionedResource {
  readonly id: string;
  readonly version: number;
}

/** In the model, a version has at most five digits. Padding makes the keys sort by number. */
const DIGITS = 5;

/** The versions of all resources of one kind. */
export class VersionTable<Configuration> {
  readonly #context: EmulatorContext;
  readonly #table: Table<StoredVersion<Configuration>>;

  constructor(context: EmulatorContext, tableName: string) {
    this.#context = context;
    this.#table = context.table(tableName);
  }

  add({ id, version }: VersionedResource, configuration: Configuration): void {
    const createdAt = this.#context.clock.now();
    this.#table.put(keyOf(id, version), { version, createdAt, configuration });
  }

  /** @param version the latest one if absent */
  get(resource: VersionedResource, version?: string): StoredVersion<Configuration> | undefined {
    return this.#table.get(keyOf(resource.id, version === undefined ? resource.version : Number(version)));
  }

  page(id: string, request: PageRequest, scope: string): Page<StoredVersion<Configuration>> {
    const pageSize = this.#context.settings.quotas.defaultPageSize;
    return paginate(this.#table, request, { scope, prefix: `${id}/`, pageSize });
  }

  delete(id: string, version: number): void {
    this.#table.delete(keyOf(id, version));
  }

  deleteAll(id: string): void {
    for (const [key] of this.#table.list({ prefix: `${id}/` })) this.#table.delete(key);
  }
}

function keyOf(id: string, version: number): string {
  return `${id}/${String(version).padStart(DIGITS, '0')}`;
}
