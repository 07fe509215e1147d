import type { EmulatorContext } from '../emulatorContext.ts';
import { ServiceError } from '../serviceError.ts';

/** Counts the operations in progress on each gateway. In memory: the statuses of the targets restore it after a restart. */
export class ConcurrencyLimiter {
  readonly #context: EmulatorContext;
  /** Target ids by gateway id. */
  readonly #held = new Map<string, Set<string>>();

  constructor(context: EmulatorContext) {
    this.#context = context;
  }

  /** @throws ServiceError the one that the behavior `noFreeSlot` names, if the gateway has no free slot */
  assertFree(gatewayId: string): void {
    const limit = this.#context.settings.quotas.concurrentOperationsPerGateway;
    if (this.count(gatewayId) < limit) return;
    throw new ServiceError(
      this.#context.settings.behaviors.noFreeSlot,
      `Gateway ${gatewayId} has ${limit} concurrent operations in progress, which is its quota. Wait until one has completed.`,
    );
  }

  acquire(gatewayId: string, targetId: string): void {
    const held = this.#held.get(gatewayId) ?? new Set();
    this.#held.set(gatewayId, held.add(targetId));
  }

  release(gatewayId: string, targetId: string): void {
    const held = this.#held.get(gatewayId);
    held?.delete(targetId);
    if (held?.size === 0) this.#held.delete(gatewayId);
  }

  count(gatewayId: string): number {
    return this.#held.get(gatewayId)?.size ?? 0;
  }

  clear(): void {
    this.#held.clear();
  }
}
