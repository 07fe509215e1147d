import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { ExternalDecision } from './registryApprovalEvent.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';

/**
 * Another system answers for a person: a service desk, a bot. A no, and the yes to a change, count as they are. That
 * somebody consented at a provider is not taken on trust: the target itself is looked at.
 */
export async function applyExternalDecision(
  decision: ExternalDecision,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const change = await updateRequest(
    decision.reference,
    (request) => toRequestEvent(request, decision),
    now,
    ports.ledger,
  );
  await notifyClosed(change, now, ports);
  if (change.request && !change.before)
    await ports.events.publish([reconcileRequestedEvent(change.request.workspace)]);
  return done;
}

function toRequestEvent(
  { subject }: AuthorizationRequest,
  { outcome, by, reason }: ExternalDecision,
): RequestEvent | undefined {
  if (subject.kind === 'authorization' && outcome === 'approved') return undefined;
  return { type: outcome, ...defined({ actor: by, reason }) };
}
