import { noUpdateText } from '../resources/clearing.ts';
import { requiresConsent } from '../resources/gatewayTarget.ts';
import { partsOf } from '../resources/resourceKinds.ts';
import type { ResourceRecord, RetryState } from './ledgerRecord.ts';
import { attemptsBeforeRollback, maxAttempts } from './limits.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { retryStateOf, tryDelete, tryOperation } from './retries.ts';

/**
 * Repairs a failed resource by an update, which keeps its id. If the service rejects the update, the resource is
 * replaced; a target that needs consent and may still serve is replaced only after a person agreed. An update that
 * keeps failing is rolled back to the last configuration that was ready. A kind without an update is replaced at once.
 */
export function repair(context: ResourceContext, desired: ResolvedResource): ResourcePlan {
  const { record, hasChildren } = context;
  const retry = retryStateOf(record, desired.fingerprint);
  if (retry && shouldRollBack(record, desired, retry)) return rollBack(context, retry);
  const hasUpdate = desired.row.operations.update !== undefined;
  if (hasUpdate && retry?.escalation !== 'replace')
    return tryOperation('update', context, desired.fingerprint);
  const failures = retry?.reasons ?? context.observed?.reasons ?? [];
  const cause = hasUpdate ? 'The service rejects its update' : noUpdateText(desired.row);
  if (desired.protect)
    return resourcePlan(context, 'failed', [...failures, protectedReason(cause, desired.row.holdsData)]);
  if (desired.publication && mayBeServing(record))
    return resourcePlan(context, 'failed', [...failures, publishedReason]);
  if (needsPersonApproval(record, desired)) {
    const reasons = [...failures, replacementReason];
    return resourcePlan(context, 'awaiting-authorization', reasons, { askPerson: !record.request });
  }
  if (!hasChildren) return tryDelete(context, desired.fingerprint);
  return resourcePlan(context, 'failed', [
    ...failures,
    `${cause}, and Gateloop cannot replace it as long as it has ${partsOf(context.address)}.`,
  ]);
}

/**
 * Whether a target may still serve with its previous configuration: it was ready, or Gateloop did not create it and
 * cannot know. A target that awaits consent to its creation has never served.
 */
export function mayBeServing({ applied, generation }: ResourceRecord): boolean {
  return applied !== undefined || generation === undefined;
}

/**
 * Whether the service issues a new link for a target only after the target was deleted and created again, while the
 * target may still serve. The deletion ends that until a person consents, so only a person may decide it.
 *
 * @param fingerprint of the configuration that the request is about
 */
export function needsReplacement(record: ResourceRecord, fingerprint: string): boolean {
  const isReplaceable = !record.protect && mayBeServing(record);
  return isReplaceable && retryStateOf(record, fingerprint)?.escalation === 'replace';
}

const protectedReason = (cause: string, holdsData = false) =>
  holdsData
    ? `${cause}, and Gateloop does not replace it, since it holds data and is protected. To have it deleted and created again without its data, write "protect: false" beside it.`
    : `${cause}, and Gateloop does not replace it, since the manifest protects it. To have it deleted and created again, remove "protect".`;

const publishedReason =
  'The service rejects its update. Gateloop does not delete it and create it again, since a revision of it may be approved: nobody could discover that one any more. Delete the record to have it created again.';

/** Tells the owner why the target is not replaced yet. */
export const replacementReason =
  'AWS does not restart its authorization in its present state. Gateloop would have to delete it and create it again, and it would not work until a person consents: the page behind the link asks for that.';

/** A resource that needs no consent works again seconds after its replacement, so nobody is asked. */
function needsPersonApproval(record: ResourceRecord, { config, fingerprint }: ResolvedResource): boolean {
  return requiresConsent(config) && needsReplacement(record, fingerprint) && !record.request?.mayReplace;
}

/** A target that needs consent is never rolled back: nobody should be asked to consent to an old configuration. */
function shouldRollBack({ lastGood }: ResourceRecord, desired: ResolvedResource, retry: RetryState): boolean {
  if (desired.row.operations.update === undefined) return false;
  // A revision of a record that was approved stays, whatever becomes of the next one.
  if (desired.publication) return false;
  // A denied update has changed nothing, and the last good configuration would be denied as well.
  if (retry.rolledBack || retry.denied || retry.escalation === 'replace') return false;
  if (retry.count < attemptsBeforeRollback || retry.count >= maxAttempts) return false;
  return lastGood !== undefined && lastGood !== desired.fingerprint && !requiresConsent(desired.config);
}

/** The first rollback starts immediately. After a failure or a deferral of it, the backoff applies. */
function rollBack(context: ResourceContext, { count, deferrals, nextAt, reasons }: RetryState): ResourcePlan {
  const isFirst = count === attemptsBeforeRollback && deferrals === 0;
  return resourcePlan(context, 'in-progress', reasons, {
    operation: 'rollback',
    notBefore: isFirst ? 0 : nextAt,
  });
}
