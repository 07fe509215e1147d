import { hashId } from '../../core/authorization/hashId.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Screen } from '../../functions/console/screens/layout.ts';
import { ago, exactTime } from '../../functions/console/screens/times.ts';
import { type Html, html, multilineText } from '../../functions/web/html.ts';
import type { OutboxMessage } from '../aws/sns/outbox.ts';

export interface OutboxContext {
  /** The address of the console, such as `http://127.0.0.1:4700`. */
  readonly origin: string;
  /** The references of the requests that wait for an answer. */
  readonly open: ReadonlySet<string>;
  /** Simulated ms since the epoch. */
  readonly now: number;
}

/** The messages that Gateloop would have sent to people, newest first. */
export function outboxScreen(messages: readonly OutboxMessage[], context: OutboxContext): Screen {
  const body =
    messages.length === 0
      ? html`<div class="card empty"><p><strong>No message yet</strong></p><p>What Gateloop would send by e-mail, Slack or a webhook appears here, and goes nowhere.</p></div>`
      : html`${messages.toReversed().map((message) => messageCard(message, context))}`;
  return {
    title: 'Outbox',
    at: '/outbox',
    body: html`<div class="head"><h1>Outbox</h1></div>
<p class="lead">The messages that Gateloop would have sent to people, newest first. On this machine, none is sent. <a href="/outbox.json">As JSON</a></p>${body}`,
  };
}

function messageCard({ at, subject = '', message, attributes }: OutboxMessage, context: OutboxContext): Html {
  const time = new Date(at).toISOString();
  const now = new Date(context.now).toISOString();
  return html`<article class="card"><div class="head"><h2>${subject}</h2>${answerState(message, context.open)}</div>
<p class="small soft">${receiver(attributes)} · ${ago(time, now)} · ${exactTime(time)}</p>
<pre tabindex="0">${withLinks(message, context.origin)}</pre></article>`;
}

const LINK = /(https?:\/\/\S+\/authorizations\/[0-9a-f]{32})/;

/** Whether the question of a message still waits for its answer. */
function answerState(message: string, open: ReadonlySet<string>): Html {
  const id = LINK.exec(message)?.[0].slice(-32);
  if (id === undefined) return html``;
  return open.has(hashId(id))
    ? html`<span class="state care"><span aria-hidden="true">?</span> waits for an answer</span>`
    : html`<span class="state good"><span aria-hidden="true">✓</span> closed</span>`;
}

/** The receiver of a message, from the attributes that subscriptions filter on. */
function receiver({ channel, owner, workspace }: JsonObject): string {
  const to =
    owner === undefined || owner === 'nobody' ? 'subscribers to all messages' : `${owner} (${channel})`;
  return `To ${to}, about the workspace ${workspace}`;
}

/**
 * Makes only links to the console itself clickable: a message can contain untrusted URLs. An earlier start may have served it
 * at another port, so that each link leads to where it is now.
 */
function withLinks(message: string, origin: string): Html[] {
  return message.split(LINK).map((part, index) => {
    if (index % 2 === 0 || !isOwn(part, origin)) return multilineText(part);
    return html`<a href="${origin}/authorizations/${part.slice(-32)}">${part}</a>`;
  });
}

function isOwn(link: string, origin: string): boolean {
  return (
    link.startsWith(`${origin}/`) || /^http:\/\/(127\.0\.0\.1|localhost):\d+\/authorizations\//.test(link)
  );
}
