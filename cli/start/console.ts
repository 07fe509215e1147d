import type { RequestListener, Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { formatUtcTime } from '../../core/authorization/pageCopy.ts';
import type { JsonObject } from '../../core/json.ts';
import { html, multilineText } from '../../functions/web/html.ts';
import { answerPage } from '../../local/aws/httpApi/httpApi.ts';
import type { Gateloop } from '../../local/gateloop.ts';
import { type AllowedHosts, localOnly } from '../../local/localAccess.ts';

/** Maximum number of messages on the page, newest first. */
const MOST_SHOWN = 200;

/** Serves the console (outbox and executions) and the authorization pages. */
export function serveConsole(gateloop: Gateloop, server: Server, allowedHosts: AllowedHosts = []): void {
  const app = new Hono();
  app.get('/', (context) => context.html(overview(gateloop)));
  app.get('/outbox', (context) => context.html(outbox(gateloop, new URL(context.req.url).origin)));
  app.all('/authorizations/*', (context) => answerPage(gateloop, context.req.raw));
  app.get('/outbox.json', (context) => context.json(gateloop.aws.outbox.list().slice(-MOST_SHOWN)));
  // Hono's listener has a type for HTTP/2 requests as well; this server gets none.
  const listener = getRequestListener(app.fetch) as RequestListener;
  server.on('request', localOnly(listener, allowedHosts));
}

function overview({ aws, agentCore }: Gateloop) {
  const executions = aws.stateMachines.list().slice(0, 50);
  return page(
    'Gateloop',
    html`
    <p><a href="/outbox">Outbox</a>: ${aws.outbox.list().length} messages. AgentCore emulator: <a href="${agentCore.url}">${agentCore.url}</a></p>
    <h2>Executions</h2>
    <table><tr><th>Name</th><th>State machine</th><th>Status</th></tr>
    ${executions.map(({ name, machine, status }) => html`<tr><td>${name}</td><td>${machine}</td><td>${status}</td></tr>`)}</table>`,
  );
}

function outbox({ aws }: Gateloop, origin: string) {
  const messages = aws.outbox.list().slice(-MOST_SHOWN).reverse();
  return page(
    'Outbox',
    html`
    <p>The messages that Gateloop would have sent to people, newest first.</p>
    ${messages.map(
      ({ at, subject = '', message, attributes }) => html`
      <article><h2>${subject}</h2><p>${receiver(attributes)} · ${formatUtcTime(at)}</p><pre>${withLinks(message, origin)}</pre></article>`,
    )}`,
  );
}

/** The receiver of a message, from the attributes that subscriptions filter on. */
function receiver({ channel, owner, workspace }: JsonObject): string {
  const to =
    owner === undefined || owner === 'nobody' ? 'subscribers to all messages' : `${owner} (${channel})`;
  return `To ${to}, about the workspace ${workspace}`;
}

/** Makes only links to the console itself clickable: a message can contain untrusted URLs. */
function withLinks(message: string, origin: string) {
  return message
    .split(/(https?:\/\/\S+\/authorizations\/[0-9a-f]{32})/)
    .map((part, index) =>
      index % 2 === 1 && part.startsWith(`${origin}/`)
        ? html`<a href="${part}">${part}</a>`
        : multilineText(part),
    );
}

function page(title: string, body: ReturnType<typeof html>) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>${title}</title><style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}article{margin:1rem 0;padding:0 1rem;border:1px solid #8888;border-radius:.5rem}h2{font-size:1.125rem}pre{white-space:pre-wrap}table{display:block;overflow-x:auto}td,th{text-align:left;padding:.2rem 1rem .2rem 0}</style></head>
    <body><h1>${title}</h1>${body}</body></html>`;
}
