import { subjectsOfNewVersions } from '../../core/events/changeEvents.ts';
import { healingHeldBackEvent, resourceEvents } from '../../core/events/resourceEvents.ts';
import { toolsChangedEvents } from '../../core/events/toolsChangedEvent.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
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
    listChanges,
  }: PartOfState<'event' | 'records' | 'decision' | 'breaker' | 'workspaceRecord' | 'listChanges'>,
  { events }: Pick<PollPorts, 'events'>,
): Promise<void> {
  measure(reconcileMeasurements(records, decision, now));
  const { healing } = decision;
  if (healing.breaker) measure([{ name: 'HealsHeldBack', value: healing.resources.length }]);
  const isNewTrip = breaker && workspaceRecord.breaker?.since !== breaker.since;
  const toolsChanged = toolsChangedEvents(workspace, listChanges, records, now);
  if (toolsChanged.length > 0) measure([{ name: 'ToolsChanged', value: toolsChanged.length }]);
  await events.publish([
    ...toolsChanged,
    ...resourceEvents(workspace, records, decision, now),
    ...(isNewTrip ? [healingHeldBackEvent(workspace, breaker, healing.resources)] : []),
  ]);
}

/**
 * Has the other workspaces whose targets are on a runtime of this one read its new version, which is another program behind
 * their targets: each synchronizes them.
 */
export async function requestDependentPolls(
  {
    event: { workspace, now },
    records,
    decision: { upserts },
  }: PartOfState<'event' | 'records' | 'decision'>,
  { ledger, events }: Pick<PollPorts, 'ledger' | 'events'>,
): Promise<void> {
  const subjects = subjectsOfNewVersions(records, upserts);
  const found = await Promise.all(subjects.map((subject) => ledger.workspacesOf(subject)));
  const others = [...new Set(found.flat())].filter((other) => other !== workspace);
  if (others.length === 0) return;
  await Promise.all(others.map((other) => ledger.requestCheck(other, 'dependencies', now)));
  await events.publish(others.map(reconcileRequestedEvent));
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
