import type { Address } from '../address.ts';
import { type FaultyResource, namedAddresses } from '../desired/desired.ts';
import { defined } from '../objects.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { newRecord } from './ledgerRecord.ts';
import { maxPollDelay, readRetryTime } from './limits.ts';
import {
  type ReadFailure,
  type ReconcileInput,
  type ResourceContext,
  type ResourcePlan,
  resourcePlan,
} from './plan.ts';
import { planResource, planWait } from './planResource.ts';

/**
 * Plans a resource whose entry or schema in the upload has errors, or whose schema is not read yet: it stays as it is. What the ledger does not know is not
 * observed either: it may be another client's.
 */
export function planFaulty(
  { address, reasons, isUnread }: FaultyResource,
  input: ReconcileInput,
): ResourcePlan {
  const isKnown = input.recorded.get(address)?.id !== undefined;
  const observed = isKnown ? input.observed : new Map();
  const state = isUnread ? 'in-progress' : 'refused';
  return planResource({ ...input, observed }, address, false, (context) =>
    context.inProgress ? planWait(context) : resourcePlan(context, state, reasons),
  );
}

/**
 * @returns why a resource, or the gateway that it belongs to, could not be read; of a gateway that left the manifest also why
 * one of its targets could not: it must not be deleted as long as it may have targets
 */
export function readFailureOf(
  address: Address,
  { failedReads, desired }: Pick<ReconcileInput, 'failedReads' | 'desired'>,
): ReadFailure | undefined {
  if (!failedReads || failedReads.size === 0) return undefined;
  const parent = parentOf(address);
  const own = failedReads.get(address) ?? (parent && failedReads.get(parent));
  if (own || namedAddresses(desired).has(address)) return own;
  return [...failedReads].find(([other]) => parentOf(other) === address)?.[1];
}

/**
 * Plans a resource that could not be read: nothing is done about it, and its record stays. The reconciliation reads it
 * again while that may help.
 */
export function planFailedRead(address: Address, failure: ReadFailure, input: ReconcileInput): ResourcePlan {
  const { now } = input;
  const known = input.recorded.get(address) ?? newRecord(address, now);
  const { unreadSince = now } = known;
  const record = { ...known, unreadSince };
  const elapsed = now - unreadSince;
  const context = contextOf(address, record, now);
  if (failure.transient && elapsed < readRetryTime) {
    const reason = `It could not be read (${failure.reason}). Gateloop reads it again.`;
    // Twice as long after each poll, from one second on.
    const pollAt = now + Math.min(maxPollDelay, Math.max(1000, elapsed));
    return { ...resourcePlan(context, 'in-progress', [reason]), pollAt };
  }
  const remedy = failure.transient
    ? 'Gateloop reads it again in its next pass.'
    : 'Gateloop changes nothing about it until it can be read: give the role of the function poll what the error names. Its next pass reads it again.';
  return resourcePlan(context, 'failed', [`It could not be read (${failure.reason}). ${remedy}`]);
}

/**
 * The plan of a resource whose planning threw: a defect of Gateloop in one resource never stops the others.
 *
 * @param error is logged; its message may quote what the resource holds, so that the reason has its name only
 */
export function planDefect(
  address: Address,
  error: unknown,
  { recorded, now }: ReconcileInput,
): ResourcePlan {
  const record = recorded.get(address) ?? newRecord(address, now);
  const name = error instanceof Error ? error.name : 'unknown error';
  const reason = `Gateloop failed to compare it (${name}), which is a defect of Gateloop, and leaves it as it is. The log of the function poll has the error; report it.`;
  return { ...resourcePlan(contextOf(address, record, now), 'failed', [reason]), defect: error };
}

function contextOf(address: Address, record: ResourceContext['record'], now: number): ResourceContext {
  const { operation } = record;
  return {
    address,
    observed: undefined,
    record,
    inProgress: operation !== undefined,
    linkExpired: false,
    hasChildren: false,
    now,
    ...defined({ inProgressSince: operation?.startedAt }),
  };
}
