import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { whileBusy } from '../clock.ts';
import { ConsentFlow } from './consent/consentFlow.ts';
import { Dispatch, type Outcome, type Write } from './dispatch.ts';
import { type Env, emulatorRoutes } from './emulatorRoutes.ts';
import { type ForcedState, force } from './force.ts';
import type { AgentCoreOptions } from './options.ts';
import { Service } from './service.ts';
import type { FaultRule, InjectedFault } from './settings/faults.ts';
import type { Switches } from './settings/switches.ts';

/** A running emulator. */
export interface AgentCore {
  /** The endpoint for the SDK clients of both planes, such as `http://127.0.0.1:4700`. */
  readonly url: string;
  /** Everything behind the wire, for displays and tests. */
  readonly service: Service;
  /** Requests by operation, refused ones included. */
  calls(): Record<string, number>;
  /** Requests that change something, oldest first, with their simulated times. */
  writes(): readonly Write[];
  injectedFaults(): readonly InjectedFault[];
  setFaults(rules: readonly FaultRule[]): void;
  setSwitches(switches: Partial<Switches>): void;
  /**
   * Does what a person does who opens the link, logs in and consents, or declines, without a browser.
   * @returns where the browser is sent back to
   * @throws RangeError for a link that is unknown or has lapsed
   */
  consent(authorizationUrl: string, decision?: 'grant' | 'deny'): URL;
  /** Puts a resource into any state. */
  force(state: ForcedState, reasons?: readonly string[]): void;
  /** Forgets all resources and logs. */
  reset(): void;
  /** Ends open requests, waits for what is being done, and leaves the store to its owner. */
  close(): Promise<void>;
}

/** SDK clients keep idle connections; a server that closes them first makes their next request fail. */
const KEEP_ALIVE_MS = 10 * 60_000;

/** Starts the emulator on the loopback interface. Control plane and data plane share the port. */
export async function startAgentCore(options: AgentCoreOptions): Promise<AgentCore> {
  const service = new Service(options, (error, job) =>
    console.error(`agentcore: the job ${job.type} ${job.key} failed`, error),
  );
  const dispatch = new Dispatch(service);
  const app = new Hono<Env>();
  const consentFlow = new ConsentFlow(service);
  app.use((_context, next) => whileBusy(options.clock, next));
  app.route('/', emulatorRoutes(service, dispatch, consentFlow));
  app.all('*', (context) => answerOverWire(context, dispatch));
  const server = await listen(app, options.port ?? 0);
  service.url = server.url;
  service.open();
  return {
    url: server.url,
    service,
    calls: () => dispatch.calls(),
    writes: () => dispatch.writes,
    injectedFaults: () => service.world.faults.log,
    setFaults: (rules) => service.world.faults.setRules(rules),
    setSwitches(switches) {
      service.world.settings.switches = { ...service.world.settings.switches, ...switches };
    },
    consent: (authorizationUrl, decision = 'grant') => service.consentTo(authorizationUrl, decision),
    force: (state, reasons) => force(service, state, reasons),
    reset() {
      service.reset();
      dispatch.clear();
    },
    async close() {
      await server.close();
      await consentFlow.close();
      await service.close();
    },
  };
}

async function answerOverWire(context: Context<Env>, dispatch: Dispatch): Promise<Response> {
  const { pathname, searchParams } = new URL(context.req.url);
  const outcome = dispatch.answer({
    method: context.req.method,
    path: pathname,
    query: searchParams,
    headers: context.req.raw.headers,
    body: await context.req.text(),
  });
  return send(context, outcome);
}

function send(context: Context<Env>, outcome: Outcome): Response {
  if (outcome === 'cut') {
    context.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  // The connection stays open without a word; the client's own patience ends it.
  if (outcome === 'silence') return RESPONSE_ALREADY_SENT;
  const { status, headers, body } = outcome;
  return new Response(status === 204 ? null : body, { status, headers });
}

async function listen(app: Hono<Env>, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, resolve);
  server.on('error', reject);
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { port: taken } = await promise;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
