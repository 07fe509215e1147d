import { AgentCoreControlPlane, type ControlPlaneClients } from '../../adapters/agentCoreControlPlane.ts';
import { getCommands, listCommands, tagCommand } from '../../adapters/controlPlaneCommands.ts';
import { type Address, parseAddress } from '../../core/address.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ResourceId, TagMap } from '../../core/ports/controlPlane.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import {
  localNameOf,
  nameInput,
  parentOf,
  resourceKinds,
  WORKSPACE_TAG,
} from '../../core/resources/resourceKinds.ts';

/**
 * The control plane of a plan: it can only read. What the user may not read is taken to be as Gateloop recorded it last, so
 * that a plan says as much as it can, and `unread` says of which kinds that is.
 */
export class LiveControlPlane extends AgentCoreControlPlane {
  /** The error codes of the kinds, and of tags, that could not be read. */
  readonly unread = new Map<KindName | 'tags', string>();
  readonly #workspace: string;
  readonly #records: ReadonlyMap<Address, ResourceRecord>;

  constructor(
    clients: ControlPlaneClients,
    workspace: string,
    records: ReadonlyMap<Address, ResourceRecord>,
  ) {
    super({ ...getCommands, ...listCommands, ...tagCommand }, clients);
    this.#workspace = workspace;
    this.#records = records;
  }

  override async get(kind: KindName, resource: ResourceId): Promise<JsonObject | undefined> {
    const { id } = resource;
    return this.#read(
      kind,
      () => super.get(kind, resource),
      () => {
        const record = this.#recordsOf(kind).find((each) => each.id === id);
        return record && asRecorded(record);
      },
    );
  }

  override async list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    return this.#read(
      kind,
      () => super.list(kind, parentId),
      () =>
        this.#recordsOf(kind)
          .filter(({ address }) => this.#parentIdOf(address) === parentId)
          .map(asRecorded),
    );
  }

  override async summaries(kind: KindName, ids: readonly string[]): Promise<JsonObject[]> {
    return this.#read(
      kind,
      () => super.summaries(kind, ids),
      () =>
        this.#recordsOf(kind)
          .filter(({ id }) => id !== undefined && ids.includes(id))
          .map(asRecorded),
    );
  }

  override async tags(arn: string): Promise<TagMap> {
    const record = [...this.#records.values()].find(
      ({ address, outputs = {} }) => outputs[resourceKinds[parseAddress(address).kind].arnMember] === arn,
    );
    return this.#read(
      'tags',
      () => super.tags(arn),
      () => ({
        ...record?.tags?.applied,
        [WORKSPACE_TAG]: this.#workspace,
      }),
    );
  }

  /**
   * Reads, unless a request for this kind has failed before: the others would fail too, each after its retries.
   *
   * @throws what is no answer of the service, such as a fault of the program
   */
  async #read<Result>(
    kind: KindName | 'tags',
    call: () => Promise<Result>,
    recorded: () => Result,
  ): Promise<Result> {
    if (this.unread.has(kind)) return recorded();
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof GateloopError)) throw error;
      this.unread.set(kind, error.code);
      return recorded();
    }
  }

  #recordsOf(kind: KindName): ResourceRecord[] {
    return [...this.#records.values()].filter(
      ({ address, id }) => id !== undefined && parseAddress(address).kind === kind,
    );
  }

  #parentIdOf(address: Address): string | undefined {
    const parent = parentOf(address);
    return parent && this.#records.get(parent)?.id;
  }
}

/** A response as it was when Gateloop saw the resource last, without its configuration. */
function asRecorded({ address, id = '', applied, outputs }: ResourceRecord): JsonObject {
  const row = resourceKinds[parseAddress(address).kind];
  return {
    ...nameInput(row, localNameOf(address)),
    [row.idMember]: id,
    status: 'READY',
    [row.updatedAtMember]: applied?.updatedAt ?? 0,
    ...outputs,
  };
}
