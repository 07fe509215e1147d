import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
// A dozen routes need no router that compiles them: it is smaller, and ready sooner.
import { Hono } from 'hono/tiny';
import type { Page } from '../../core/authorization/page.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { mayAnswer, type Visitor } from '../../core/authorization/visitor.ts';
import { logger } from '../step.ts';
import { askAgain, decideApproval, refuse } from './answer.ts';
import type { AuthorizePorts } from './authorizePorts.ts';
import { begin } from './begin.ts';
import { comeBack, requestOfSession } from './comeBack.ts';
import { pageOf } from './pageOf.ts';
import { securityHeaders } from './pages/layout.ts';
import { pathOf, renderPage } from './pages/renderPage.ts';
import { proceed } from './proceed.ts';
import { takeUp } from './takeUp.ts';
import { traceOf } from './traceOf.ts';
import type { Visit } from './visit.ts';

/** What the HTTP API adds to a request. Times in ms since the epoch. */
export interface Bindings {
  readonly now: number;
  /** Of the request, as the API's own log names it. */
  readonly correlation: string;
  /** Who logged in in front of the pages, where somebody has to. */
  readonly visitor?: Visitor;
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
    const { now, visitor } = context.env;
    return {
      now,
      cookie: cookie !== undefined && SECRET.test(cookie) ? cookie : undefined,
      ...(visitor && { visitor }),
    };
  };
  /** Lets through who has a link that leads somewhere and may answer; everybody else gets a page that says why not. */
  const answering =
    (act: (context: Visited, request: AuthorizationRequest, visit: Visit) => Promise<Response>) =>
    async (context: Visited): Promise<Response> => {
      const request = await find(context);
      if (!request) return send(context, { name: 'unknown' });
      const visit = visitOf(context, request);
      if (!mayAnswer(request, visit.visitor, ports.answersFrom))
        return send(context, { name: 'notYours', visitor: visit.visitor });
      return act(context, request, visit);
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
  app.onError((error, context) => {
    const { correlation } = context.env;
    // The route and not the path, and no message: a path is a link, and messages may hold anything.
    logger.error('A page could not be made', {
      correlation,
      method: context.req.method,
      route: matchedRoutes(context).at(-1)?.path,
      failure: traceOf(error),
    });
    return send(context, { name: 'failure', correlation });
  });

  app.get('/authorizations/return', async (context) => {
    const sessionId = context.req.query('session_id') ?? '';
    const error = context.req.query('error');
    const given = { sessionId, ...(error !== undefined && { error }) };
    const request = await requestOfSession(given, ports);
    if (!request) return send(context, { name: 'unknown' });
    const visit = visitOf(context, request);
    if (!mayAnswer(request, visit.visitor, ports.answersFrom))
      return send(context, { name: 'notYours', visitor: visit.visitor });
    const arrival = await comeBack(request, given, visit, ports);
    return 'page' in arrival ? send(context, arrival.page) : back(context, arrival.request);
  });
  app.get('/authorizations/:id', async (context) => {
    const request = await find(context);
    const page = request && (await pageOf(request, context.env, ports));
    return send(context, page ?? { name: 'unknown' });
  });
  app.post(
    '/authorizations/:id',
    answering(async (context, found, visit) => {
      const request = await takeUp(found, visit, ports);
      if (request.asked.kind !== 'consent' || request.state !== 'open') return back(context, request);
      const { agree } = await context.req.parseBody();
      const press = { mayReplace: agree === 'replace' };
      const { cookie, isOpen } = await begin(request, press, visit, ports);
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
    }),
  );
  app.get(
    '/authorizations/:id/next',
    answering(async (context, request) => {
      if (request.state !== 'open') return back(context, request);
      return send(context, { name: 'preparing', request, isFirst: true });
    }),
  );
  app.get(
    '/authorizations/:id/go',
    answering(async (context, request, visit) => {
      const way = await proceed(request, visit, ports);
      return 'provider' in way ? context.redirect(way.provider, 303) : send(context, way.page);
    }),
  );
  app.post(
    '/authorizations/:id/refuse',
    answering(async (context, request, visit) => {
      await refuse(request, visit, ports);
      return back(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/decide',
    answering(async (context, request, visit) => {
      const { answer, reason } = await context.req.parseBody();
      // Whatever is neither was pressed by nobody: a no is as final as a yes.
      if (answer === 'yes' || answer === 'no') {
        const given = { answer, reason: typeof reason === 'string' ? reason : '' } as const;
        await decideApproval(request, given, visit, ports);
      }
      return back(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/again',
    answering(async (context, request, visit) => {
      const isAsked = await askAgain(request, visit, ports);
      return isAsked ? send(context, { name: 'askedAgain', request }) : back(context, request);
    }),
  );
  return app;
}

/** Browsers say where a form came from. What says nothing is no browser, and can do no more than the link allows. */
function isFromHere(context: Visited, origin: string): boolean {
  const from = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (from === undefined || from === origin) && (site === undefined || site === 'same-origin');
}
