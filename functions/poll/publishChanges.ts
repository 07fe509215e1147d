import { healingHeldBackEvent, resourceEvents } from '../../core/events/resourceEvents.ts';
import { uploadRevision } from '../../core/storage/desiredDocument.ts';
import { writeProgress as writeProgressDocument } from '../../core/storage/outcomeDocument.ts';
import { reconcileMeasurements } from '../runtime/measurements.ts';
import { measure } from '../runtime/observability.ts';
import type { PartOfState, PollPorts } from './pollState.ts';

/** Publishes what has changed since the poll before: as metrics, and as events of the resources. */
export async function publishEvents(
  {
    event: { workspace, now },
    records,
    decision,
    breaker,
    workspaceRecord,
  }: PartOfState<'event' | 'records' | 'decision' | 'breaker' | 'workspaceRecord'>,
  { events }: Pick<PollPorts, 'events'>,
): Promise<void> {
  measure(reconcileMeasurements(records, decision, now));
  const { healing } = decision;
  if (healing.breaker) measure([{ name: 'HealsHeldBack', value: healing.resources.length }]);
  const isNewTrip = breaker && workspaceRecord.breaker?.since !== breaker.since;
  await events.publish([
    ...resourceEvents(workspace, records, decision, now),
    ...(isNewTrip ? [healingHeldBackEvent(workspace, breaker, healing.resources)] : []),
  ]);
}

/**
 * Writes the progress document, which a team reads while it follows its upload. A poll that changes no record writes
 * none, and neither does the last one: notify writes the outcome.
 */
export async function writeProgress(
  { event: { workspace, now }, revision, decision }: PartOfState<'event' | 'revision' | 'decision'>,
  { specBucket }: Pick<PollPorts, 'specBucket'>,
): Promise<void> {
  const { next, upserts, deletes, resources } = decision;
  if (next === 'settled' || upserts.length + deletes.length === 0) return;
  const progress = {
    revision: uploadRevision(revision),
    time: new Date(now).toISOString(),
    resources: resources.map(({ address, state }) => ({ address, state })),
  };
  await writeProgressDocument(workspace, progress, specBucket);
}
