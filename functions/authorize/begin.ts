import { isFresh } from '../../core/authorization/freshness.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { lookAtTarget } from './lookAtTarget.ts';
import { browserOf, type Visit } from './visit.ts';

/** What the page with the button had told. */
export interface Press {
  /** That the target must be deleted and made again for a fresh link. */
  readonly mayReplace: boolean;
}

/**
 * A person pressed the button. Binds their browser to the request, and, where the service's link is too old to be
 * handed out, has the loop start the operation again.
 *
 * @returns the secret for the browser to keep, and whether the request was still open
 */
export async function begin(
  request: AuthorizationRequest,
  { mayReplace }: Press,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<{ readonly cookie: string; readonly isOpen: boolean }> {
  const { now } = visit;
  const cookie = visit.cookie ?? ports.newSecret();
  const browser = browserOf(visit) ?? referenceOf(cookie);
  const { seen } = await lookAtTarget(request, now, ports);
  const needsFreshLink = !seen || !isFresh(seen, now);
  const { before } = await changeRequest(
    request.reference,
    { type: 'clicked', browser, needsFreshLink, mayReplace },
    now,
    ports.ledger,
  );
  if (before && needsFreshLink) await ports.events.publish([reconcileRequested(request.workspace)]);
  return { cookie, isOpen: before !== undefined };
}
