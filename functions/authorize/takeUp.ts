import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { isStalled } from '../../core/authorization/stalled.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { handOver } from './comeBack.ts';
import { lookAtTarget } from './lookAtTarget.ts';
import type { Visit } from './visit.ts';

/**
 * Takes up a consent whose handing over was cut short: where the service has it, the request is completed; where the
 * service still waits for that very session, it is handed over; else somebody may log in once more.
 *
 * @returns the request as it stands then
 */
export async function takeUp(
  request: AuthorizationRequest,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<AuthorizationRequest> {
  const { now } = visit;
  const { reference, attempts } = request;
  if (!isStalled(request, now)) return request;
  const { phase, link } = await lookAtTarget(request, now, ports);
  const given = attempts.find((each) => each.consentedAt !== undefined && each.session === link?.session);
  if (phase === 'awaiting-authorization' && link && given?.session !== undefined) {
    // The session itself is kept nowhere; the service's own link has it, and its hash says that it is the one.
    const sessionId = new URL(link.url).searchParams.get('request_uri') ?? '';
    await handOver(request, { sessionId }, given.session, visit, ports);
    return (await ports.ledger.readRequest(reference))?.request ?? request;
  }
  const hasArrived = phase === 'moving' || phase === 'ready';
  const change = await changeRequest(
    reference,
    // Another one may have begun to hand over meanwhile.
    (present) => (isStalled(present, now) ? { type: hasArrived ? 'completed' : 'failed' } : undefined),
    now,
    ports.ledger,
  );
  await announceEnd(change, now, ports);
  return change.request ?? request;
}
