import { parseAddress } from '../../core/address.ts';
import { GateloopError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { isAsRecorded, type PassReason } from '../../core/reconcile/passDue.ts';
import { containerOf } from '../../core/resources/observe.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { childKindsOf, parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { logger } from '../runtime/observability.ts';
import type { ReadBudget } from './readBudget.ts';

/**
 * The most Lists of parts, such as the targets of a gateway, that a turn of the scan reads for one workspace: at eight lists a
 * second they take 38 s, which the turn and the function's time leave. A workspace with more is reconciled in each pass.
 */
const MAX_LISTS = 300;

/** The Lists of the control plane as one turn of the scan reads them: those of whole kinds and registries once, for all workspaces. */
export class FleetLists {
  readonly #controlPlane: Pick<ControlPlane, 'list'>;
  readonly #budget: ReadBudget;
  readonly #byKind = new Map<string, Promise<ReadonlyMap<string, JsonObject>>>();

  constructor(controlPlane: Pick<ControlPlane, 'list'>, budget: ReadBudget) {
    this.#controlPlane = controlPlane;
    this.#budget = budget;
  }

  /**
   * Compares a workspace that is at rest with the Lists: one for each of its kinds, and for each registry with records of it,
   * which all workspaces share, and one for the targets of each gateway, and for the endpoints of each runtime that has some.
   *
   * @returns `changed` where a List shows anything else; `unread` where the service rejects a List; undefined where all is
   *   as recorded, and also where the service fails for now: the next scan asks again
   */
  async differences(records: readonly ResourceRecord[]): Promise<PassReason | undefined> {
    try {
      return await this.#compare(records.filter(({ id }) => id !== undefined));
    } catch (error) {
      if (!(error instanceof GateloopError)) throw error;
      const { code, retryable } = error;
      logger.warn('The scan could not read a List', { code });
      return retryable ? undefined : 'unread';
    }
  }

  async #compare(records: readonly ResourceRecord[]): Promise<PassReason | undefined> {
    const topLevel = records.filter(({ address }) => !parentOf(address));
    for (const record of topLevel) {
      const { id = '', address } = record;
      if (!isAsRecorded(record, (await this.#itemsOf(parseAddress(address).kind, id)).get(id)))
        return 'changed';
    }
    const parts = records.filter(({ address }) => parentOf(address));
    // Targets on a gateway that another workspace has, or that is not known.
    const isKnown = new Set(topLevel.map(({ address }) => address));
    if (parts.some(({ address }) => !isKnown.has(parentOf(address) ?? address))) return 'changed';
    const lists = topLevel.flatMap((parent) =>
      childKindsOf(parseAddress(parent.address).kind).flatMap((row) => {
        const own = parts.filter(
          ({ address }) => parentOf(address) === parent.address && parseAddress(address).kind === row.kind,
        );
        // Agents see all targets of a gateway, whoever made them.
        return own.length > 0 || row.kind === 'gatewayTarget' ? [{ parent, row, own }] : [];
      }),
    );
    if (lists.length > MAX_LISTS) return 'unread';
    const results = await Promise.all(
      lists.map(({ parent, row, own }) => this.#hasPartsAsRecorded(parent, row, own)),
    );
    return results.every(Boolean) ? undefined : 'changed';
  }

  /** The items of a kind by their ids: of records, those in the registry of the one with this id. */
  #itemsOf(kind: KindName, id: string): Promise<ReadonlyMap<string, JsonObject>> {
    const container = containerOf(resourceKinds[kind], id);
    const key = container === undefined ? kind : `${kind} ${container}`;
    const known = this.#byKind.get(key);
    if (known) return known;
    const { idMember } = resourceKinds[kind];
    const items = this.#budget
      .repeat(() => this.#controlPlane.list(kind, ...(container === undefined ? [] : [container])))
      .then((found) => new Map(found.map((item) => [String(item[idMember]), item])));
    this.#byKind.set(key, items);
    return items;
  }

  async #hasPartsAsRecorded(
    { id: parentId, address: parent, foreignTargets = [] }: ResourceRecord,
    { kind, idMember, nameMember = idMember, servesAgents, serviceNames = [] }: ResourceKind,
    parts: readonly ResourceRecord[],
  ): Promise<boolean> {
    const items = await this.#budget.repeat(async () => {
      await this.#budget.take();
      return this.#controlPlane.list(kind, parentId);
    });
    const byId = new Map(items.map((item) => [String(item[idMember]), item]));
    if (!parts.every((record) => isAsRecorded(record, byId.get(record.id ?? '')))) return false;
    if (!servesAgents) return true;
    const own = new Set<string | undefined>(parts.map(({ id }) => id));
    const others = items.filter(
      (item) => !own.has(String(item[idMember])) && !serviceNames.includes(String(item[nameMember])),
    );
    const { name } = parseAddress(parent);
    const names = new Set(others.map((item) => `${name}/${item[nameMember]}`));
    return names.size === foreignTargets.length && foreignTargets.every((each) => names.has(each));
  }
}
