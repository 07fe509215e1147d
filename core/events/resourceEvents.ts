import { type Address, parseAddress } from '../address.ts';
import { defined } from '../objects.ts';
import type { DetailType, PublishedEvent } from '../ports/events.ts';
import type { ResourceCondition, ResourceRecord } from '../reconcile/ledgerRecord.ts';
import type { ReconcileResult } from '../reconcile/plan.ts';

/** The states that publish an event when a resource enters them. */
const eventTypes: Readonly<Partial<Record<ResourceCondition, DetailType>>> = {
  ready: 'Resource Ready',
  failed: 'Resource Failed',
  refused: 'Resource Failed',
};

/** @returns an event for each resource that became ready, failed, or was removed */
export function resourceEvents(
  workspace: string,
  before: ReadonlyMap<Address, ResourceRecord>,
  { upserts, deletes }: Pick<ReconcileResult, 'upserts' | 'deletes'>,
  now: number,
): PublishedEvent[] {
  const time = new Date(now).toISOString();
  const changed = upserts.flatMap(({ address, id, state, reasons }): PublishedEvent[] => {
    const detailType = eventTypes[state];
    if (!detailType || before.get(address)?.state === state) return [];
    const resource = { ...parseAddress(address), ...defined({ id }) };
    return [{ detailType, detail: { workspace, time, resource, state, reasons } }];
  });
  const removed = deletes.map((address): PublishedEvent => {
    return { detailType: 'Resource Removed', detail: { workspace, time, resource: parseAddress(address) } };
  });
  return [...changed, ...removed];
}
