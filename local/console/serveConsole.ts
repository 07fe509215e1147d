import type { RequestListener, Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { GateloopError } from '../../core/errors.ts';
import { layout, type Screen, screenHeaders } from '../../functions/console/screens/layout.ts';
import { answerPage } from '../aws/httpApi/httpApi.ts';
import type { Gateloop } from '../gateloop.ts';
import { type AllowedHosts, localOnly } from '../localAccess.ts';
import { addFault, removeFaults, setBehaviors } from './emulatorControls.ts';
import { emulatorScreen } from './emulatorScreen.ts';
import { CONSOLE_ENVIRONMENT, localLinks } from './localNavigation.ts';
import { outboxScreen } from './outboxScreen.ts';

/** Maximum number of messages in the outbox, newest first. */
const MAX_SHOWN = 200;

/**
 * Serves the console and the authorization pages by their functions, as the HTTP API does, and what is on this machine only:
 * the outbox and the controls of the emulator. A form of another site changes nothing: `localOnly` answers it with 403.
 */
export function serveConsole(gateloop: Gateloop, server: Server, allowedHosts: AllowedHosts = []): void {
  const app = new Hono();
  const send = (context: Context, screen: Screen, status: 200 | 400 | 404 = 200) => {
    for (const [name, value] of Object.entries(screenHeaders)) context.header(name, value);
    const frame = {
      environment: CONSOLE_ENVIRONMENT,
      links: localLinks,
      waiting: openQuestions(gateloop).size,
    };
    return context.html(layout(screen, frame), status);
  };
  /** Carries out what a form says, and shows the emulator again, with what is wrong with the form. */
  const control = (change: (form: Readonly<Record<string, unknown>>) => void) => async (context: Context) => {
    try {
      change(await context.req.parseBody());
    } catch (error) {
      if (!(error instanceof GateloopError)) throw error;
      return send(context, emulatorScreen(gateloop, error.message), 400);
    }
    return context.redirect('/emulator', 303);
  };
  app.use('/outbox', etag());
  app.use('/emulator', etag());
  app.get('/outbox', (context) =>
    send(
      context,
      outboxScreen(messagesOf(gateloop), {
        origin: new URL(context.req.url).origin,
        open: openQuestions(gateloop),
        now: gateloop.clock.now(),
      }),
    ),
  );
  app.get('/outbox.json', (context) => context.json(messagesOf(gateloop)));
  app.get('/emulator', (context) => send(context, emulatorScreen(gateloop)));
  app.post(
    '/emulator/behaviors',
    control((form) => setBehaviors(gateloop.agentCore, form)),
  );
  app.post(
    '/emulator/faults',
    control((form) => addFault(gateloop.agentCore, form)),
  );
  app.post(
    '/emulator/faults/remove',
    control((form) => removeFaults(gateloop.agentCore, form)),
  );
  app.all('*', (context) => answerPage(gateloop, context.req.raw));
  // Hono's listener has a type for HTTP/2 requests as well; this server gets none.
  const listener = getRequestListener(app.fetch) as RequestListener;
  server.on('request', localOnly(listener, allowedHosts));
}

/** Oldest first. */
function messagesOf({ aws }: Gateloop) {
  return aws.outbox.list().slice(-MAX_SHOWN);
}

/** The references of the requests whose workflow runs still. */
function openQuestions({ aws }: Gateloop): ReadonlySet<string> {
  const executions = aws.stateMachines.list('authorize');
  return new Set(executions.flatMap(({ name, status }) => (status === 'RUNNING' ? [name] : [])));
}
