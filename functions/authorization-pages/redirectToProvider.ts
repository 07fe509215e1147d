import { isLinkUsable } from '../../core/authorization/linkExpiry.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { browserHash, type HttpContext } from './httpContext.ts';
import { awaitsReplacementConsent, pageFor } from './pageFor.ts';
import { getTargetStatus } from './targetStatus.ts';

/** How long a person is left waiting for a fresh link before they are told that there is none, in ms. */
const FRESH_LINK_TIMEOUT = 2 * 60_000;

/** Where a browser that pressed the button goes next. */
export type RedirectResult = { readonly page: Page } | { readonly provider: string };

/** Sends a bound browser on to the provider as soon as there is a fresh link. */
export async function redirectToProvider(
  request: AuthorizationRequest,
  httpContext: HttpContext,
  ports: AuthorizationPorts,
): Promise<RedirectResult> {
  const { now } = httpContext;
  const attempt = request.attempts.find(({ browser }) => browser === browserHash(httpContext));
  if (request.state !== 'open' || !attempt) return { page: await pageFor(request, httpContext, ports) };
  const { link, observedLink, phase, record } = await getTargetStatus(request, now, ports);
  if (link && observedLink && isLinkUsable(observedLink, now)) {
    const { browser } = attempt;
    await ports.ledger.putAlias(link.session, request.reference, now);
    const { before } = await updateRequest(
      request.reference,
      { type: 'sent', browser, link: observedLink, userId: link.userId },
      now,
      ports.ledger,
    );
    if (before) return { provider: link.url };
    return { page: { name: 'preparing', request, isFirst: false } };
  }
  if (record && awaitsReplacementConsent(request, record)) return { page: { name: 'replace', request } };
  const waited = now - attempt.clickedAt;
  const hasFailedSince = phase === 'failed' && (record?.operation?.startedAt ?? 0) >= attempt.clickedAt;
  if (waited < FRESH_LINK_TIMEOUT && !hasFailedSince)
    return { page: { name: 'preparing', request, isFirst: false } };
  const reason = phase === 'awaiting-authorization' ? 'linkHeld' : 'noLink';
  return { page: { name: 'retry', request, reason } };
}
