import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
// A dozen routes need no router that compiles them: it is smaller, and ready sooner.
import { Hono } from 'hono/tiny';
import { type Identity, isAuthorizedApprover } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { logger } from '../runtime/observability.ts';
import type { AuthorizationPorts } from './authorizationPorts.ts';
import { decideRequest, refuseRequest, renewRequest } from './decideRequest.ts';
import { errorTrace } from './errorTrace.ts';
import type { HttpContext } from './httpContext.ts';
import { findRequestBySession, handleOAuthCallback } from './oauthCallback.ts';
import { pageFor } from './pageFor.ts';
import { securityHeaders } from './pages/layout.ts';
import { renderPage, requestPath } from './pages/renderPage.ts';
import { redirectToProvider } from './redirectToProvider.ts';
import { resumeCompletion } from './resumeCompletion.ts';
import { startAuthorization } from './startAuthorization.ts';

/** What the HTTP API adds to a request. Times in ms since the epoch. */
export interface Bindings {
  readonly now: number;
  /** Of the request, as the API's own log names it. */
  readonly correlation: string;
  /** Who logged in in front of the pages, where somebody has to. */
  readonly identity?: Identity;
}

type Env = { Bindings: Bindings };
type AppContext = Context<Env>;

const ID = /^[0-9a-f]{32}$/;
const SECRET = /^[0-9a-f]{64}$/;
/** A login takes minutes; a browser that comes back after an hour begins anew. */
const COOKIE_MAX_AGE = 3600;

/** The pages for people. Only a POST does anything: mail scanners and previews open links, and none of them posts. */
export function authorizationApp(ports: AuthorizationPorts): Hono<Env> {
  const app = new Hono<Env>();
  const isHttps = ports.authorizationUrl.startsWith('https:');
  const origin = new URL(ports.authorizationUrl).origin;

  const sendPage = (context: AppContext, page: Page) => {
    const { status, body, refresh } = renderPage(page);
    if (refresh !== undefined) context.header('refresh', refresh);
    return context.html(body, status);
  };
  const findRequest = async (context: AppContext): Promise<AuthorizationRequest | undefined> => {
    const id = context.req.param('id') ?? '';
    if (!ID.test(id)) return undefined;
    return (await ports.ledger.readRequest(hashId(id)))?.request;
  };
  // A cookie for each request, so that two requests in two tabs do not take each other's.
  const cookieName = ({ reference }: AuthorizationRequest) =>
    `${isHttps ? '__Host-' : ''}gateloop-${reference.slice(0, 16)}`;
  const httpContextOf = (context: AppContext, request: AuthorizationRequest): HttpContext => {
    const cookie = getCookie(context, cookieName(request));
    const { now, identity } = context.env;
    return {
      now,
      cookie: cookie !== undefined && SECRET.test(cookie) ? cookie : undefined,
      ...(identity && { identity }),
    };
  };
  /** Lets through who has a link that leads somewhere and may answer; everybody else gets a page that says why not. */
  const requireApprover =
    (act: (context: AppContext, request: AuthorizationRequest, visit: HttpContext) => Promise<Response>) =>
    async (context: AppContext): Promise<Response> => {
      const request = await findRequest(context);
      if (!request) return sendPage(context, { name: 'unknown' });
      const visit = httpContextOf(context, request);
      if (!isAuthorizedApprover(request, visit.identity, ports.answersFrom))
        return sendPage(context, { name: 'forbidden', identity: visit.identity });
      return act(context, request, visit);
    };
  const redirectToRequest = (context: AppContext, request: AuthorizationRequest) =>
    context.redirect(requestPath(request), 303);

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    await next();
  });
  app.use(async (context, next) => {
    if (context.req.method === 'POST' && !isSameOrigin(context, origin))
      return sendPage(context, { name: 'crossOrigin' });
    return next();
  });
  app.notFound((context) => sendPage(context, { name: 'unknown' }));
  app.onError((error, context) => {
    const { correlation } = context.env;
    // The route and not the path, and no message: a path is a link, and messages may hold anything.
    logger.error('A page could not be made', {
      correlation,
      method: context.req.method,
      route: matchedRoutes(context).at(-1)?.path,
      failure: errorTrace(error),
    });
    return sendPage(context, { name: 'failure', correlation });
  });

  app.get('/authorizations/return', async (context) => {
    const sessionId = context.req.query('session_id') ?? '';
    const error = context.req.query('error');
    const given = { sessionId, ...(error !== undefined && { error }) };
    const request = await findRequestBySession(given, ports);
    if (!request) return sendPage(context, { name: 'unknown' });
    const visit = httpContextOf(context, request);
    if (!isAuthorizedApprover(request, visit.identity, ports.answersFrom))
      return sendPage(context, { name: 'forbidden', identity: visit.identity });
    const arrival = await handleOAuthCallback(request, given, visit, ports);
    return 'page' in arrival ? sendPage(context, arrival.page) : redirectToRequest(context, arrival.request);
  });
  app.get('/authorizations/:id', async (context) => {
    const request = await findRequest(context);
    const page = request && (await pageFor(request, context.env, ports));
    return sendPage(context, page ?? { name: 'unknown' });
  });
  app.post(
    '/authorizations/:id',
    requireApprover(async (context, found, visit) => {
      const request = await resumeCompletion(found, visit, ports);
      if (request.subject.kind !== 'authorization' || request.state !== 'open')
        return redirectToRequest(context, request);
      const { agree } = await context.req.parseBody();
      const press = { mayReplace: agree === 'replace' };
      const { cookie, isOpen } = await startAuthorization(request, press, visit, ports);
      if (!isOpen) return redirectToRequest(context, request);
      setCookie(context, cookieName(request), cookie, {
        path: '/',
        httpOnly: true,
        secure: isHttps,
        sameSite: 'Lax',
        maxAge: COOKIE_MAX_AGE,
      });
      // To a page of our own first: a browser that keeps to `form-action` follows no form to the provider.
      return context.redirect(`${requestPath(request)}/next`, 303);
    }),
  );
  app.get(
    '/authorizations/:id/next',
    requireApprover(async (context, request) => {
      if (request.state !== 'open') return redirectToRequest(context, request);
      return sendPage(context, { name: 'preparing', request, isFirst: true });
    }),
  );
  app.get(
    '/authorizations/:id/go',
    requireApprover(async (context, request, visit) => {
      const way = await redirectToProvider(request, visit, ports);
      return 'provider' in way ? context.redirect(way.provider, 303) : sendPage(context, way.page);
    }),
  );
  app.post(
    '/authorizations/:id/refuse',
    requireApprover(async (context, request, visit) => {
      await refuseRequest(request, visit, ports);
      return redirectToRequest(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/decide',
    requireApprover(async (context, request, visit) => {
      const { answer, reason } = await context.req.parseBody();
      // Whatever is neither was pressed by nobody: a no is as final as a yes.
      if (answer === 'yes' || answer === 'no') {
        const given = { answer, reason: typeof reason === 'string' ? reason : '' } as const;
        await decideRequest(request, given, visit, ports);
      }
      return redirectToRequest(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/again',
    requireApprover(async (context, request, visit) => {
      const isAsked = await renewRequest(request, visit, ports);
      return isAsked ? sendPage(context, { name: 'renewed', request }) : redirectToRequest(context, request);
    }),
  );
  return app;
}

/** Browsers say where a form came from. What says nothing is no browser, and can do no more than the link allows. */
function isSameOrigin(context: AppContext, origin: string): boolean {
  const from = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (from === undefined || from === origin) && (site === undefined || site === 'same-origin');
}
