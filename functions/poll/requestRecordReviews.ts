import { parseAddress } from '../../core/address.ts';
import { recordAlias } from '../../core/authorization/requestSubject.ts';
import { recordReviewRequestedEvent } from '../../core/events/triggerEvents.ts';
import type { RecordId, RecordSummary } from '../../core/ports/registryRecords.ts';
import type { PartOfState, PollPorts } from './pollState.ts';

/** An event of a registry comes within seconds. After this time it is taken for lost. In ms. */
const EVENT_TIMEOUT = 5 * 60_000;

type ReviewPorts = Pick<PollPorts, 'events' | 'records'> & {
  readonly ledger: Pick<PollPorts['ledger'], 'resolveAlias' | 'readRequest'>;
};

/**
 * Has the owners of this workspace's registries asked about the records that wait for approval and whose events were lost:
 * one List of each registry in a full poll.
 */
export async function requestRecordReviews(
  {
    event: { now },
    isFullPoll,
    observed,
    ownership,
  }: PartOfState<'event' | 'isFullPoll' | 'observed' | 'ownership'>,
  ports: ReviewPorts,
): Promise<void> {
  if (!isFullPoll) return;
  const registries = [...observed.values()].filter(
    ({ address }) => parseAddress(address).kind === 'registry' && ownership?.get(address)?.kind === 'owned',
  );
  const overdue = await Promise.all(registries.map(({ id }) => unaskedRecords(id, now, ports)));
  const events = overdue.flat().map(recordReviewRequestedEvent);
  if (events.length > 0) await ports.events.publish(events);
}

async function unaskedRecords(
  registryId: string,
  now: number,
  { records, ledger }: ReviewPorts,
): Promise<readonly RecordId[]> {
  const listing = await records.listPending(registryId);
  // What cannot be read now, a later poll reads.
  if (listing.kind === 'unreadable') return [];
  const late = listing.records.filter(({ updatedAt }) => now - updatedAt > EVENT_TIMEOUT);
  const unasked = await Promise.all(
    late.map(async (record) => {
      const id = { registryId, recordId: record.recordId };
      return (await wasAskedAbout(id, record, ledger)) ? [] : [id];
    }),
  );
  return unasked.flat();
}

/** Whether a request was opened since the record was submitted, or closed: one that has expired is not repeated. */
async function wasAskedAbout(
  id: RecordId,
  { updatedAt }: RecordSummary,
  ledger: ReviewPorts['ledger'],
): Promise<boolean> {
  const reference = await ledger.resolveAlias(recordAlias(id));
  const request = reference === undefined ? undefined : (await ledger.readRequest(reference))?.request;
  return request !== undefined && updatedAt <= (request.closedAt ?? request.askedAt);
}
