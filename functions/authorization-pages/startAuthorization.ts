import { hashId } from '../../core/authorization/hashId.ts';
import { isLinkUsable } from '../../core/authorization/linkExpiry.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { browserHash, type HttpContext } from './httpContext.ts';
import { getTargetStatus } from './targetStatus.ts';

/** What the page with the button had told. */
export interface ClickOptions {
  /** That the target must be deleted and made again for a fresh link. */
  readonly mayReplace: boolean;
}

/**
 * A person pressed the button. Binds their browser to the request, and, where the service's link is too old to be
 * handed out, has the loop start the operation again.
 *
 * @returns the secret for the browser to keep, and whether the request was still open
 */
export async function startAuthorization(
  request: AuthorizationRequest,
  { mayReplace }: ClickOptions,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<{ readonly cookie: string; readonly isOpen: boolean }> {
  const { now } = httpContext;
  const cookie = httpContext.cookie ?? ports.newSecret();
  const browser = browserHash(httpContext) ?? hashId(cookie);
  const { observedLink } = await getTargetStatus(request, now, ports);
  const needsFreshLink = !observedLink || !isLinkUsable(observedLink, now);
  const { before } = await updateRequest(
    request.reference,
    { type: 'clicked', browser, needsFreshLink, mayReplace },
    now,
    ports.ledger,
  );
  if (before && needsFreshLink) await ports.events.publish([reconcileRequestedEvent(request.workspace)]);
  return { cookie, isOpen: before !== undefined };
}
