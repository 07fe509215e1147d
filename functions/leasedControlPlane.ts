import type { JsonObject } from '../core/json.ts';
import type { CallResult, ControlPlane, ResourceId, TagMap } from '../core/ports/controlPlane.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import type { KindName } from '../core/resources/resourceKind.ts';
import type { ReconcileState } from './runtime/reconcileState.ts';

const LEASE_LOST = 'LeaseLost';

/**
 * The control plane of a step, which writes only under the lease that planned the write. A step that hangs or is retried
 * may outlive its lease; the execution that takes the lease over plans from what it reads itself, and a write of the
 * earlier execution would undo that.
 */
export class LeasedControlPlane implements ControlPlane {
  readonly #controlPlane: ControlPlane;
  readonly #ledger: Pick<Ledger, 'holdsLease'>;
  readonly #lease: Pick<ReconcileState, 'workspace' | 'leaseHolder'>;

  constructor(
    controlPlane: ControlPlane,
    ledger: Pick<Ledger, 'holdsLease'>,
    lease: Pick<ReconcileState, 'workspace' | 'leaseHolder'>,
  ) {
    this.#controlPlane = controlPlane;
    this.#ledger = ledger;
    this.#lease = lease;
  }

  get(kind: KindName, id: ResourceId): Promise<JsonObject | undefined> {
    return this.#controlPlane.get(kind, id);
  }

  list(kind: KindName, parentId?: string): Promise<JsonObject[]> {
    return this.#controlPlane.list(kind, parentId);
  }

  summaries(kind: KindName, ids: readonly string[]): Promise<JsonObject[]> {
    return this.#controlPlane.summaries(kind, ids);
  }

  tags(arn: string): Promise<TagMap> {
    return this.#controlPlane.tags(arn);
  }

  changeTags(arn: string, set: TagMap, remove: readonly string[]): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.changeTags(arn, set, remove));
  }

  create(...call: Parameters<ControlPlane['create']>): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.create(...call));
  }

  update(...call: Parameters<ControlPlane['update']>): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.update(...call));
  }

  delete(...call: Parameters<ControlPlane['delete']>): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.delete(...call));
  }

  synchronize(id: ResourceId): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.synchronize(id));
  }

  submit(id: ResourceId): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.submit(id));
  }

  deprecate(id: ResourceId, reason: string): Promise<CallResult> {
    return this.#write(() => this.#controlPlane.deprecate(id, reason));
  }

  async #write(call: () => Promise<CallResult>): Promise<CallResult> {
    const { workspace, leaseHolder } = this.#lease;
    if (await this.#ledger.holdsLease(workspace, leaseHolder)) return call();
    return {
      kind: 'rejected',
      code: LEASE_LOST,
      message: `Another execution has taken over the lease of workspace ${workspace}, and decides again.`,
      transient: true,
    };
  }
}

/** Whether a call was not made since another execution holds the lease. Such a result is not recorded. */
export function isLeaseLost(result: CallResult): boolean {
  return result.kind === 'rejected' && result.code === LEASE_LOST;
}
