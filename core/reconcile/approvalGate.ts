import { type ResourceRecord, withoutRequest } from './ledgerRecord.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';

/** `granted`: the record with which the change may be applied. `awaited`: the plan while it may not. */
export type ApprovalResult = { readonly granted: ResourceRecord } | { readonly awaited: ResourcePlan };

/** Holds back a change of tools that agents rely on until the owner approves it; the applied configuration stays. */
export function requireApproval(context: ResourceContext, { fingerprint }: ResolvedResource): ApprovalResult {
  const { record: original, observed, now } = context;
  if (original.approvedFingerprint === fingerprint) return { granted: original };
  const record = withoutSupersededRequest(original, fingerprint, 'approval');
  if (record.request?.answeredAt !== undefined) {
    return { granted: { ...withoutRequest(record), approvedFingerprint: fingerprint } };
  }
  const status = requestStatusOf(record, observed, now);
  const awaiting = { ...context, record };
  if (status === 'closed') {
    const reason = approvalReasons[record.request?.closed ?? 'expired'];
    return { awaited: resourcePlan(awaiting, 'refused', [reason]) };
  }
  const askPerson = status === 'ask';
  return { awaited: resourcePlan(awaiting, 'awaiting-approval', [approvalReasons.asked], { askPerson }) };
}

/**
 * Drops the request for an approval that is not needed any more: the change was reverted, or breaks nothing now. A request
 * about a list of tools is about another change.
 */
export function withoutApprovalRequest(record: ResourceRecord): ResourceRecord {
  const { request } = record;
  return request?.kind === 'approval' && !request.aboutList ? withoutRequest(record) : record;
}

const approvalReasons: Readonly<Record<'asked' | 'refused' | 'expired', string>> = {
  asked: 'The change of its tools needs approval; the last good schema stays until a person approves it.',
  refused:
    'A person refused the change of its tools; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody approved the change of its tools in time; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
};
