import { parseAddress } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { type Page, voidRetryReasons } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { type AuthorizationPorts, actor, findAttempt, type HttpContext } from './authorizationPorts.ts';
import { awaitsReplacementConsent, pageFor } from './pageFor.ts';
import { getTargetStatus, type TargetStatus, usableLink } from './targetStatus.ts';

/** The form that a person submitted. */
export interface ClickOptions {
  /** The person agreed that the target is deleted and created again to get a new link. */
  readonly mayReplace: boolean;
}

/**
 * A person clicked the button. Binds the browser to the request. When the service's link is too old, void, or taken by
 * another browser, starts a reconciliation that starts the operation again, since that makes the service issue a new link.
 *
 * @returns the secret for the browser's cookie, and whether the request was still open
 */
export async function startAuthorization(
  request: AuthorizationRequest,
  { mayReplace }: ClickOptions,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<{ readonly cookie: string; readonly isOpen: boolean }> {
  const { now } = httpContext;
  // A secret that this request does not know is not from Gateloop, and an old one may have been seen meanwhile.
  const known = findAttempt(request, httpContext) && httpContext.cookie;
  const cookie = known ?? ports.newSecret();
  const browser = hashId(cookie);
  const status = await getTargetStatus(request, now, ports);
  const needsFreshLink = !usableLink(status, browser, now);
  const staleSession = needsFreshLink ? (status.link?.session ?? lostSession(status)) : undefined;
  const { before } = await updateRequest(
    request.reference,
    {
      type: 'clicked',
      browser,
      needsFreshLink,
      mayReplace,
      ...actor(httpContext),
      ...defined({ staleSession }),
    },
    now,
    ports.ledger,
  );
  if (before && needsFreshLink) await ports.events.publish([reconcileRequestedEvent(request.workspace)]);
  return { cookie, isOpen: before !== undefined };
}

/** The session of a record's link that was lost: no read of the service shows it, so that no person can use it any more. */
function lostSession({ record }: TargetStatus): string | undefined {
  if (!record || !resourceKinds[parseAddress(record.address).kind].container) return undefined;
  return record.link?.session;
}

/** How long the page waits for a new link before it says that there is none, in ms. */
const FRESH_LINK_TIMEOUT = 2 * 60_000;

/** The next step of a browser that is bound to a request. */
export type RedirectResult = { readonly page: Page } | { readonly provider: string };

/** Redirects a bound browser to the provider as soon as the service has a usable link; until then shows a page. */
export async function redirectToProvider(
  request: AuthorizationRequest,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<RedirectResult> {
  const { now } = httpContext;
  const attempt = findAttempt(request, httpContext);
  if (request.state !== 'open' || !attempt) return { page: await pageFor(request, httpContext, ports) };
  const status = await getTargetStatus(request, now, ports);
  const { phase, record, boundSession: { voided } = {} } = status;
  const { browser } = attempt;
  const usable = usableLink(status, browser, now);
  if (usable) {
    const { link, observedLink } = usable;
    const { reference } = request;
    const event = {
      type: 'sent' as const,
      browser,
      ...actor(httpContext),
      link: observedLink,
      userId: link.userId,
    };
    const isSent =
      (await ports.ledger.bindSession(link.session, { reference, browser }, now)) &&
      (await updateRequest(reference, event, now, ports.ledger)).before !== undefined;
    return isSent ? { provider: link.url } : { page: { name: 'preparing', request, isFirst: false } };
  }
  if (voided && voided.voidedAt > attempt.clickedAt)
    return { page: { name: 'retry', request, reason: voidRetryReasons[voided.cause] } };
  if (record && awaitsReplacementConsent(request, record)) return { page: { name: 'replace', request } };
  // An operation that is under way goes on and may still give a link.
  if (phase !== 'moving' && (await ports.ledger.readSuspension(request.workspace)))
    return { page: { name: 'retry', request, reason: 'suspended' } };
  const waited = now - attempt.clickedAt;
  const hasFailedSince = phase === 'failed' && (record?.operation?.startedAt ?? 0) >= attempt.clickedAt;
  if (waited < FRESH_LINK_TIMEOUT && !hasFailedSince)
    return { page: { name: 'preparing', request, isFirst: false } };
  const reason = phase === 'awaiting-authorization' ? 'linkHeld' : 'noLink';
  return { page: { name: 'retry', request, reason } };
}
