import type { Address } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import { childrenOf } from './children.ts';
import type { ObservedResource } from './observedResource.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { ResourceContext } from './resourceContext.ts';
import type { ResourceDecision } from './resourceDecision.ts';
import { type ResourceRecord, withoutResource } from './resourceRecord.ts';
import { type CompletedOperation, settle } from './settle.ts';

/** One resource, judged. */
export interface ResourcePlan extends ResourceDecision {
  readonly address: Address;
  readonly observed: ObservedResource | undefined;
  /** Of what is wanted; absent for a resource that left the manifest, or whose references are not known yet. */
  readonly fingerprint?: string;
  /** Another resource must come first: `operation` is not to be made now. */
  readonly blocked: boolean;
  /** Since when something is under way, in ms since the epoch. */
  readonly inProgressSince?: number;
  /** Our operation that has just come to its end. */
  readonly completed?: CompletedOperation;
}

/**
 * Brings what is remembered of a resource up to what is observed, and has it judged by itself.
 *
 * @param needsConsent whether what is wanted of it stops at a person's consent
 */
export function planResource(
  input: ReconcileInput,
  address: Address,
  needsConsent: boolean,
  planner: (context: ResourceContext) => ResourceDecision,
): ResourcePlan {
  const { now } = input;
  const { observed, recorded } = knownState(input, address);
  const { record, inProgress, linkExpired, completed } = settle(recorded, observed, needsConsent, now);
  const inProgressSince = operationStart(record, now);
  const hasChildren = childrenOf(address, input.observed).length > 0;
  const decision = planner({ observed, record, inProgress, inProgressSince, linkExpired, hasChildren, now });
  const isInProgress = inProgress || (observed !== undefined && phases[observed.status] === 'moving');
  const read = decision.needsRead || isFailureReasonMissing(input.recorded.get(address), observed);
  return {
    ...decision,
    needsRead: read,
    address,
    observed,
    blocked: false,
    ...(isInProgress && { inProgressSince }),
    ...(completed && { completed }),
  };
}

/** What belonged to a gateway that is gone went with it, by whatever hand. */
function knownState({ recorded, observed, now }: ReconcileInput, address: Address) {
  const record = recorded.get(address) ?? newRecord(address, now);
  const parent = parentOf(address);
  return parent && !observed.has(parent)
    ? { recorded: withoutResource(record), observed: undefined }
    : { recorded: record, observed: observed.get(address) };
}

function newRecord(address: Address, now: number): ResourceRecord {
  return { address, state: 'absent', reasons: [], since: now };
}

/** A consent sets an operation going again. One that memory knows nothing of has begun when it was first seen. */
function operationStart({ operation, request, state, since }: ResourceRecord, now: number): number {
  const startedAt = operation?.startedAt ?? (state === 'in-progress' ? since : now);
  return Math.max(startedAt, request?.answeredAt ?? startedAt);
}

/** Only a Get says why a resource failed; once that is remembered with its attempts, it need not be asked again. */
function isFailureReasonMissing(
  record: ResourceRecord | undefined,
  observed: ObservedResource | undefined,
): boolean {
  if (!observed || phases[observed.status] !== 'failed' || observed.config) return false;
  return !record?.retry || record.operation !== undefined || record.state === 'ready';
}
