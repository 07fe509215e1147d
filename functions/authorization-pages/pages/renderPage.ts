import { isAddressedTo } from '../../../core/authorization/approver.ts';
import { isComplete, type Page, type PageName } from '../../../core/authorization/page.ts';
import { pageCopy } from '../../../core/authorization/pageCopy.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import type { RequestSubject } from '../../../core/authorization/requestSubject.ts';
import { type Html, html } from '../../web/html.ts';
import { layout } from './layout.ts';
import { requestDetails } from './requestDetails.ts';

type WaitingPage = Extract<Page, { name: 'waiting' }>;

/** A page as HTML with its HTTP status. */
export interface RenderedPage {
  readonly status: 200 | 403 | 404 | 410 | 429 | 500;
  readonly body: Html;
  /** The value of the `Refresh` header, which needs no script: seconds, and a URL. */
  readonly refresh?: string;
}

const statuses: Readonly<Partial<Record<PageName, RenderedPage['status']>>> = {
  forbidden: 403,
  failure: 500,
  tooManyRequests: 429,
  wrongBrowser: 403,
  crossOrigin: 403,
  unknown: 404,
  expired: 410,
  withdrawn: 410,
};

export function renderPage(page: Page): RenderedPage {
  const { title, paragraphs } = pageCopy(page);
  const refresh = refreshOf(page);
  const body = html`${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${reasonsOf(page)}
${'request' in page && pagesWithDetails.has(page.name) ? requestDetails(page.request, page.name === 'waiting' ? page.details : undefined) : ''}
${actions(page)}`;
  return {
    status: statuses[page.name] ?? 200,
    body: layout(title, body, refresh !== undefined),
    ...(refresh !== undefined && { refresh }),
  };
}

const pagesWithDetails: ReadonlySet<PageName> = new Set([
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

/** Seconds until a page that waits reloads itself. */
const REFRESH_SECONDS = 2;
const RETRY_SECONDS = 5;

function refreshOf(page: Page): string | undefined {
  switch (page.name) {
    case 'preparing':
      return page.isFirst
        ? `0; url=${requestPath(page.request)}/go`
        : `${REFRESH_SECONDS}; url=${requestPath(page.request)}/go`;
    case 'completed':
      return page.progress === 'working' ? `${REFRESH_SECONDS}` : undefined;
    case 'finishing':
      return `${REFRESH_SECONDS}; url=${requestPath(page.request)}`;
    case 'retry':
      return page.reason === 'serviceBusy' ? `${RETRY_SECONDS}` : undefined;
    default:
      return undefined;
  }
}

function actions(page: Page): Html {
  switch (page.name) {
    case 'waiting':
      return page.request.subject.kind === 'authorization'
        ? html`<div class="acts">${postButton(page.request, '', 'Go on to the login')}${postButton(page.request, '/refuse', 'No, do not allow it', true)}</div>
<p class="note">Nothing happens until you press a button. ${approverNote(page)}</p>`
        : decisionForm(page);
    case 'replace':
      return html`<div class="acts">${postButton(page.request, '', 'Delete it, create it again and log in', false, 'replace')}${postButton(page.request, '/refuse', 'No, leave it', true)}</div>`;
    case 'preparing':
      return html`<p><a href="${requestPath(page.request)}/go">Continue</a> if nothing happens.</p>`;
    case 'retry':
      return page.reason === 'serviceBusy'
        ? html``
        : html`<div class="acts">${postButton(page.request, '', 'Try again')}</div>`;
    case 'refused':
      // A registry accepts a rejected record again only after an edit.
      return page.request.subject.kind === 'record' ? html`` : renewButton(page.request);
    case 'expired':
      return renewButton(page.request);
    case 'finishing':
    case 'completed':
    case 'renewed':
    case 'withdrawn':
    case 'forbidden':
    case 'failure':
    case 'tooManyRequests':
    case 'wrongBrowser':
    case 'crossOrigin':
    case 'unknown':
      return html``;
  }
}

function renewButton(request: AuthorizationRequest): Html {
  return html`<div class="acts">${postButton(request, '/again', 'Ask for a new request', true)}</div>`;
}

function postButton(
  request: AuthorizationRequest,
  action: string,
  label: string,
  isQuiet = false,
  agreedTo?: string,
): Html {
  const agreement = agreedTo === undefined ? '' : html` name="agree" value="${agreedTo}"`;
  return html`<form method="post" action="${requestPath(request)}${action}"><button${isQuiet ? html` class="quiet"` : ''}${agreement}>${label}</button></form>`;
}

/** Without a login, the link alone is enough to decide; with one, the request stores the person's name. */
function approverNote({ request, identity }: WaitingPage): string {
  if (!identity) return 'This link is for you: any person who has it can answer in your place.';
  const name = `You are logged in as ${identity.name}.`;
  return isAddressedTo(request, identity)
    ? `${name} Your answer is stored with this name.`
    : `${name} This request was sent to another person; if you answer in their place, the answer is stored with this name.`;
}

const answerLabels: Readonly<Record<RequestSubject['kind'], { readonly yes: string; readonly no: string }>> =
  {
    authorization: { yes: 'Yes, allow it', no: 'No, do not allow it' },
    approval: { yes: 'Yes, approve', no: 'No, keep the present tools' },
    deletion: { yes: 'Yes, delete all of this', no: 'No, keep it' },
    record: { yes: 'Yes, approve', no: 'No, reject it' },
  };

/** The Enter key in the reason field clicks the form's first button: a disabled one, so that it never approves. */
function decisionForm(page: WaitingPage): Html {
  const { request, details } = page;
  const labels = answerLabels[request.subject.kind];
  const yes = isComplete(details) ? html`<button name="answer" value="yes">${labels.yes}</button>` : html``;
  return html`<form method="post" action="${requestPath(request)}/decide">
<button disabled hidden></button>
<label>Reason, if you want to give one <input name="reason" maxlength="200" autocomplete="off"></label>
<div class="acts">${yes}<button class="quiet" name="answer" value="no">${labels.no}</button></div>
</form>
<p class="note">${approverNote(page)}</p>`;
}

export function requestPath({ id }: Pick<AuthorizationRequest, 'id'>): string {
  return `/authorizations/${id}`;
}
