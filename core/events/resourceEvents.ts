import type { Decision } from '../decide/decide.ts';
import type { Memory, ResourceState } from '../decide/memory.ts';
import type { DetailType, PublishedEvent } from '../ports/events.ts';
import { type Address, parseAddress } from '../resources/address.ts';

/** The states whose beginning is an event. */
const eventOf: Readonly<Partial<Record<ResourceState, DetailType>>> = {
  ready: 'Resource Ready',
  failed: 'Resource Failed',
  refused: 'Resource Failed',
};

/** What to publish about a decision: each resource that became ready, failed, or went away. */
export function resourceEvents(
  workspace: string,
  before: ReadonlyMap<Address, Memory>,
  { remember, forget }: Pick<Decision, 'remember' | 'forget'>,
  now: number,
): PublishedEvent[] {
  const time = new Date(now).toISOString();
  const changed = remember.flatMap(({ address, id, state, reasons }): PublishedEvent[] => {
    const detailType = eventOf[state];
    if (!detailType || before.get(address)?.state === state) return [];
    const resource = { ...parseAddress(address), ...(id !== undefined && { id }) };
    return [{ detailType, detail: { workspace, time, resource, state, reasons } }];
  });
  const removed = forget.map((address): PublishedEvent => {
    return { detailType: 'Resource Removed', detail: { workspace, time, resource: parseAddress(address) } };
  });
  return [...changed, ...removed];
}
