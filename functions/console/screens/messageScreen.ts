import { html } from '../../web/html.ts';
import type { Screen } from './layout.ts';

/** Why there is no screen. */
export type MessageName = 'unknown' | 'failure' | 'tooManyRequests' | 'login' | 'noLongerOpen';

interface Message {
  readonly status: 401 | 404 | 410 | 429 | 500;
  readonly title: string;
  readonly text: string;
}

export const messages: Readonly<Record<MessageName, Message>> = {
  // The same for what does not exist and for what the reader may not see: neither tells of workspaces of others.
  unknown: {
    status: 404,
    title: 'Not found',
    text: 'There is nothing here that you may see. Owners see the workspaces whose manifest names their e-mail address; the operators of this deployment may let you see more.',
  },
  noLongerOpen: {
    status: 410,
    title: 'Answered already',
    text: 'This question is not open any more.',
  },
  login: {
    status: 401,
    title: 'Log in first',
    text: 'The console is shown to people who are logged in. Open it by the address that logs you in.',
  },
  tooManyRequests: {
    status: 429,
    title: 'Too many requests',
    text: 'You have asked for many pages in a short time. Wait a minute, and load the page again.',
  },
  failure: {
    status: 500,
    title: 'This did not work',
    text: 'The console could not read what it shows. Load the page again in a minute.',
  },
};

/** @param correlation the id under which the log tells more of a failure */
export function messageScreen(name: MessageName, correlation?: string): Screen {
  const { title, text } = messages[name];
  return {
    title,
    at: '',
    body: html`<div class="head"><h1>${title}</h1></div><section class="card"><p>${text}</p>${
      correlation === undefined
        ? ''
        : html`<p class="small soft">Operators find it in the log by <code>${correlation}</code>.</p>`
    }<p><a href="/">To the fleet</a></p></section>`,
  };
}
