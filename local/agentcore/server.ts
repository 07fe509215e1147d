import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { terminalText } from '../../core/text/encoders.ts';
import { visibleLines } from '../../core/text/visible.ts';
import { type AllowedHosts, localOnly } from '../localAccess.ts';
import { whileBusy } from '../simulation/clock.ts';
import { ConsentFlow } from './consent/consentFlow.ts';
import { Dispatcher, type DispatchResult, type IncomingRequest, type WriteLogEntry } from './dispatcher.ts';
import { type Env, emulatorRoutes } from './emulatorRoutes.ts';
import { type ForcedStatus, forceStatus } from './forceStatus.ts';
import { GATEWAY_HOST } from './gateways/gatewayEndpoint.ts';
import type { AgentCoreOptions } from './options.ts';
import { PLANES } from './planes.ts';
import { Service } from './service.ts';
import { ServiceError } from './serviceError.ts';
import type { Behaviors } from './settings/behaviors.ts';
import type { FaultRule, InjectedFault } from './settings/faults.ts';
import { asServiceError, errorResponse, type WireResponse } from './wire/errorResponse.ts';

/** A running emulator. */
export interface AgentCore {
  /** The endpoint for the SDK clients of both planes, such as `http://127.0.0.1:4700`. */
  readonly url: string;
  /** The emulated state and operations, for displays and tests. */
  readonly service: Service;
  /** Handles a request that did not come over HTTP. */
  handle(request: IncomingRequest): DispatchResult;
  /** The number of requests by operation, rejected ones included. */
  calls(): Record<string, number>;
  /** The mutating requests, oldest first. */
  writes(): readonly WriteLogEntry[];
  injectedFaults(): readonly InjectedFault[];
  setFaults(rules: readonly FaultRule[]): void;
  setBehaviors(changes: Partial<Behaviors>): void;
  /**
   * Grants or denies consent without a browser, as a user would who opens the link and logs in.
   * @returns the URL that the browser would return to
   * @throws RangeError for a link that is unknown, used or expired
   */
  consent(authorizationUrl: string, decision?: 'grant' | 'deny'): URL;
  /** Puts a resource into any status. */
  forceStatus(forced: ForcedStatus, reasons?: readonly string[]): void;
  /** Deletes all resources and logs. */
  reset(): void;
  /** Closes connections and waits for running jobs. The caller closes the store. */
  close(): Promise<void>;
}

/** SDK clients reuse idle connections; a server that closes them first makes the next request fail. */
const KEEP_ALIVE_MS = 10 * 60_000;

/**
 * The largest body in bytes. The largest valid request has an inline schema of 1 MB, whose JSON text has up to 6 MB. The
 * bound of the service is not published.
 */
const MAX_BODY = 10 * 1024 * 1024;

/** Starts the emulator on the loopback interface. The control plane and the data plane share the port. */
export async function startAgentCore(options: AgentCoreOptions): Promise<AgentCore> {
  const service = new Service(options, (error, job) =>
    console.error(
      `agentcore: the job ${terminalText(`${job.type} ${job.key}`)} failed: ${visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
    ),
  );
  const dispatcher = new Dispatcher(service);
  const app = new Hono<Env>();
  const consentFlow = new ConsentFlow(service, options.allowedHosts ?? []);
  app.use((_context, next) => whileBusy(options.clock, next));
  app.use(limitBody);
  app.use(async (context, next) => (await service.gatewayEndpoint.handle(context.req.raw)) ?? next());
  app.onError((error) => respond(errorResponse(asServiceError(error), NO_REQUEST_ID, PLANES)));
  app.route('/', emulatorRoutes(service, dispatcher, consentFlow));
  app.all('*', (context) => handleRequest(context, dispatcher));
  const server = await listen(app, options.port ?? 0, [...(options.allowedHosts ?? []), GATEWAY_HOST]);
  service.url = server.url;
  service.start();
  return {
    url: server.url,
    service,
    handle: (request) => dispatcher.handle(request),
    calls: () => dispatcher.calls(),
    writes: () => dispatcher.writes,
    injectedFaults: () => service.context.faults.log,
    setFaults: (rules) => service.context.faults.setRules(rules),
    setBehaviors(changes) {
      service.context.settings.behaviors = { ...service.context.settings.behaviors, ...changes };
    },
    consent: (authorizationUrl, decision = 'grant') => service.recordConsent(authorizationUrl, decision),
    forceStatus: (forced, reasons) => forceStatus(service, forced, reasons),
    reset() {
      service.reset();
      dispatcher.clear();
    },
    async close() {
      await server.close();
      await consentFlow.close();
      await service.close();
    },
  };
}

/** The request id in answers that the dispatcher does not give. */
const NO_REQUEST_ID = '00000000-0000-4000-8000-000000000000';

/** Counts the bytes of a body without a declared length, and stops to read it at the bound. */
const limitStream = bodyLimit({ maxSize: MAX_BODY, onError: tooLarge });

const limitBody: MiddlewareHandler<Env> = async (context, next) => {
  if (Number(context.req.header('content-length') ?? 0) > MAX_BODY) return tooLarge();
  return context.req.header('transfer-encoding') === undefined ? next() : limitStream(context, next);
};

function tooLarge(): Response {
  const error = new ServiceError('RequestTooLargeException', `The request body exceeds ${MAX_BODY} bytes.`);
  const { headers, ...response } = errorResponse(error, NO_REQUEST_ID, PLANES);
  // The rest of the body would arrive on the connection.
  return respond({ ...response, headers: { ...headers, connection: 'close' } });
}

async function handleRequest(context: Context<Env>, dispatcher: Dispatcher): Promise<Response> {
  const { pathname, search } = new URL(context.req.url);
  const result = dispatcher.handle({
    method: context.req.method,
    path: pathname,
    query: search,
    headers: context.req.raw.headers,
    body: await context.req.text(),
  });
  return send(context, result);
}

function send(context: Context<Env>, result: DispatchResult): Response {
  if (result === 'disconnect') {
    context.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  // The connection stays open until the client's timeout closes it.
  if (result === 'noResponse') return RESPONSE_ALREADY_SENT;
  return respond(result);
}

function respond({ status, headers, body }: WireResponse): Response {
  return new Response(status === 204 ? null : body, { status, headers });
}

async function listen(
  app: Hono<Env>,
  port: number,
  allowedHosts: AllowedHosts,
): Promise<{ url: string; close(): Promise<void> }> {
  // Hono's listener has a type for HTTP/2 requests as well; this server gets none.
  const listener = getRequestListener(app.fetch) as RequestListener;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, localOnly(listener, allowedHosts));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: boundPort } = server.address() as AddressInfo; // A TCP server has no other address.
  return {
    url: `http://127.0.0.1:${boundPort}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
