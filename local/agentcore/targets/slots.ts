import { ServiceError } from '../serviceError.ts';
import type { World } from '../world.ts';

/** The operations under way on each gateway. Kept in memory: the targets' own statuses say it all after a restart. */
export class Slots {
  readonly #world: World;
  readonly #taken = new Map<string, Set<string>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @throws ServiceError of the kind that the switch `noFreeSlot` names, when the gateway has no free slot */
  demand(gatewayId: string): void {
    const limit = this.#world.settings.quotas.concurrentOperationsPerGateway;
    if (this.count(gatewayId) < limit) return;
    throw new ServiceError(
      this.#world.settings.switches.noFreeSlot,
      `Gateway ${gatewayId} has ${limit} concurrent operations in progress, which is its quota. Wait until one has ended.`,
    );
  }

  take(gatewayId: string, targetId: string): void {
    const taken = this.#taken.get(gatewayId) ?? new Set();
    this.#taken.set(gatewayId, taken.add(targetId));
  }

  free(gatewayId: string, targetId: string): void {
    const taken = this.#taken.get(gatewayId);
    taken?.delete(targetId);
    if (taken?.size === 0) this.#taken.delete(gatewayId);
  }

  count(gatewayId: string): number {
    return this.#taken.get(gatewayId)?.size ?? 0;
  }

  clear(): void {
    this.#taken.clear();
  }
}
