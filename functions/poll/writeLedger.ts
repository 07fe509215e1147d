import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../core/address.ts';
import { subjectsOfWorkspace } from '../../core/events/changeEvents.ts';
import { defined, omit } from '../../core/objects.ts';
import type { WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { ReconcileResult } from '../../core/reconcile/plan.ts';
import { nextResyncAt } from '../../core/reconcile/resync.ts';
import { LedgerConflicts } from '../ledgerConflicts.ts';
import { importedRegistries } from './importRegistryTargets.ts';
import type { PartOfState, PollPorts } from './pollState.ts';

/**
 * Writes the records that the decision changes, each under the version that the decision rests on.
 *
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote one of them meanwhile; the other records are
 * written before
 */
export async function writeResourceRecords(
  { event: { workspace }, decision, ledgerEntries }: PartOfState<'event' | 'decision' | 'ledgerEntries'>,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  const versionOf = (address: Address) => ledgerEntries.get(address)?.version ?? 0;
  const conflicts = new LedgerConflicts();
  const writes = [
    ...decision.upserts.map((record) => ledger.writeResource(workspace, record, versionOf(record.address))),
    ...decision.deletes.map((address) => ledger.deleteResource(workspace, address, versionOf(address))),
  ];
  await Promise.all(writes.map((write) => write.catch(conflicts.keep)));
  conflicts.throwFirst();
}

/** Deletes the commands that the decision has carried out. Their effects are in the records that were written before. */
export async function deleteCommands(
  { event: { workspace }, commands }: PartOfState<'event' | 'commands'>,
  { ledger }: Pick<PollPorts, 'ledger'>,
): Promise<void> {
  await Promise.all(commands.map((command) => ledger.deleteCommand(workspace, command)));
}

/** Writes the record of the workspace as a whole, unless it has not changed: most polls change nothing in it. */
export async function writeWorkspaceRecord(
  {
    event: { workspace, now },
    upload,
    desired,
    records,
    observed,
    dependencies,
    decision,
    breaker,
    faults,
    workspaceRecord,
  }: PartOfState<
    | 'event'
    | 'upload'
    | 'desired'
    | 'records'
    | 'observed'
    | 'dependencies'
    | 'decision'
    | 'breaker'
    | 'faults'
    | 'workspaceRecord'
  >,
  { ledger, deploymentId }: Pick<PollPorts, 'ledger' | 'deploymentId'>,
): Promise<void> {
  const { next, upserts } = decision;
  const { healingAllowedAt } = workspaceRecord;
  // An operator lets what has drifted be healed, and not what drifts later.
  if (healingAllowedAt !== undefined && next === 'settled')
    await ledger.endHealing(workspace, healingAllowedAt);
  const recordsAfter = new Map([...records, ...upserts.map((record) => [record.address, record] as const)]);
  const nextResync = nextTimeToStart(
    nextResyncAt(desired, observed, recordsAfter),
    workspaceRecord,
    next,
    now,
  );
  const registryIds = importedRegistries(desired, recordsAfter);
  const subjects = subjectsOfWorkspace(desired, recordsAfter);
  const { subjects: subjectsBefore = [], dependenciesCheckedAt: checkedBefore } = workspaceRecord;
  const dependenciesCheckedAt = dependencies?.isComplete ? now : checkedBefore;
  const isIndexed = isDeepStrictEqual(subjectsBefore, subjects);
  const isChanged =
    !isIndexed ||
    dependenciesCheckedAt !== checkedBefore ||
    workspaceRecord.deploymentId !== deploymentId ||
    workspaceRecord.acceptedRevision !== upload.revision ||
    !isDeepStrictEqual(workspaceRecord.registryIds ?? [], registryIds) ||
    !isDeepStrictEqual(workspaceRecord.breaker, breaker) ||
    !isDeepStrictEqual(workspaceRecord.faults ?? [], faults) ||
    workspaceRecord.nextResyncAt !== nextResync;
  if (!isChanged) return;
  // The index comes first: where this poll ends in between, the next one writes the same again.
  if (!isIndexed)
    await ledger.indexWorkspace(workspace, {
      added: subjects.filter((subject) => !subjectsBefore.includes(subject)),
      removed: subjectsBefore.filter((subject) => !subjects.includes(subject)),
    });
  await ledger.writeWorkspace(workspace, {
    acceptedRevision: upload.revision,
    ...defined({
      outcomeDelivery: workspaceRecord.outcomeDelivery,
      nextResyncAt: nextResync,
      breaker,
      faults: faults.length > 0 ? faults : undefined,
      registryIds: registryIds.length > 0 ? registryIds : undefined,
      subjects: subjects.length > 0 ? subjects : undefined,
      dependenciesCheckedAt,
      deploymentId,
    }),
  });
}

/**
 * When the schedule is to start this workspace. Until the workspace is settled, the time moves with every change, so the
 * stored one stays; once it has come, it is taken away, or the schedule would start the workspace every minute. A
 * synchronization that is due and cannot start yet is left to the drift pass.
 */
function nextTimeToStart(
  nextResync: number | undefined,
  { nextResyncAt: storedTime }: WorkspaceRecord,
  next: ReconcileResult['next'],
  now: number,
): number | undefined {
  const time = next === 'settled' ? nextResync : storedTime;
  return time !== undefined && time > now ? time : undefined;
}

/** Takes the time away at which the schedule starts a workspace whose upload is refused or gone: nothing is synchronized. */
export async function cancelResync(
  workspace: string,
  ledger: Pick<PollPorts['ledger'], 'readWorkspace' | 'writeWorkspace'>,
): Promise<void> {
  const record = await ledger.readWorkspace(workspace);
  if (record.nextResyncAt !== undefined) await ledger.writeWorkspace(workspace, omit(record, 'nextResyncAt'));
}
