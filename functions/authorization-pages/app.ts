import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
// The `tiny` preset: seven routes need no compiled router, and it starts faster.
import { Hono } from 'hono/tiny';
import type { BodyData } from 'hono/utils/body';
import { type Identity, isAuthorizedApprover } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { isComplete, type Page } from '../../core/authorization/page.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { ATTEMPT_VALIDITY } from '../../core/authorization/requestStateMachine.ts';
import { defined } from '../../core/objects.ts';
import { logger } from '../runtime/observability.ts';
import { errorTrace } from '../runtime/stackTrace.ts';
import { VisitorRate } from '../web/visitorRate.ts';
import type { AuthorizationPorts, HttpContext } from './authorizationPorts.ts';
import { decideRequest, refuseRequest, renewRequest } from './decideRequest.ts';
import { findRequestBySession, handleOAuthCallback, resumeCompletion } from './oauthCallback.ts';
import { pageFor, readDetails } from './pageFor.ts';
import { pageHeaders } from './pages/layout.ts';
import { renderPage, requestPath } from './pages/renderPage.ts';
import { redirectToProvider, startAuthorization } from './startAuthorization.ts';

/** The data that the HTTP API adds to a request. */
export interface Bindings {
  /** The time of the request, in ms since the epoch. */
  readonly now: number;
  /** The id of the request in the API's access log. */
  readonly correlation: string;
  /** Tells visitors apart, to limit their requests. */
  readonly visitor: string;
  /** The logged-in person; absent where the pages have no login. */
  readonly identity?: Identity;
}

type Env = { Bindings: Bindings };
type AppContext = Context<Env>;
type ApproverAction = (
  context: AppContext,
  request: AuthorizationRequest,
  httpContext: HttpContext,
) => Promise<Response>;

const REQUEST_ID = /^[0-9a-f]{32}$/;
const COOKIE_VALUE = /^[0-9a-f]{64}$/;
/** Seconds. */
const COOKIE_MAX_AGE = ATTEMPT_VALIDITY / 1000;

/**
 * A callback is never turned away: where it comes from a wrong browser, it makes its session void, and its visitor may
 * share a network with the one who floods the pages.
 */
const CALLBACK = '/authorizations/return';

/** The pages for people. Only a POST changes anything: mail scanners and link previews send GETs. */
export function authorizationApp(ports: AuthorizationPorts): Hono<Env> {
  const app = new Hono<Env>();
  const rate = new VisitorRate();
  const { origin, protocol } = new URL(ports.authorizationUrl);
  const isHttps = protocol === 'https:';

  const sendPage = (context: AppContext, page: Page) => {
    const { status, body, refresh } = renderPage(page);
    if (refresh !== undefined) context.header('refresh', refresh);
    return context.html(body, status);
  };
  const findRequest = async (context: AppContext): Promise<AuthorizationRequest | undefined> => {
    const id = context.req.param('id') ?? '';
    if (!REQUEST_ID.test(id)) return undefined;
    return (await ports.ledger.readRequest(hashId(id)))?.request;
  };
  // One cookie for each request, so that two requests in two tabs do not overwrite each other's.
  const cookieName = ({ reference }: AuthorizationRequest) =>
    `${isHttps ? '__Host-' : ''}gateloop-${reference.slice(0, 16)}`;
  const httpContextOf = (context: AppContext, request: AuthorizationRequest): HttpContext => {
    const cookie = getCookie(context, cookieName(request));
    const { now, identity } = context.env;
    return {
      now,
      cookie: cookie !== undefined && COOKIE_VALUE.test(cookie) ? cookie : undefined,
      ...defined({ identity }),
    };
  };
  /** Runs an action for an authorized approver; shows other people a page that explains the refusal. */
  const asApprover = async (
    context: AppContext,
    request: AuthorizationRequest | undefined,
    act: ApproverAction,
  ): Promise<Response> => {
    if (!request) return sendPage(context, { name: 'unknown' });
    const httpContext = httpContextOf(context, request);
    const { identity } = httpContext;
    if (!isAuthorizedApprover(request, identity, ports.answersFrom))
      return sendPage(context, { name: 'forbidden', identity });
    return act(context, request, httpContext);
  };
  const requireApprover = (act: ApproverAction) => async (context: AppContext) =>
    asApprover(context, await findRequest(context), act);
  const redirectToRequest = (context: AppContext, request: AuthorizationRequest) =>
    context.redirect(requestPath(request), 303);

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(pageHeaders)) context.header(name, value);
    await next();
  });
  app.use(async (context, next) => {
    const { visitor, now } = context.env;
    if (context.req.path !== CALLBACK && !rate.allows(visitor, now))
      return sendPage(context, { name: 'tooManyRequests' });
    return next();
  });
  app.use(async (context, next) => {
    if (context.req.method === 'POST' && !isSameOrigin(context, origin))
      return sendPage(context, { name: 'crossOrigin' });
    return next();
  });
  app.notFound((context) => sendPage(context, { name: 'unknown' }));
  app.onError((error, context) => {
    const { correlation } = context.env;
    // The route and not the path, since a path contains a request's id; no message, since it may contain any text.
    logger.error('A page failed', {
      correlation,
      method: context.req.method,
      route: matchedRoutes(context).at(-1)?.path,
      failure: errorTrace(error),
    });
    return sendPage(context, { name: 'failure', correlation });
  });

  app.get(CALLBACK, async (context) => {
    const sessionId = context.req.query('session_id') ?? '';
    const params = { sessionId, ...defined({ error: context.req.query('error') }) };
    const request = await findRequestBySession(params, ports);
    if (!request) return sendPage(context, { name: 'unknown' });
    const result = await handleOAuthCallback(request, params, httpContextOf(context, request), ports);
    return 'page' in result ? sendPage(context, result.page) : redirectToRequest(context, result.request);
  });
  app.get('/authorizations/:id', async (context) => {
    const request = await findRequest(context);
    const page = request && (await pageFor(request, context.env, ports));
    return sendPage(context, page ?? { name: 'unknown' });
  });
  app.post(
    '/authorizations/:id',
    requireApprover(async (context, found, httpContext) => {
      const request = await resumeCompletion(found, httpContext, ports);
      if (request.subject.kind !== 'authorization' || request.state !== 'open')
        return redirectToRequest(context, request);
      const { agree } = await readForm(context);
      const options = { mayReplace: agree === 'replace' };
      const { cookie, isOpen } = await startAuthorization(request, options, httpContext, ports);
      if (!isOpen) return redirectToRequest(context, request);
      setCookie(context, cookieName(request), cookie, {
        path: '/',
        httpOnly: true,
        secure: isHttps,
        sameSite: 'Lax',
        maxAge: COOKIE_MAX_AGE,
      });
      // To a page of Gateloop first: with `form-action 'self'`, a browser follows no redirect of a form to the provider.
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
    requireApprover(async (context, request, httpContext) => {
      const result = await redirectToProvider(request, httpContext, ports);
      return 'provider' in result ? context.redirect(result.provider, 303) : sendPage(context, result.page);
    }),
  );
  app.post(
    '/authorizations/:id/refuse',
    requireApprover(async (context, request, httpContext) => {
      await refuseRequest(request, httpContext, ports);
      return redirectToRequest(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/decide',
    requireApprover(async (context, request, httpContext) => {
      const { answer, reason } = await readForm(context);
      // No default for another value: a refusal is as final as an approval.
      if (answer === 'yes' && !isComplete(await readDetails(request, ports.specBucket)))
        return redirectToRequest(context, request);
      if (answer === 'yes' || answer === 'no') {
        const decision = { answer, reason: typeof reason === 'string' ? reason : '' } as const;
        await decideRequest(request, decision, httpContext, ports);
      }
      return redirectToRequest(context, request);
    }),
  );
  app.post(
    '/authorizations/:id/again',
    requireApprover(async (context, request, httpContext) => {
      const isRenewed = await renewRequest(request, httpContext, ports);
      return isRenewed
        ? sendPage(context, { name: 'renewed', request })
        : redirectToRequest(context, request);
    }),
  );
  return app;
}

/** @returns the fields of a form; none for a body that is no form, which only a client that is no browser sends */
function readForm(context: AppContext) {
  return context.req.parseBody().catch((error: unknown): BodyData => {
    if (error instanceof TypeError) return {};
    throw error;
  });
}

/**
 * Whether a form comes from the pages themselves, as browsers report in two headers. A client without both headers is no
 * browser: it carries no cookie of a victim, and can only do what the link allows.
 */
function isSameOrigin(context: AppContext, origin: string): boolean {
  const from = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (from === undefined || from === origin) && (site === undefined || site === 'same-origin');
}
