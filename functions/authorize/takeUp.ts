import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/stalled.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { lookAtTarget } from './lookAtTarget.ts';
import type { Visit } from './visit.ts';

/**
 * Takes up a consent whose handing over was cut short: where the service has it, the request is completed; where it has
 * not, somebody may log in once more.
 *
 * @returns the request as it stands then
 */
export async function takeUp(
  request: AuthorizationRequest,
  { now }: Visit,
  ports: AuthorizePorts,
): Promise<AuthorizationRequest> {
  if (!isStalled(request, now)) return request;
  const { phase } = await lookAtTarget(request, now, ports);
  const hasArrived = phase === 'moving' || phase === 'ready';
  const change = await changeRequest(
    request.reference,
    // Another one may have begun to hand over meanwhile.
    (present) => (isStalled(present, now) ? { type: hasArrived ? 'completed' : 'failed' } : undefined),
    now,
    ports.ledger,
  );
  await announceEnd(change, now, ports);
  return change.request ?? request;
}
