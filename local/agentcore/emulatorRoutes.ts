import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { GateloopError } from '../../core/errors.ts';
import { html } from '../../functions/web/html.ts';
import type { ConsentFlow, FlowStep } from './consent/consentFlow.ts';
import type { Dispatcher } from './dispatcher.ts';
import { page } from './pages/layout.ts';
import { statusPage } from './pages/statusPage.ts';
import type { Service } from './service.ts';
import { parseBehaviors, parseFaults, parseLatencies, parseQuotas } from './settings/parseSettings.ts';
import { parseJson } from './wire/readInput.ts';

export type Env = { Bindings: HttpBindings };

/** The routes beside the API: the status page, the control endpoints and the consent pages. */
export function emulatorRoutes(
  service: Service,
  dispatcher: Dispatcher,
  consentFlow: ConsentFlow,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/', (context) => context.html(statusPage(service, dispatcher)));
  app.get('/identities/oauth2/authorize', async (context) =>
    followStep(context, await consentFlow.authorize(context.req.query('request_uri') ?? '')),
  );
  app.get('/identities/oauth2/callback/:id', async (context) =>
    followStep(
      context,
      await consentFlow.callback(context.req.param('id'), new URL(context.req.url).searchParams),
    ),
  );
  app.route('/_emulator', controlRoutes(service, dispatcher));
  return app;
}

function controlRoutes(service: Service, dispatcher: Dispatcher): Hono<Env> {
  const app = new Hono<Env>();
  const { context: emulator } = service;
  app.onError((error, context) =>
    context.json({ message: error.message }, error instanceof GateloopError ? 400 : 500),
  );
  app.get('/state', (context) =>
    context.json({
      now: new Date(emulator.clock.now()).toISOString(),
      calls: dispatcher.calls(),
      behaviors: emulator.settings.behaviors,
      latencies: emulator.settings.latencies,
      quotas: emulator.settings.quotas,
      faults: emulator.faults.rules,
      injectedFaults: emulator.faults.log,
      pending: emulator.jobQueue.pending().length,
    }),
  );
  app.get('/writes', (context) => context.json(dispatcher.writes));
  app.post('/reset', (context) => {
    service.reset();
    dispatcher.clear();
    return context.json({});
  });
  app.put('/faults', async (context) => {
    emulator.faults.setRules(parseFaults(parseJson(await context.req.text())));
    return context.json(emulator.faults.rules);
  });
  app.patch('/behaviors', async (context) => {
    const changes = parseBehaviors(Object(parseJson(await context.req.text())));
    emulator.settings.behaviors = { ...emulator.settings.behaviors, ...changes };
    return context.json(emulator.settings.behaviors);
  });
  app.patch('/latencies', async (context) => {
    const changes = parseLatencies(Object(await context.req.json()));
    emulator.settings.latencies = { ...emulator.settings.latencies, ...changes };
    return context.json(emulator.settings.latencies);
  });
  app.patch('/quotas', async (context) => {
    const changes = parseQuotas(Object(parseJson(await context.req.text())));
    emulator.settings.quotas = { ...emulator.settings.quotas, ...changes };
    return context.json(emulator.settings.quotas);
  });
  app.post('/consent', async (context) => {
    const { authorizationUrl, decision } = Object(parseJson(await context.req.text()));
    if (typeof authorizationUrl !== 'string')
      throw new GateloopError('InvalidSetting', 'authorizationUrl must be an authorization link.');
    try {
      const returnUrl = service.recordConsent(authorizationUrl, decision === 'deny' ? 'deny' : 'grant');
      return context.json({ returnUrl: returnUrl.href });
    } catch (error) {
      if (error instanceof RangeError) return context.json({ message: error.message }, 404);
      throw error;
    }
  });
  app.get('/consented', (context) =>
    context.html(
      page('Consent', html`<h1>Thank you</h1><p>There is no return URL. You can close this page.</p>`),
    ),
  );
  return app;
}

function followStep(context: Context<Env>, step: FlowStep): Response | Promise<Response> {
  if ('redirect' in step) return context.redirect(step.redirect.href);
  return context.html(page('Link expired', html`<h1>This link has expired</h1><p>${step.message}</p>`), 400);
}
