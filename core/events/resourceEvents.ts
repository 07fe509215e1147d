import { isDeepStrictEqual } from 'node:util';
import { type Address, parseAddress } from '../address.ts';
import { defined } from '../objects.ts';
import type { DetailType, PublishedEvent } from '../ports/events.ts';
import type { StorageFault, TrippedBreaker } from '../ports/ledger.ts';
import { reportedDifferences } from '../reconcile/differenceReport.ts';
import type { ResourceCondition, ResourceRecord } from '../reconcile/ledgerRecord.ts';
import type { ReconcileResult } from '../reconcile/plan.ts';

/** EventBridge accepts 256 KB for each entry; the outcome document in the spec bucket lists everything. */
const MAX_LISTED = 50;

/** The states that publish an event when a resource enters them. */
const eventTypes: Readonly<Partial<Record<ResourceCondition, DetailType>>> = {
  ready: 'Resource Ready',
  failed: 'Resource Failed',
  refused: 'Resource Failed',
};

/** @returns an event for each resource that became ready, failed, was found changed outside Gateloop, or was removed */
export function resourceEvents(
  workspace: string,
  before: ReadonlyMap<Address, ResourceRecord>,
  { upserts, deletes }: Pick<ReconcileResult, 'upserts' | 'deletes'>,
  now: number,
): PublishedEvent[] {
  const time = new Date(now).toISOString();
  const changed = upserts.flatMap((record): PublishedEvent[] => {
    const { address, id, state, reasons } = record;
    const resource = { ...parseAddress(address), ...defined({ id }) };
    const detail = { workspace, time, resource, state, reasons };
    const detailType = eventTypes[state];
    const isNewState = detailType && before.get(address)?.state !== state;
    return [
      ...(isNewDrift(before.get(address), record)
        ? [{ detailType: 'Resource Drifted' as const, detail: { ...detail, ...reportedDifferences(record) } }]
        : []),
      ...(isNewState ? [{ detailType, detail }] : []),
    ];
  });
  const removed = deletes.map((address): PublishedEvent => {
    return { detailType: 'Resource Removed', detail: { workspace, time, resource: parseAddress(address) } };
  });
  return [...changed, ...removed];
}

/** Whether a change made outside Gateloop was found now. One that is found again, or whose write is tried again, is not. */
function isNewDrift(before: ResourceRecord | undefined, { drift, tags }: ResourceRecord): boolean {
  const isNew = drift?.cause === 'foreign' && drift.updatedAt !== before?.drift?.updatedAt;
  return isNew || (tags?.drift !== undefined && !isDeepStrictEqual(tags.drift, before?.tags?.drift));
}

/** The event of a breaker that was tripped: Gateloop reverts none of the changes, since they are too many. */
export function healingHeldBackEvent(
  workspace: string,
  { kind, since }: TrippedBreaker,
  resources: readonly Address[],
): PublishedEvent {
  return {
    detailType: 'Healing Held Back',
    detail: {
      workspace,
      time: new Date(since).toISOString(),
      breaker: kind,
      count: resources.length,
      resources: resources.slice(0, MAX_LISTED).map(parseAddress),
    },
  };
}

/** The event of something stored that Gateloop cannot read: a broken item or document, or one of a newer format. */
export function storedDataUnreadableEvent(
  workspace: string,
  { place, problem, isNewer }: StorageFault,
  now: number,
): PublishedEvent {
  return {
    detailType: 'Stored Data Unreadable',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      place,
      problem,
      result: isNewer ? 'leftAlone' : 'rebuilt',
    },
  };
}
