import type { Case } from './case.ts';
import { type Memory, withoutRequest } from './memory.ts';
import { approvalReasons, standingOf, withoutOtherQuestion } from './standing.ts';
import { type Verdict, verdict } from './verdict.ts';
import type { Wanted } from './want.ts';

/** What is remembered once a change may be made; or what is said as long as it may not. */
export type Approval = { readonly granted: Memory } | { readonly awaited: Verdict };

/** What changes what agents rely on waits for the owner's yes; until then what is there stays. */
export function approveFirst({ memory: known, observed, now }: Case, { fingerprint }: Wanted): Approval {
  if (known.approved === fingerprint) return { granted: known };
  const memory = withoutOtherQuestion(known, fingerprint, 'approval');
  if (memory.request?.answeredAt !== undefined) {
    return { granted: { ...withoutRequest(memory), approved: fingerprint } };
  }
  const standing = standingOf(memory, observed, now);
  if (standing === 'closed') {
    const reason = approvalReasons[memory.request?.closed ?? 'expired'];
    return { awaited: verdict(memory, 'refused', [reason]) };
  }
  const ask = standing === 'ask';
  return { awaited: verdict(memory, 'awaiting-approval', [approvalReasons.asked], { ask }) };
}

/** Nothing is left to approve: the change was taken back, or breaks nothing any more. */
export function withoutApproval(memory: Memory): Memory {
  return memory.request?.kind === 'approval' ? withoutRequest(memory) : memory;
}
