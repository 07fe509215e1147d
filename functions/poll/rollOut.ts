import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../../core/address.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import type { RolloutHold } from '../../core/reconcile/plan.ts';
import {
  type CanaryReport,
  canaryReport,
  rolloutHold,
  sharedSchemaOf,
} from '../../core/reconcile/rollout.ts';
import { readCanaryReport, writeCanaryReport } from '../../core/storage/rolloutDocument.ts';
import type { DecisionPorts, PartOfState, PollPorts } from './pollState.ts';
import { goneWorkspace } from './readDesired.ts';

/** Says which resources of a follower wait for its canary. Every other workspace costs no read. */
export async function readRollout(
  { desired }: PartOfState<'desired'>,
  { specBucket }: Pick<DecisionPorts, 'specBucket'>,
): Promise<PartOfState<'rolloutHolds'>> {
  const { workspace, settings, resources } = desired;
  const canary = settings.rollout?.canary;
  const shared = resources.flatMap(({ address, ...resource }) => {
    const schema = sharedSchemaOf({ address, ...resource });
    return schema ? [{ address, schema }] : [];
  });
  if (canary === undefined || shared.length === 0) return { rolloutHolds: new Map() };
  const report = await readCanaryReport(canary, specBucket);
  const holdsIf = (isGone: boolean) =>
    new Map(
      shared.flatMap(({ address, schema }): [Address, RolloutHold][] => {
        const hold = rolloutHold(schema, { workspace, canary, isGone, report });
        return hold ? [[address, hold]] : [];
      }),
    );
  const holds = holdsIf(false);
  if (holds.size === 0) return { rolloutHolds: holds };
  const isGone = (await goneWorkspace(canary, { specBucket })) !== undefined;
  return { rolloutHolds: isGone ? holdsIf(true) : holds };
}

/**
 * Stores what a canary has proven, and has its followers reconciled where that is news. A poll that is killed before the
 * ledger is written finds the same news again.
 */
export async function reportRollout(
  {
    desired,
    records,
    upload,
    workspaceRecord,
    decision: { plans },
  }: PartOfState<'desired' | 'records' | 'upload' | 'workspaceRecord' | 'decision'>,
  { specBucket, events }: Pick<PollPorts, 'specBucket' | 'events'>,
): Promise<void> {
  const { workspace, settings, resources } = desired;
  const isCanary = (settings.rollout?.followers?.length ?? 0) > 0;
  // A workspace that is no canary any more says so once.
  if (!isCanary && workspaceRecord.acceptedRevision === upload.revision) return;
  const before = await readCanaryReport(workspace, specBucket);
  if (!isCanary && (before?.followers.length ?? 0) === 0) return;
  const report = canaryReport(desired, plans, before);
  const shared = new Set(
    resources.filter((resource) => sharedSchemaOf(resource)).map(({ address }) => address),
  );
  const hasSettledAnew = plans.some(
    ({ address, state, operation }) =>
      shared.has(address) && operation === undefined && records.get(address)?.state !== state,
  );
  const isNews = !isDeepStrictEqual(before, report);
  if (isNews) await writeCanaryReport(workspace, report, specBucket);
  if (isNews || hasSettledAnew)
    await events.publish(followersOf(before, report).map(reconcileRequestedEvent));
}

function followersOf(...reports: readonly (CanaryReport | undefined)[]): string[] {
  return [...new Set(reports.flatMap((report) => report?.followers ?? []))];
}
