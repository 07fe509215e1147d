import type { Asked, ConsentReason, RecordAsked } from './asked.ts';
import type { Page, Progress, Trouble } from './page.ts';
import type { AuthorizationRequest } from './request.ts';

/** What a page says, in words that need no knowledge of gateways. */
export interface PageText {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** The words of each page. Times are in UTC, since nobody knows where the person is. */
export function pageText(page: Page): PageText {
  switch (page.name) {
    case 'waiting':
      return waiting(page.request);
    case 'replace':
      return replace(page.request);
    case 'preparing':
      return {
        title: 'One moment, please',
        paragraphs: page.isFirst
          ? ['You are being taken to the login page.']
          : [
              'The login link is being made for you. This takes some seconds.',
              'The page goes on by itself. You can leave it open.',
            ],
      };
    case 'trouble':
      return troubles[page.trouble];
    case 'completed':
      return completed(page.request, page.progress);
    case 'finishing':
      return {
        title: 'Almost done',
        paragraphs: ['Your consent is being handed over. The page goes on by itself.'],
      };
    case 'refused':
      return {
        title: 'The answer was no',
        paragraphs: [
          `${who(page.request)} said no${when(page.request)}. ${withoutYes(page.request.asked)}`,
          page.request.asked.kind === 'record'
            ? 'The registry has rejected it. Whoever submitted it can change it and submit it again.'
            : 'If that was a mistake, ask for a new request below. The old link stays closed.',
        ],
      };
    case 'askedAgain':
      return {
        title: 'A new request is on its way',
        paragraphs: [
          'It goes to the same people as the first one, within a minute or so. This link stays closed.',
        ],
      };
    case 'expired':
      return {
        title: 'This request has expired',
        paragraphs: [
          `Nobody answered in time, so it was closed${when(page.request)}. ${withoutYes(page.request.asked)}`,
          'If an answer is still wanted, ask for a new request below.',
        ],
      };
    case 'withdrawn':
      return {
        title: 'Nothing is left to do here',
        paragraphs: [`This request was withdrawn${when(page.request)}.`, page.request.reason ?? ''].filter(
          Boolean,
        ),
      };
    case 'notYours':
      return {
        title: 'This request is for somebody else',
        paragraphs: [
          `${page.visitor ? `You are logged in as ${page.visitor.name}. ` : ''}Only those whom the request was sent to may see and answer it.`,
          'If it should have come to you, tell the team that looks after the workspace: its manifest names who is asked.',
        ],
      };
    case 'failure':
      return {
        title: 'Something went wrong on our side',
        paragraphs: [
          'This is not your fault, and your link stays good. Wait a minute, then open the link from your message again.',
          `If it happens again, tell whoever sent you the link, and quote this number: ${page.correlation}`,
        ],
      };
    case 'wrongBrowser':
      return {
        title: 'Please start again in this browser',
        paragraphs: [
          'The login was begun in another browser, in a private window, or too long ago. For your safety it only counts where it was begun.',
          'Open the link from your message once more, here, and press the button again. Nothing was changed.',
        ],
      };
    case 'notFromHere':
      return {
        title: 'That came from somewhere else',
        paragraphs: [
          'Another site tried to press the button for you. Open the link from your message and press it yourself.',
        ],
      };
    case 'unknown':
      return {
        title: 'This link leads nowhere',
        paragraphs: [
          'It may have been cut off when it was copied, or it is so old that it was forgotten.',
          'Open the link from your message again. If it still leads here, ask whoever sent it to you.',
        ],
      };
  }
}

function waiting({ asked }: AuthorizationRequest): PageText {
  switch (asked.kind) {
    case 'consent':
      return {
        title: `May agents use “${asked.target}” for you?`,
        paragraphs: [
          `The gateway “${asked.gateway}” gives tools to AI agents. It wants to reach “${asked.target}” on your behalf, and needs your consent for that. ${whyNow[asked.reason]}`,
          'When you go on, you log in at the service itself, and see there once more what is asked. Your password is never seen here.',
        ],
      };
    case 'approval':
      return {
        title: `May the tools of “${asked.target}” change?`,
        paragraphs: [
          `Somebody uploaded a new description of what agents can do through “${asked.target}” on the gateway “${asked.gateway}”. Until somebody approves, the present tools stay as they are.`,
          ...(asked.unknown === undefined ? [] : [`What changes cannot be told. ${asked.unknown}`]),
        ],
      };
    case 'record':
      return {
        title: `May “${asked.name}” enter the registry?`,
        paragraphs: [
          'It was submitted for approval. Once it is approved, others can find and use it.',
          ...(asked.drawnBy.length === 0 ? [] : [`${reaches(asked)} Nobody is asked again for that.`]),
        ],
      };
  }
}

function replace({ asked }: AuthorizationRequest): PageText {
  const what = asked.kind === 'record' ? asked.name : asked.target;
  return {
    title: `“${what}” has to be made again first`,
    paragraphs: [
      `AWS gives no fresh login link for “${what}” as it stands. The only way to one is to delete “${what}” and make it again.`,
      `Until now it may have gone on working as it was. Once it is deleted, agents cannot use it until you, or somebody else, have logged in. Only go on if you can do that now.`,
      'If you do nothing, everything stays as it is.',
    ],
  };
}

/** What a yes to a record brings about by itself. */
export function reaches({ drawnBy }: Pick<RecordAsked, 'drawnBy'>): string {
  const named = drawnBy.slice(0, 10).map((workspace) => `“${workspace}”`);
  const more = drawnBy.length > named.length ? ` and ${drawnBy.length - named.length} more` : '';
  return `With your yes, AI agents get its tools through gateways of the ${drawnBy.length === 1 ? 'workspace' : 'workspaces'} ${named.join(', ')}${more}.`;
}

const whyNow: Readonly<Record<ConsentReason, string>> = {
  create: 'It is new, and was never reached before.',
  update: 'Its settings have changed, and every change needs a consent of its own.',
  sync: 'Its list of tools is to be brought up to date, and that needs a consent each time. Until then the present tools go on working.',
};

const troubles: Readonly<Record<Trouble, PageText>> = {
  provider: {
    title: 'The login did not work',
    paragraphs: [
      'The login page reported an error that is neither a yes nor a no. Nothing was changed.',
      'Try once more. If it happens again, tell whoever sent you the link.',
    ],
  },
  lapsed: {
    title: 'Please do that once more',
    paragraphs: [
      'Your consent came, but the login link had run out or was replaced meanwhile, so it could not be used.',
      'Press the button again for a fresh one. It is good for about ten minutes.',
    ],
  },
  handingOver: {
    title: 'One moment, please',
    paragraphs: ['You have consented. AWS could not take it just now; this page tries again by itself.'],
  },
  cutShort: {
    title: 'Please press the button once more',
    paragraphs: [
      'You have consented, but something stopped before AWS had taken it. That was not your fault.',
      'Press the button: if your consent can still be used, you are done. If not, you are taken to a fresh login page.',
    ],
  },
  service: {
    title: 'There is no login link yet',
    paragraphs: [
      'AWS has not given a fresh link so far. Nothing is wrong with what you did.',
      'Try again, now or later. Your own link stays good.',
    ],
  },
  stuck: {
    title: 'AWS is still holding an old link',
    paragraphs: [
      'The login link of an earlier attempt has run out, and AWS does not let anyone make a new one until it has given up on it.',
      'Try again later. Your own link stays good, and you will be reminded.',
    ],
  },
};

function completed({ asked, ...request }: AuthorizationRequest, progress: Progress): PageText {
  const done = `${who(request)} said yes${when(request)}.`;
  const what = asked.kind === 'record' ? `“${asked.name}”` : `“${asked.target}”`;
  switch (progress) {
    case 'working':
      return {
        title: 'Thank you. It is being set up',
        paragraphs: [
          done,
          `${what} will be ready in a moment. This page shows when; you need not wait for it.`,
        ],
      };
    case 'ready':
      return {
        title: `Done: ${what} is ${asked.kind === 'record' ? 'approved' : 'ready'}`,
        paragraphs: [done, 'Nothing is left to do. You can close this page.'],
      };
    case 'failed':
      return {
        title: `Your yes arrived, but ${what} is not ready`,
        paragraphs: [
          done,
          'Something else went wrong after that. Its owner is told, and nothing more is needed from you now.',
        ],
      };
  }
}

/** What becomes of it without a yes. */
export function withoutYes(asked: Asked): string {
  switch (asked.kind) {
    case 'consent':
      return `“${asked.target}” ${withoutConsent[asked.reason]}; everything else goes on.`;
    case 'approval':
      return `The tools of “${asked.target}” stay as they are.`;
    case 'record':
      return `“${asked.name}” does not enter the registry.`;
  }
}

const withoutConsent: Readonly<Record<ConsentReason, string>> = {
  create: 'stays unavailable to agents',
  update: 'stays as it was, as far as AWS allows',
  sync: 'goes on with the tools it has',
};

function who({ endedBy }: Pick<AuthorizationRequest, 'endedBy'>): string {
  return endedBy ?? 'Somebody with this link';
}

function when({ endedAt }: Pick<AuthorizationRequest, 'endedAt'>): string {
  return endedAt === undefined ? '' : ` on ${inWords(endedAt)}`;
}

/** `20 November 2026, 10:15 UTC`. @param time ms since the epoch */
export function inWords(time: number): string {
  const date = new Date(time);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}
