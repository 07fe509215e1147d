import type { Page, RetryReason, TargetProgress } from './page.ts';
import type { AuthorizationRequest } from './request.ts';
import type { AuthorizationReason, RecordSubject, RequestSubject } from './requestSubject.ts';

/** What a page says, in words that need no knowledge of gateways. */
export interface PageCopy {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** The words of each page. Times are in UTC, since nobody knows where the person is. */
export function pageCopy(page: Page): PageCopy {
  switch (page.name) {
    case 'waiting':
      return openRequestCopy(page.request);
    case 'replace':
      return replacementCopy(page.request);
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
    case 'retry':
      return retryCopies[page.reason];
    case 'completed':
      return completedCopy(page.request, page.progress);
    case 'finishing':
      return {
        title: 'Almost done',
        paragraphs: ['Your consent is being handed over. The page goes on by itself.'],
      };
    case 'refused':
      return {
        title: 'The answer was no',
        paragraphs: [
          `${decidedBy(page.request)} said no${decidedOn(page.request)}. ${refusalEffect(page.request.subject)}`,
          page.request.subject.kind === 'record'
            ? 'The registry has rejected it. Whoever submitted it can change it and submit it again.'
            : 'If that was a mistake, ask for a new request below. The old link stays closed.',
        ],
      };
    case 'renewed':
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
          `Nobody answered in time, so it was closed${decidedOn(page.request)}. ${refusalEffect(page.request.subject)}`,
          'If an answer is still wanted, ask for a new request below.',
        ],
      };
    case 'withdrawn':
      return {
        title: 'Nothing is left to do here',
        paragraphs: [
          `This request was withdrawn${decidedOn(page.request)}.`,
          page.request.reason ?? '',
        ].filter(Boolean),
      };
    case 'forbidden':
      return {
        title: 'This request is for somebody else',
        paragraphs: [
          `${page.identity ? `You are logged in as ${page.identity.name}. ` : ''}Only those whom the request was sent to may see and answer it.`,
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
    case 'crossOrigin':
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

function openRequestCopy({ subject }: AuthorizationRequest): PageCopy {
  switch (subject.kind) {
    case 'authorization':
      return {
        title: `May agents use “${subject.target}” for you?`,
        paragraphs: [
          `The gateway “${subject.gateway}” gives tools to AI agents. It wants to reach “${subject.target}” on your behalf, and needs your consent for that. ${consentReasonTexts[subject.reason]}`,
          'When you go on, you log in at the service itself, and see there once more what is asked. Your password is never seen here.',
        ],
      };
    case 'approval':
      return {
        title: `May the tools of “${subject.target}” change?`,
        paragraphs: [
          `Somebody uploaded a new description of what agents can do through “${subject.target}” on the gateway “${subject.gateway}”. Until somebody approves, the present tools stay as they are.`,
          ...(subject.unknown === undefined ? [] : [`What changes cannot be told. ${subject.unknown}`]),
        ],
      };
    case 'record':
      return {
        title: `May “${subject.name}” enter the registry?`,
        paragraphs: [
          'It was submitted for approval. Once it is approved, others can find and use it.',
          ...(subject.importedBy.length === 0
            ? []
            : [`${importNotice(subject)} Nobody is asked again for that.`]),
        ],
      };
  }
}

function replacementCopy({ subject }: AuthorizationRequest): PageCopy {
  const subjectName = subject.kind === 'record' ? subject.name : subject.target;
  return {
    title: `“${subjectName}” has to be made again first`,
    paragraphs: [
      `AWS gives no fresh login link for “${subjectName}” as it stands. The only way to one is to delete “${subjectName}” and make it again.`,
      `Until now it may have gone on working as it was. Once it is deleted, agents cannot use it until you, or somebody else, have logged in. Only go on if you can do that now.`,
      'If you do nothing, everything stays as it is.',
    ],
  };
}

/** What a yes to a record brings about by itself. */
export function importNotice({ importedBy }: Pick<RecordSubject, 'importedBy'>): string {
  const shownWorkspaces = importedBy.slice(0, 10).map((workspace) => `“${workspace}”`);
  const more =
    importedBy.length > shownWorkspaces.length
      ? ` and ${importedBy.length - shownWorkspaces.length} more`
      : '';
  return `With your yes, AI agents get its tools through gateways of the ${importedBy.length === 1 ? 'workspace' : 'workspaces'} ${shownWorkspaces.join(', ')}${more}.`;
}

const consentReasonTexts: Readonly<Record<AuthorizationReason, string>> = {
  create: 'It is new, and was never reached before.',
  update: 'Its settings have changed, and every change needs a consent of its own.',
  sync: 'Its list of tools is to be brought up to date, and that needs a consent each time. Until then the present tools go on working.',
};

const retryCopies: Readonly<Record<RetryReason, PageCopy>> = {
  provider: {
    title: 'The login did not work',
    paragraphs: [
      'The login page reported an error that is neither a yes nor a no. Nothing was changed.',
      'Try once more. If it happens again, tell whoever sent you the link.',
    ],
  },
  linkExpired: {
    title: 'Please do that once more',
    paragraphs: [
      'Your consent came, but the login link had run out or was replaced meanwhile, so it could not be used.',
      'Press the button again for a fresh one. It is good for about ten minutes.',
    ],
  },
  serviceBusy: {
    title: 'One moment, please',
    paragraphs: ['You have consented. AWS could not take it just now; this page tries again by itself.'],
  },
  interrupted: {
    title: 'Please press the button once more',
    paragraphs: [
      'You have consented, but something stopped before AWS had taken it. That was not your fault.',
      'Press the button: if your consent can still be used, you are done. If not, you are taken to a fresh login page.',
    ],
  },
  noLink: {
    title: 'There is no login link yet',
    paragraphs: [
      'AWS has not given a fresh link so far. Nothing is wrong with what you did.',
      'Try again, now or later. Your own link stays good.',
    ],
  },
  linkHeld: {
    title: 'AWS is still holding an old link',
    paragraphs: [
      'The login link of an earlier attempt has run out, and AWS does not let anyone make a new one until it has given up on it.',
      'Try again later. Your own link stays good, and you will be reminded.',
    ],
  },
};

function completedCopy({ subject, ...request }: AuthorizationRequest, progress: TargetProgress): PageCopy {
  const decision = `${decidedBy(request)} said yes${decidedOn(request)}.`;
  const subjectName = subject.kind === 'record' ? `“${subject.name}”` : `“${subject.target}”`;
  switch (progress) {
    case 'working':
      return {
        title: 'Thank you. It is being set up',
        paragraphs: [
          decision,
          `${subjectName} will be ready in a moment. This page shows when; you need not wait for it.`,
        ],
      };
    case 'ready':
      return {
        title: `Done: ${subjectName} is ${subject.kind === 'record' ? 'approved' : 'ready'}`,
        paragraphs: [decision, 'Nothing is left to do. You can close this page.'],
      };
    case 'failed':
      return {
        title: `Your yes arrived, but ${subjectName} is not ready`,
        paragraphs: [
          decision,
          'Something else went wrong after that. Its owner is told, and nothing more is needed from you now.',
        ],
      };
  }
}

/** What becomes of it without a yes. */
export function refusalEffect(subject: RequestSubject): string {
  switch (subject.kind) {
    case 'authorization':
      return `“${subject.target}” ${consentRefusalEffects[subject.reason]}; everything else goes on.`;
    case 'approval':
      return `The tools of “${subject.target}” stay as they are.`;
    case 'record':
      return `“${subject.name}” does not enter the registry.`;
  }
}

const consentRefusalEffects: Readonly<Record<AuthorizationReason, string>> = {
  create: 'stays unavailable to agents',
  update: 'stays as it was, as far as AWS allows',
  sync: 'goes on with the tools it has',
};

function decidedBy({ closedBy }: Pick<AuthorizationRequest, 'closedBy'>): string {
  return closedBy ?? 'Somebody with this link';
}

function decidedOn({ closedAt }: Pick<AuthorizationRequest, 'closedAt'>): string {
  return closedAt === undefined ? '' : ` on ${formatUtcTime(closedAt)}`;
}

/** `20 November 2026, 10:15 UTC`. @param time ms since the epoch */
export function formatUtcTime(time: number): string {
  const date = new Date(time);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}
