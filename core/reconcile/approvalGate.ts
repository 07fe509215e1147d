import type { ResolvedResource } from './diff.ts';
import { approvalReasons, requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';
import type { ResourceContext } from './resourceContext.ts';
import { type ResourceDecision, resourceDecision } from './resourceDecision.ts';
import { type ResourceRecord, withoutRequest } from './resourceRecord.ts';

/** What is remembered once a change may be made; or what is said as long as it may not. */
export type ApprovalResult = { readonly granted: ResourceRecord } | { readonly awaited: ResourceDecision };

/** What changes what agents rely on waits for the owner's yes; until then what is there stays. */
export function requireApproval(
  { record: original, observed, now }: ResourceContext,
  { fingerprint }: ResolvedResource,
): ApprovalResult {
  if (original.approvedFingerprint === fingerprint) return { granted: original };
  const record = withoutSupersededRequest(original, fingerprint, 'approval');
  if (record.request?.answeredAt !== undefined) {
    return { granted: { ...withoutRequest(record), approvedFingerprint: fingerprint } };
  }
  const status = requestStatusOf(record, observed, now);
  if (status === 'closed') {
    const reason = approvalReasons[record.request?.closed ?? 'expired'];
    return { awaited: resourceDecision(record, 'refused', [reason]) };
  }
  const askPerson = status === 'ask';
  return { awaited: resourceDecision(record, 'awaiting-approval', [approvalReasons.asked], { askPerson }) };
}

/** Nothing is left to approve: the change was taken back, or breaks nothing any more. */
export function withoutApprovalRequest(record: ResourceRecord): ResourceRecord {
  return record.request?.kind === 'approval' ? withoutRequest(record) : record;
}
