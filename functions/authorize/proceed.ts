import { isFresh } from '../../core/authorization/freshness.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { lookAtTarget } from './lookAtTarget.ts';
import { awaitsReplacement, pageOf } from './pageOf.ts';
import { browserOf, type Visit } from './visit.ts';

/** How long a person is left waiting for a fresh link before they are told that there is none, in ms. */
const FRESH_LINK_PATIENCE = 2 * 60_000;

/** Where a browser that pressed the button goes next. */
export type Way = { readonly page: Page } | { readonly provider: string };

/** Sends a bound browser on to the provider as soon as there is a fresh link. */
export async function proceed(
  request: AuthorizationRequest,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<Way> {
  const { now } = visit;
  const attempt = request.attempts.find(({ browser }) => browser === browserOf(visit));
  if (request.state !== 'open' || !attempt) return { page: await pageOf(request, visit, ports) };
  const { link, seen, phase, memory } = await lookAtTarget(request, now, ports);
  if (link && seen && isFresh(seen, now)) {
    const { browser } = attempt;
    await ports.ledger.noteAlias(link.session, request.reference, now);
    const { before } = await changeRequest(
      request.reference,
      { type: 'sent', browser, link: seen, userId: link.userId },
      now,
      ports.ledger,
    );
    if (before) return { provider: link.url };
    return { page: { name: 'preparing', request, isFirst: false } };
  }
  if (memory && awaitsReplacement(request, memory)) return { page: { name: 'replace', request } };
  const waited = now - attempt.clickedAt;
  const hasFailedSince = phase === 'failed' && (memory?.operation?.startedAt ?? 0) >= attempt.clickedAt;
  if (waited < FRESH_LINK_PATIENCE && !hasFailedSince)
    return { page: { name: 'preparing', request, isFirst: false } };
  const trouble = phase === 'awaiting-authorization' ? 'stuck' : 'service';
  return { page: { name: 'trouble', request, trouble } };
}
