import { isDeepStrictEqual } from 'node:util';
import type { Difference } from '../comparison/compareConfiguration.ts';
import { tagValues } from '../comparison/shownValues.ts';
import { omit, own } from '../objects.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import { WORKSPACE_TAG } from '../resources/resourceKinds.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import { notHealedText } from './breaker.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { tagCheckInterval } from './limits.ts';
import type { ResolvedResource, ResourceContext, ResourcePlan, TagChange } from './plan.ts';
import { recordFailure, tryOperation } from './retries.ts';

/**
 * Plans the tags of a resource that is otherwise left as it is. Gateloop sets the tags that the manifest names and the tag
 * of the owner, and removes those that it set and that left the manifest. Tags that nobody declared stay untouched: other
 * tools of the account may need them.
 *
 * @param kept the plan for the configuration
 */
export function planTags(
  kept: ResourcePlan,
  context: ResourceContext,
  desired: ResolvedResource,
): ResourcePlan {
  const { tags: wanted, row } = desired;
  if (!wanted) return kept;
  const { tags: known } = kept.record;
  const live = context.observed?.tags;
  if (row.tags === 'atCreation') return planFixedTags(kept, wanted);
  if (live) return compareTags(kept, context, desired, live);
  if (known && !isDeepStrictEqual(known.applied, wanted))
    return planChange(kept, context, tagChange(known.applied, known.applied, wanted));
  // Drift that was only told is healed as soon as it may be: selfHeal was switched on, or an operator allowed healing.
  const isHealable = desired.selfHeal && known?.drift !== undefined;
  if (!isHealable && !isTagCheckDue(kept.record, desired.tagsChangedAt, context.now))
    return known?.drift ? driftedPlan(kept, desired, known.drift) : kept;
  const isUnknown = !known || known.unverified === true;
  return {
    ...kept,
    needsTags: true,
    ...(isUnknown && { state: 'in-progress', reasons: [...kept.reasons, 'Its tags could not be read yet.'] }),
  };
}

/** Whether the tags of a resource have to be read. A poll that reads them reads the configuration too, whatever a List shows. */
export function isTagCheckDue(
  { tags: known }: ResourceRecord,
  tagsChangedAt: number | undefined = 0,
  now: number,
): boolean {
  return (
    !known ||
    known.unverified === true ||
    known.checkedAt <= tagsChangedAt ||
    now - known.checkedAt >= tagCheckInterval
  );
}

/** The service neither shows nor changes these tags after the creation. */
function planFixedTags(kept: ResourcePlan, wanted: TagMap): ResourcePlan {
  const applied = kept.record.tags?.applied ?? {};
  if (isDeepStrictEqual(applied, wanted)) return kept;
  const reason =
    'tags cannot be changed: TagResource does not accept the ARN of this kind. Give the resource another name, or write the tags as they were.';
  return {
    ...kept,
    state: kept.state === 'ready' ? 'refused' : kept.state,
    reasons: [...kept.reasons, reason],
  };
}

function compareTags(
  kept: ResourcePlan,
  context: ResourceContext,
  desired: ResolvedResource,
  live: TagMap,
): ResourcePlan {
  const { record } = kept;
  const { tags: known } = record;
  const { tags: wanted = {}, workspace, selfHeal } = desired;
  const change = tagChange(live, known?.applied ?? {}, { ...wanted, [WORKSPACE_TAG]: workspace });
  if (Object.keys(change.set).length + change.remove.length === 0) {
    const tags = { applied: wanted, checkedAt: context.now };
    return { ...kept, record: { ...record, tags } };
  }
  const isApplied = known !== undefined && isDeepStrictEqual(known.applied, wanted);
  if (isApplied && known.unverified) {
    const reason = `The service accepted the tags, but differs from them: ${names(change, live)}.`;
    const failed = recordFailure(record, change.fingerprint, [reason], context.now);
    const tags = omit(known, 'unverified');
    return planChange({ ...kept, record: { ...failed, tags } }, context, change);
  }
  if (!isApplied) return planChange(kept, context, change);
  const drift = differences(change, live);
  const values = tagValues(drift, known.applied, live);
  if (selfHeal)
    return planChange({ ...kept, record: { ...record, tags: { ...known, drift, values } } }, context, change);
  const tags = { applied: wanted, checkedAt: context.now, drift, values };
  return driftedPlan({ ...kept, record: { ...record, tags } }, desired, drift);
}

function planChange(kept: ResourcePlan, context: ResourceContext, change: TagChange): ResourcePlan {
  const plan = tryOperation('tag', { ...context, record: kept.record }, change.fingerprint);
  return { ...plan, reasons: [...kept.reasons, ...plan.reasons], tagChange: change };
}

function driftedPlan(
  kept: ResourcePlan,
  { selfHeal, workspace, breaker }: ResolvedResource,
  drift: readonly Difference[],
): ResourcePlan {
  const list = drift.map(({ path, change }) => `${path} (${change})`).join(', ');
  const advice = selfHeal ? '' : ` ${notHealedText(workspace, breaker)}`;
  const reasons = [...kept.reasons, `Tags were changed outside Gateloop: ${list}.${advice}`];
  return { ...kept, state: kept.state === 'ready' ? 'drifted' : kept.state, reasons };
}

/**
 * @param present the tags as they are, or as they were set last
 * @param owned the tags that Gateloop has set: of the others none is removed
 */
export function tagChange(present: TagMap, owned: TagMap, wanted: TagMap): TagChange {
  const set = Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => own(present, key) !== value),
  );
  const remove = Object.keys(owned).filter(
    (key) => own(wanted, key) === undefined && own(present, key) !== undefined,
  );
  const fingerprint = `tags ${sha256(canonicalJson({ set, remove }))}`;
  return { set, remove, fingerprint };
}

function differences({ set, remove }: TagChange, live: TagMap): Difference[] {
  return [
    ...Object.keys(set).map((key): Difference => {
      const change = own(live, key) === undefined ? 'removed' : 'changed';
      return { path: `tags.${key}`, change };
    }),
    ...remove.map((key): Difference => ({ path: `tags.${key}`, change: 'added' })),
  ];
}

function names(change: TagChange, live: TagMap): string {
  return differences(change, live)
    .map(({ path, change: kind }) => `${path} (${kind})`)
    .join(', ');
}
