import type { ChangeGuardrails } from '../desired/desired.ts';
import { allowedOwner } from '../guardrails/checkGuardrails.ts';
import type { Owner } from '../manifest/owners.ts';
import { defined } from '../objects.ts';
import type { Approvers, ResourceRecord } from './ledgerRecord.ts';
import type { ResourcePlan } from './plan.ts';

/**
 * Who is asked about a change of tools, or a deletion: whom the guardrails name; else who was asked as of the manifest that
 * was applied last, so that an upload does not choose who agrees to it; else whom the manifest names that asks.
 */
export function approversInForce(
  asked: Approvers,
  { approvers }: Pick<ResourceRecord, 'approvers'>,
  guardrails: ChangeGuardrails | undefined,
): Approvers {
  const { approve, ownerChannels } = guardrails ?? {};
  if (approve?.by) return { owner: approve.by };
  if (!approvers) return asked;
  const allowed = (owner: Owner | undefined) => (ownerChannels ? allowedOwner(owner, ownerChannels) : owner);
  return defined({
    owner: allowed(approvers.owner) ?? asked.owner,
    escalation: allowed(approvers.escalation),
  });
}

/** Records who is asked about a resource's next change, once the resource is ready with exactly the manifest's configuration. */
export function withApprovers(plan: ResourcePlan, approvers: Approvers): ResourcePlan {
  const { state, fingerprint, record } = plan;
  const { applied } = record;
  if (state !== 'ready' || applied === undefined || applied.fingerprint !== fingerprint) return plan;
  return { ...plan, record: { ...record, approvers } };
}
