import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Page } from '../../core/authorization/page.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { askAgain, decideApproval, refuse } from './answer.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { begin } from './begin.ts';
import { comeBack, requestOfSession } from './comeBack.ts';
import { pageOf } from './pageOf.ts';
import { securityHeaders } from './pages/layout.ts';
import { pathOf, renderPage } from './pages/renderPage.ts';
import { proceed } from './proceed.ts';
import type { Visit } from './visit.ts';

/** What the HTTP API adds to a request. Times in ms since the epoch. */
export interface Bindings {
  readonly now: number;
  /** Who logged in in front of the pages, where somebody has to. */
  readonly by?: string;
}

type Env = { Bindings: Bindings };
type Visited = Context<Env>;

const ID = /^[0-9a-f]{32}$/;
const SECRET = /^[0-9a-f]{64}$/;
/** A login takes minutes; a browser that comes back after an hour begins anew. */
const COOKIE_SECONDS = 3600;

/** The pages for people. Only a POST does anything: mail scanners and previews open links, and none of them posts. */
export function authorizeApp(ports: AuthorizePorts): Hono<Env> {
  const app = new Hono<Env>();
  const isHttps = ports.authorizationUrl.startsWith('https:');
  const origin = new URL(ports.authorizationUrl).origin;

  const send = (context: Visited, page: Page) => {
    const { status, body, refresh } = renderPage(page);
    if (refresh !== undefined) context.header('refresh', refresh);
    return context.html(body, status);
  };
  const find = async (context: Visited): Promise<AuthorizationRequest | undefined> => {
    const id = context.req.param('id') ?? '';
    if (!ID.test(id)) return undefined;
    return (await ports.ledger.readRequest(referenceOf(id)))?.request;
  };
  // A cookie for each request, so that two requests in two tabs do not take each other's.
  const cookieName = ({ reference }: AuthorizationRequest) =>
    `${isHttps ? '__Host-' : ''}gateloop-${reference.slice(0, 16)}`;
  const visitOf = (context: Visited, request: AuthorizationRequest): Visit => {
    const cookie = getCookie(context, cookieName(request));
    const { now, by } = context.env;
    return {
      now,
      cookie: cookie !== undefined && SECRET.test(cookie) ? cookie : undefined,
      ...(by !== undefined && { by }),
    };
  };
  const back = (context: Visited, request: AuthorizationRequest) => context.redirect(pathOf(request), 303);

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    await next();
  });
  app.use(async (context, next) => {
    if (context.req.method === 'POST' && !isFromHere(context, origin))
      return send(context, { name: 'notFromHere' });
    return next();
  });
  app.notFound((context) => send(context, { name: 'unknown' }));

  app.get('/authorizations/return', async (context) => {
    const sessionId = context.req.query('session_id') ?? '';
    const error = context.req.query('error');
    const given = { sessionId, ...(error !== undefined && { error }) };
    const request = await requestOfSession(given, ports);
    if (!request) return send(context, { name: 'unknown' });
    const arrival = await comeBack(request, given, visitOf(context, request), ports);
    return 'page' in arrival ? send(context, arrival.page) : back(context, arrival.request);
  });
  app.get('/authorizations/:id', async (context) => {
    const request = await find(context);
    return send(context, request ? await pageOf(request, ports) : { name: 'unknown' });
  });
  app.post('/authorizations/:id', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    if (request.asked.kind !== 'consent' || request.state !== 'open') return back(context, request);
    const { agree } = await context.req.parseBody();
    const press = { mayReplace: agree === 'replace' };
    const { cookie, isOpen } = await begin(request, press, visitOf(context, request), ports);
    if (!isOpen) return back(context, request);
    setCookie(context, cookieName(request), cookie, {
      path: '/',
      httpOnly: true,
      secure: isHttps,
      sameSite: 'Lax',
      maxAge: COOKIE_SECONDS,
    });
    // To a page of our own first: a browser that keeps to `form-action` follows no form to the provider.
    return context.redirect(`${pathOf(request)}/next`, 303);
  });
  app.get('/authorizations/:id/next', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    if (request.state !== 'open') return back(context, request);
    return send(context, { name: 'preparing', request, isFirst: true });
  });
  app.get('/authorizations/:id/go', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    const way = await proceed(request, visitOf(context, request), ports);
    return 'provider' in way ? context.redirect(way.provider, 303) : send(context, way.page);
  });
  app.post('/authorizations/:id/refuse', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    await refuse(request, visitOf(context, request), ports);
    return back(context, request);
  });
  app.post('/authorizations/:id/decide', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    const { answer, reason } = await context.req.parseBody();
    await decideApproval(
      request,
      { answer: answer === 'yes' ? 'yes' : 'no', reason: typeof reason === 'string' ? reason : '' },
      visitOf(context, request),
      ports,
    );
    return back(context, request);
  });
  app.post('/authorizations/:id/again', async (context) => {
    const request = await find(context);
    if (!request) return send(context, { name: 'unknown' });
    const isAsked = await askAgain(request, visitOf(context, request), ports);
    return isAsked ? send(context, { name: 'askedAgain', request }) : back(context, request);
  });
  return app;
}

/** Browsers say where a form came from. What says nothing is no browser, and can do no more than the link allows. */
function isFromHere(context: Visited, origin: string): boolean {
  const from = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (from === undefined || from === origin) && (site === undefined || site === 'same-origin');
}
