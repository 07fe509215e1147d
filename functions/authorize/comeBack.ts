import { isFresh } from '../../core/authorization/freshness.ts';
import type { RequestEvent } from '../../core/authorization/life.ts';
import type { Page } from '../../core/authorization/page.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Answer } from '../../core/decide/record.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import { logger } from '../step.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { lookAtTarget } from './lookAtTarget.ts';
import { browserOf, byOf, type Visit } from './visit.ts';

/** What the provider's redirect carries. */
export interface Return {
  readonly sessionId: string;
  /** OAuth's code for what went wrong; `access_denied` for a person who said no. */
  readonly error?: string;
}

/** A consent whose handing over was begun so long ago was cut short, and may be handed over again. In ms. */
const HANDING_OVER = 30_000;

/** Where a browser goes that came back: to the request's own page, or to one that says what is wrong. */
export type Arrival = { readonly request: AuthorizationRequest } | { readonly page: Page };

/** @returns the request that a session was sent out with */
export async function requestOfSession(
  { sessionId }: Return,
  { ledger }: AuthorizePorts,
): Promise<AuthorizationRequest | undefined> {
  const reference = await ledger.findAlias(referenceOf(sessionId));
  return reference === undefined ? undefined : (await ledger.readRequest(reference))?.request;
}

/**
 * The browser came back from the provider. Only the one that was sent out with this very session counts, and only the
 * first time: then the consent is handed over to the service under the user it was asked for.
 */
export async function comeBack(
  request: AuthorizationRequest,
  back: Return,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<Arrival> {
  const { now } = visit;
  const { reference } = request;
  const browser = browserOf(visit);
  const session = referenceOf(back.sessionId);
  if (browser === undefined) return hasEnded(request) ? { request } : { page: { name: 'wrongBrowser' } };
  const event = eventOf(back, browser, session, visit);
  if (!event) return { page: { name: 'trouble', request, trouble: 'provider' } };
  const change = await changeRequest(reference, event, now, ports.ledger);
  const present = change.request ?? request;
  if (!change.before) {
    if (isCutShort(present, browser, session, now)) return handOver(present, back, session, visit, ports);
    if (present.state !== 'open') return { request: present };
    return { page: wasSentElsewhere(present, browser) ? lapsed(present) : { name: 'wrongBrowser' } };
  }
  if (event.type === 'consented') return handOver(present, back, session, visit, ports);
  await announceEnd(change, now, ports);
  return { request: present };
}

/** Another tab of the same browser has been sent out since, with another link. */
function wasSentElsewhere({ attempts }: AuthorizationRequest, browser: string): boolean {
  return attempts.some((attempt) => attempt.browser === browser && attempt.session !== undefined);
}

function lapsed(request: AuthorizationRequest): Page {
  return { name: 'trouble', request, trouble: 'lapsed' };
}

function hasEnded({ state }: AuthorizationRequest): boolean {
  return state !== 'open';
}

function eventOf(
  { error }: Return,
  browser: string,
  session: string,
  visit: Visit,
): Extract<RequestEvent, { type: 'consented' | 'declined' }> | undefined {
  if (error === undefined) return { type: 'consented', browser, session };
  if (error !== 'access_denied') return undefined;
  return { type: 'declined', browser, session, ...byOf(visit) };
}

function isCutShort(
  { state, attempts }: AuthorizationRequest,
  browser: string,
  session: string,
  now: number,
): boolean {
  const attempt = attempts.find((each) => each.browser === browser && each.session === session);
  return (
    state === 'completing' && attempt?.consentedAt !== undefined && now - attempt.consentedAt > HANDING_OVER
  );
}

/** Hands a consent over to the service, under the user that it was asked for. */
export async function handOver(
  request: AuthorizationRequest,
  { sessionId }: Pick<Return, 'sessionId'>,
  session: string,
  visit: Visit,
  ports: AuthorizePorts,
): Promise<Arrival> {
  const { now } = visit;
  const userId = request.attempts.find((attempt) => attempt.session === session)?.userId ?? '';
  const answer = await ports.consents.complete(sessionId, userId);
  const fate = await fateOf(answer, request, session, now, ports);
  const event: RequestEvent = fate === 'taken' ? { type: 'completed', ...byOf(visit) } : { type: 'failed' };
  const change = await changeRequest(request.reference, event, now, ports.ledger);
  await announceEnd(change, now, ports);
  if (fate === 'taken') return { request: change.request ?? request };
  return { page: { name: 'trouble', request, trouble: fate === 'lost' ? 'lapsed' : 'handingOver' } };
}

/** What became of a consent: `unclear` is found out by handing it over once more. */
type Fate = 'taken' | 'lost' | 'unclear';

/**
 * Whether the consent has arrived, which the service's answer alone does not tell: a call whose answer was lost is
 * refused the second time, and one with a session that another link has replaced since is taken without effect.
 */
async function fateOf(
  answer: Answer,
  request: AuthorizationRequest,
  session: string,
  now: number,
  ports: AuthorizePorts,
): Promise<Fate> {
  if (answer.kind === 'rejected') {
    // Codes and not messages: those may name the user or the session.
    logger.warn('A consent was not taken', { request: request.reference, code: answer.code });
    if (answer.transient) return 'unclear';
  }
  const { phase, link, seen } = await lookAtTarget(request, now, ports);
  if (answer.kind === 'accepted') {
    return phase !== 'awaiting-authorization' || !link || link.session === session ? 'taken' : 'lost';
  }
  if (phase === 'moving' || phase === 'ready') return 'taken';
  // A target may go on showing the link of a consent that has arrived, for some seconds.
  return link?.session === session && seen && isFresh(seen, now) ? 'unclear' : 'lost';
}
