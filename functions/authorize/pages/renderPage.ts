import { html } from 'hono/html';
import type { Page, PageName } from '../../../core/authorization/page.ts';
import { pageText } from '../../../core/authorization/pageText.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import { isAddressedTo } from '../../../core/authorization/visitor.ts';
import { askedDetails } from './askedDetails.ts';
import { type Html, layout } from './layout.ts';

type WaitingPage = Extract<Page, { name: 'waiting' }>;

/** A page, ready to be sent. */
export interface Rendered {
  readonly status: 200 | 403 | 404 | 410 | 500;
  readonly body: Html;
  /** For the `Refresh` header, which works without a script: seconds, and where to. */
  readonly refresh?: string;
}

const statuses: Readonly<Partial<Record<PageName, Rendered['status']>>> = {
  notYours: 403,
  failure: 500,
  wrongBrowser: 403,
  notFromHere: 403,
  unknown: 404,
  expired: 410,
  withdrawn: 410,
};

/** @returns the page with its HTTP status, and when it looks again by itself */
export function renderPage(page: Page): Rendered {
  const { title, paragraphs } = pageText(page);
  const refresh = refreshOf(page);
  const body = html`${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${reasonsOf(page)}
${'request' in page && showsDetails.has(page.name) ? askedDetails(page.request) : ''}
${actions(page)}`;
  return {
    status: statuses[page.name] ?? 200,
    body: layout(title, body, refresh !== undefined),
    ...(refresh !== undefined && { refresh }),
  };
}

const showsDetails: ReadonlySet<PageName> = new Set([
  'waiting',
  'replace',
  'completed',
  'refused',
  'expired',
]);

function reasonsOf(page: Page): Html {
  if (page.name !== 'completed' || page.progress !== 'failed' || page.reasons.length === 0) return html``;
  return html`<ul>${page.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}

/** Seconds between two looks of a page that waits. */
const LOOK = 2;
const RETRY = 5;

function refreshOf(page: Page): string | undefined {
  switch (page.name) {
    case 'preparing':
      return page.isFirst ? `0; url=${pathOf(page.request)}/go` : `${LOOK}; url=${pathOf(page.request)}/go`;
    case 'completed':
      return page.progress === 'working' ? `${LOOK}` : undefined;
    case 'finishing':
      return `${LOOK}; url=${pathOf(page.request)}`;
    case 'trouble':
      return page.trouble === 'handingOver' ? `${RETRY}` : undefined;
    default:
      return undefined;
  }
}

function actions(page: Page): Html {
  switch (page.name) {
    case 'waiting':
      return page.request.asked.kind === 'consent'
        ? html`<div class="acts">${press(page.request, '', 'Go on to the login')}${press(page.request, '/refuse', 'No, do not allow it', true)}</div>
<p class="note">Nothing happens until you press a button. ${whoAnswers(page)}</p>`
        : decision(page);
    case 'replace':
      return html`<div class="acts">${press(page.request, '', 'Delete it, make it again and log in', false, 'replace')}${press(page.request, '/refuse', 'No, leave it', true)}</div>`;
    case 'preparing':
      return html`<p><a href="${pathOf(page.request)}/go">Go on by hand</a> if nothing happens.</p>`;
    case 'trouble':
      return page.trouble === 'handingOver'
        ? html``
        : html`<div class="acts">${press(page.request, '', 'Try again')}</div>`;
    case 'refused':
      // A registry takes no rejected record before it was edited.
      return page.request.asked.kind === 'record' ? html`` : again(page.request);
    case 'expired':
      return again(page.request);
    case 'finishing':
    case 'completed':
    case 'askedAgain':
    case 'withdrawn':
    case 'notYours':
    case 'failure':
    case 'wrongBrowser':
    case 'notFromHere':
    case 'unknown':
      return html``;
  }
}

function again(request: AuthorizationRequest): Html {
  return html`<div class="acts">${press(request, '/again', 'Ask for a new request', true)}</div>`;
}

function press(
  request: AuthorizationRequest,
  step: string,
  label: string,
  isQuiet = false,
  agreedTo?: string,
): Html {
  const agreement = agreedTo === undefined ? '' : html` name="agree" value="${agreedTo}"`;
  return html`<form method="post" action="${pathOf(request)}${step}"><button${isQuiet ? html` class="quiet"` : ''}${agreement}>${label}</button></form>`;
}

/** A link is enough to answer with, unless a login stands before it: then the answer bears a name. */
function whoAnswers({ request, visitor }: WaitingPage): string {
  if (!visitor) return 'This link is for you: whoever has it can answer in your place.';
  const name = `You are logged in as ${visitor.name}.`;
  return isAddressedTo(request, visitor)
    ? `${name} Your answer is noted under this name.`
    : `${name} This request was sent to somebody else; if you answer in their place, it is noted under this name.`;
}

/** The Enter key in the reason presses a form's first button. That must not be a yes, so it is one that does nothing. */
function decision(page: WaitingPage): Html {
  const { request } = page;
  return html`<form method="post" action="${pathOf(request)}/decide">
<button disabled hidden></button>
<label>Reason, if you want to give one <input name="reason" maxlength="200" autocomplete="off"></label>
<div class="acts"><button name="answer" value="yes">Yes, approve</button><button class="quiet" name="answer" value="no">${request.asked.kind === 'record' ? 'No, reject it' : 'No, keep the present tools'}</button></div>
</form>
<p class="note">${whoAnswers(page)}</p>`;
}

export function pathOf({ id }: Pick<AuthorizationRequest, 'id'>): string {
  return `/authorizations/${id}`;
}
