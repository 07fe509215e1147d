import type { Context } from 'hono';
import { etag } from 'hono/etag';
import { matchedRoutes } from 'hono/route';
import { Hono } from 'hono/tiny';
import {
  readExecutions,
  readFleet,
  readQuestions,
  readTools,
  readTrace,
  readUploads,
  readWorkspaceView,
} from '../../core/fleet/readFleet.ts';
import type { ExecutionView, FleetView, WorkspaceView } from '../../core/fleet/views.ts';
import { defined } from '../../core/objects.ts';
import { isWorkspaceName } from '../../core/storage/uploads.ts';
import { logger } from '../runtime/observability.ts';
import { errorTrace } from '../runtime/stackTrace.ts';
import { VisitorRate } from '../web/visitorRate.ts';
import { type ConsoleBindings, type ConsolePorts, shownWorkflows } from './consolePorts.ts';
import { KnownExecutions } from './knownExecutions.ts';
import { executionScreen } from './screens/executionScreen.ts';
import { executionsScreen } from './screens/executionsScreen.ts';
import { fleetScreen, parseState } from './screens/fleetScreen.ts';
import { inboxScreen } from './screens/inboxScreen.ts';
import { layout, type Screen, screenHeaders } from './screens/layout.ts';
import { type MessageName, messageScreen, messages } from './screens/messageScreen.ts';
import { timelineScreen } from './screens/timelineScreen.ts';
import { workspaceScreen } from './screens/workspaceScreen.ts';
import { timelineOf } from './timeline.ts';
import { VisibleReads } from './visibleReads.ts';

type Env = { Bindings: ConsoleBindings };
type AppContext = Context<Env>;

const REFERENCE = /^[0-9a-f]{64}$/;
/** Executions of each workflow that are looked at: their inputs tell which of them are about a workspace. */
const MAX_EXECUTIONS = 60;
/** Executions and uploads that a screen shows. */
const MAX_SHOWN = 50;
/** How long the fleet that one visitor sees is shown without reading it anew, in ms: every screen counts what waits. */
const FLEET_VALIDITY = 2_000;

/** The console: what operators and owners see of their workspaces. It changes nothing. */
export function consoleApp(ports: ConsolePorts): Hono<Env> {
  const app = new Hono<Env>();
  const { settings, reads } = ports;
  const visibleReads = new VisibleReads(ports);
  const rate = new VisitorRate();
  const executions = new KnownExecutions(reads.executions);
  const fleets = new Map<string, { readonly at: number; readonly fleet: Promise<FleetView> }>();

  const fleetOf = ({ visitor, now }: ConsoleBindings): Promise<FleetView> => {
    const key = JSON.stringify(visitor ?? null);
    const known = fleets.get(key);
    if (known && now >= known.at && now - known.at < FLEET_VALIDITY) return known.fleet;
    const fleet = readFleet(visibleReads.of({ visitor, now }));
    // Of a reading that failed, nothing stays.
    fleet.catch(() => fleets.delete(key));
    if (fleets.size >= MAX_FLEETS) fleets.clear();
    fleets.set(key, { at: now, fleet });
    return fleet;
  };
  const send = async (
    context: AppContext,
    screen: Screen,
    status: 200 | 401 | 404 | 410 | 429 | 500 = 200,
  ) => {
    const { visitor } = context.env;
    // A message has to be sent also where nothing can be read.
    const isReadable = status === 200;
    const waiting = isReadable ? waitingIn(await fleetOf(context.env)) : 0;
    const frame = { ...settings, waiting, ...defined({ person: visitor?.name }) };
    return context.html(layout(screen, frame), status);
  };
  const sendMessage = (context: AppContext, name: MessageName, correlation?: string) =>
    send(context, messageScreen(name, correlation), messages[name].status);
  /** Runs with a workspace that the visitor may see; another one is as unknown as one that does not exist. */
  const withWorkspace =
    (show: (context: AppContext, workspace: string) => Promise<Response>) =>
    async (context: AppContext): Promise<Response> => {
      const workspace = context.req.param('workspace') ?? '';
      if (!isWorkspaceName(workspace) || !(await visibleReads.isShown(workspace, context.env)))
        return sendMessage(context, 'unknown');
      return show(context, workspace);
    };
  const withView = (show: (context: AppContext, view: WorkspaceView) => Promise<Response>) =>
    withWorkspace(async (context, workspace) => {
      const view = await readWorkspaceView(workspace, visibleReads.of(context.env));
      return view ? show(context, view) : sendMessage(context, 'unknown');
    });
  const executionsOf = async (workspace: string): Promise<readonly ExecutionView[]> => {
    const found = await Promise.all(
      shownWorkflows.map((workflow) =>
        readExecutions(workflow, { limit: MAX_EXECUTIONS, workspace }, { executions }),
      ),
    );
    const latestFirst = found.flat().sort((one, other) => other.startedAt.localeCompare(one.startedAt, 'en'));
    return latestFirst.slice(0, MAX_SHOWN);
  };

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(screenHeaders)) context.header(name, value);
    await next();
  });
  app.use(async (context, next) => {
    const { visitor, now } = context.env;
    if (settings.readers === 'everybody') return next();
    if (!visitor) return sendMessage(context, 'login');
    return rate.allows(visitor.name, now) ? next() : sendMessage(context, 'tooManyRequests');
  });
  app.use(etag());
  app.notFound((context) => sendMessage(context, 'unknown'));
  app.onError((error, context) => {
    const { correlation } = context.env;
    // The route and not the path; no message, since it may contain any text.
    logger.error('A screen failed', {
      correlation,
      route: matchedRoutes(context).at(-1)?.path,
      failure: errorTrace(error),
    });
    return sendMessage(context, 'failure', correlation);
  });

  app.get('/', async (context) => {
    const { state, text = '' } = context.req.query();
    const filter = defined({ state: parseState(state), text: text === '' ? undefined : text });
    return send(context, fleetScreen(await fleetOf(context.env), filter));
  });
  app.get('/inbox', async (context) => {
    const workspace = context.req.query('workspace');
    const questions = await readQuestions(visibleReads.of(context.env));
    const time = timeOf(context);
    return send(context, inboxScreen({ questions, time, ...defined({ workspace }) }));
  });
  // The id of a request opens its page, so that no screen holds it: it is looked up for who may see the workspace.
  app.get('/inbox/:reference', async (context) => {
    const reference = context.req.param('reference');
    const found = REFERENCE.test(reference) ? await reads.ledger.readRequest(reference) : undefined;
    if (!found || !(await visibleReads.isShown(found.request.workspace, context.env)))
      return sendMessage(context, 'unknown');
    if (found.request.state !== 'open') return sendMessage(context, 'noLongerOpen');
    return context.redirect(`/authorizations/${found.request.id}`, 303);
  });
  app.get(
    '/workspaces/:workspace',
    withView(async (context, workspace) => {
      const tools = await readTools(workspace, reads);
      return send(context, workspaceScreen({ workspace, tools, ...defined({ aws: settings.aws }) }));
    }),
  );
  app.get(
    '/workspaces/:workspace/timeline',
    withView(async (context, view) => {
      const { workspace, time } = view;
      const [uploads, found] = await Promise.all([
        readUploads(workspace, MAX_SHOWN, reads),
        executionsOf(workspace),
      ]);
      const entries = timelineOf({ workspace: view, uploads, executions: found });
      return send(context, timelineScreen({ workspace, entries, time }));
    }),
  );
  app.get(
    '/workspaces/:workspace/executions',
    withWorkspace(async (context, workspace) => {
      const time = timeOf(context);
      const found = await executionsOf(workspace);
      return send(context, executionsScreen({ workspace, executions: found, time }));
    }),
  );
  app.get(
    '/workspaces/:workspace/executions/:workflow/:name',
    withWorkspace(async (context, workspace) => {
      const workflow = shownWorkflows.find((each) => each === context.req.param('workflow'));
      const trace = workflow && (await readTrace(workflow, context.req.param('name') ?? '', reads));
      // An execution of another workspace, which the visitor may not see, has a name that can be guessed.
      if (trace?.workspace !== workspace) return sendMessage(context, 'unknown');
      return send(context, executionScreen({ workspace, trace, ...defined({ aws: settings.aws }) }));
    }),
  );
  return app;
}

/** Visitors whose fleets are kept. */
const MAX_FLEETS = 100;

function timeOf({ env: { now } }: AppContext): string {
  return new Date(now).toISOString();
}

function waitingIn({ workspaces }: FleetView): number {
  return workspaces.reduce((sum, { waiting }) => sum + waiting, 0);
}
