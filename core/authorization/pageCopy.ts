import { counted } from '../text/counted.ts';
import type { Page, RetryReason, TargetProgress } from './page.ts';
import type { AuthorizationRequest, VoidCause, VoidSession } from './request.ts';
import type {
  AuthorizationReason,
  DeletionSubject,
  RecordSubject,
  RequestSubject,
} from './requestSubject.ts';

/** The text of a page, which needs no knowledge of gateways. */
export interface PageCopy {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** @returns the text of a page. Times are in UTC, since the person's time zone is unknown. */
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
              'Your login link is being created. This takes some seconds.',
              'The page continues by itself. You can leave it open.',
            ],
      };
    case 'retry':
      return retryCopies[page.reason];
    case 'completed':
      return completedCopy(page.request, page.progress);
    case 'finishing':
      return {
        title: 'Almost done',
        paragraphs: ['Your consent is being sent to AWS. The page continues by itself.'],
      };
    case 'refused':
      return {
        title: 'The answer was no',
        paragraphs: [
          `${decidedBy(page.request)} said no${decidedOn(page.request)}. ${refusalEffect(page.request.subject)}`,
          page.request.subject.kind === 'record'
            ? 'The registry has rejected this version. Its author can change it and submit it again.'
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
          'If an answer is still needed, ask for a new request below.',
        ],
      };
    case 'withdrawn':
      return {
        title: 'Nothing is left to do',
        paragraphs: [
          `This request was withdrawn${decidedOn(page.request)}.`,
          page.request.reason ?? '',
        ].filter(Boolean),
      };
    case 'forbidden':
      return {
        title: 'This request is for another person',
        paragraphs: [
          `${page.identity ? `You are logged in as ${page.identity.name}. ` : ''}Only the recipients of the request may see and answer it.`,
          'If you should have received it, tell the team that owns the workspace: its manifest names the recipients.',
        ],
      };
    case 'failure':
      return {
        title: 'Something went wrong on our side',
        paragraphs: [
          'This is not your fault, and your link stays valid. Wait a minute, then open the link from your message again.',
          `If it happens again, tell the sender of the link, and quote this number: ${page.correlation}`,
        ],
      };
    case 'tooManyRequests':
      return {
        title: 'Too many requests at once',
        paragraphs: [
          'More requests came from you, or from your network, than these pages take from one visitor. Nothing was changed.',
          'Wait half a minute, then open the link from your message again.',
        ],
      };
    case 'wrongBrowser':
      return {
        title: 'Please start again in this browser',
        paragraphs: [
          'The login started in another browser, in a private window, or too long ago. For your safety it only counts in the browser that started it, and this one now counts nowhere.',
          'If you pressed the button yourself, open the link from your message once more, here, and press it again.',
          'If another person sent you to the login page, they may have tried to use your account. Take the consent back in the settings of the service where you logged in, and tell the team that runs Gateloop.',
        ],
      };
    case 'crossOrigin':
      return {
        title: 'That click came from another site',
        paragraphs: [
          'Another site tried to press the button for you. Open the link from your message and press the button yourself.',
        ],
      };
    case 'unknown':
      return {
        title: 'This link is not valid',
        paragraphs: [
          'It may have been cut off when it was copied, or it is so old that its request was deleted.',
          'Open the link from your message again. If you still see this page, ask the sender of the link.',
        ],
      };
  }
}

function openRequestCopy({ subject, voidSessions }: AuthorizationRequest): PageCopy {
  switch (subject.kind) {
    case 'authorization':
      if (subject.of)
        return {
          title: `May a registry read “${subject.target}” for you?`,
          paragraphs: [
            ...voidNotice(voidSessions?.at(-1)),
            `“${subject.target}” is published in a registry, where agents and people find it. The registry reads it from its source, and needs your consent for that.`,
            'When you continue, you log in at the service itself, which shows once more what is asked. This page never sees your password.',
          ],
        };
      return {
        title: `May agents use “${subject.target}” for you?`,
        paragraphs: [
          ...voidNotice(voidSessions?.at(-1)),
          `The gateway “${subject.gateway}” gives tools to AI agents. It wants to reach “${subject.target}” on your behalf, and needs your consent for that. ${authorizationReasonTexts[subject.reason]}`,
          'When you continue, you log in at the service itself, which shows once more what is asked. This page never sees your password.',
        ],
      };
    case 'approval':
      return {
        title: `May the tools of “${subject.target}” change?`,
        paragraphs: [
          subject.listedBy === 'server'
            ? `The MCP server behind “${subject.target}” on the gateway “${subject.gateway}” lists other tools than agents have. Nobody uploaded this change: the server made it. Until a person approves it, agents keep the tools that they have.`
            : `A new description of what agents can do through “${subject.target}” on the gateway “${subject.gateway}” was uploaded. Until a person approves it, the current tools stay as they are.`,
          ...(subject.unknown === undefined ? [] : [`The changes are unknown. ${subject.unknown}`]),
        ],
      };
    case 'deletion':
      return {
        title: `May ${deletionCount(subject)} be deleted?`,
        paragraphs: [
          `An upload to this workspace takes away what is listed below. Agents that use it today will miss it.`,
          'Until a person approves it, everything stays as it is. A deleted resource cannot be restored; uploading it again creates a new one.',
        ],
      };
    case 'record':
      return {
        title: `May “${subject.name}” ${recordRequestVerb(subject)} the registry?`,
        paragraphs: [
          isRecordEdit(subject)
            ? 'It was edited and submitted for approval. Until a person approves the new version, others find and use the one that was approved before.'
            : 'It was submitted for approval. Once it is approved, others can find and use it.',
          ...(subject.importedBy.length === 0
            ? []
            : [`${importNotice(subject)} No further request follows.`]),
        ],
      };
  }
}

function voidNotice(latest: VoidSession | undefined): readonly string[] {
  if (!latest) return [];
  const events: Readonly<Record<VoidCause, string>> = {
    wrongBrowser: 'came back in another browser than the one that started it',
    noConsent: 'came back before AWS had a consent',
  };
  return [
    `A login for this request ${events[latest.cause]}, on ${formatUtcTime(latest.voidedAt)}. It does not count. If that was not you, another person has this link: tell the team that owns the workspace.`,
  ];
}

function replacementCopy({ subject }: AuthorizationRequest): PageCopy {
  const subjectName = nameOf(subject);
  return {
    title: `“${subjectName}” has to be created again first`,
    paragraphs: [
      `AWS gives no new login link for “${subjectName}” in its current state. To get one, “${subjectName}” must be deleted and created again.`,
      `It may still work as before. Once it is deleted, agents cannot use it until you, or another person, have logged in. Only continue if you can log in now.`,
      'If you do nothing, everything stays as it is.',
    ],
  };
}

/** Whether an earlier version of a record was approved, which counts until the new one is. */
function isRecordEdit({ difference }: Pick<RecordSubject, 'difference'>): boolean {
  return difference !== undefined;
}

/** @returns what a record would do, before the words "the registry" */
export function recordRequestVerb(subject: Pick<RecordSubject, 'difference'>): string {
  return isRecordEdit(subject) ? 'change in' : 'enter';
}

/** @returns the effect of approving a record: the workspaces that import it */
export function importNotice({ importedBy }: Pick<RecordSubject, 'importedBy'>): string {
  const shownWorkspaces = importedBy.slice(0, 10).map((workspace) => `“${workspace}”`);
  const more =
    importedBy.length > shownWorkspaces.length
      ? ` and ${importedBy.length - shownWorkspaces.length} more`
      : '';
  return `With your yes, AI agents get its tools through gateways of the ${importedBy.length === 1 ? 'workspace' : 'workspaces'} ${shownWorkspaces.join(', ')}${more}.`;
}

const authorizationReasonTexts: Readonly<Record<AuthorizationReason, string>> = {
  create: 'It is new.',
  update:
    'Its settings are to change, and every change needs a new consent. Until you go on, Gateloop changes nothing.',
  sync: 'Its list of tools needs an update, and every update needs a new consent. Until then the current tools keep working.',
};

const retryCopies: Readonly<Record<RetryReason, PageCopy>> = {
  provider: {
    title: 'The login did not work',
    paragraphs: [
      'The login page reported an error that is neither a yes nor a no. Nothing was changed.',
      'Try once more. If it happens again, tell the sender of the link.',
    ],
  },
  linkExpired: {
    title: 'Please do that once more',
    paragraphs: [
      'You have consented, but the login link had expired or was replaced meanwhile, so AWS did not accept your consent.',
      'Press the button again for a new link. It is valid for about ten minutes.',
    ],
  },
  serviceBusy: {
    title: 'One moment, please',
    paragraphs: ['You have consented. AWS could not accept it just now; this page tries again by itself.'],
  },
  interrupted: {
    title: 'Please press the button once more',
    paragraphs: [
      'You have consented, but our service stopped before AWS accepted it. That was not your fault.',
      'Press the button: if your consent can still be used, you are done. If not, you are taken to a new login page.',
    ],
  },
  otherBrowser: {
    title: 'Please log in once more',
    paragraphs: [
      'The same login came back in another browser too. For safety it does not count, whoever consented.',
      'Press the button for a new login. Open the login page only in this browser, and send its address to no one: for another person there is the link from the message.',
    ],
  },
  noConsent: {
    title: 'AWS has no consent from you',
    paragraphs: [
      'Your browser came back before AWS had a consent, or after the login had ended. This login cannot be used any more.',
      'Press the button for a new one.',
    ],
  },
  noLink: {
    title: 'There is no login link yet',
    paragraphs: [
      'AWS has not given a new link so far. You did nothing wrong.',
      'Try again, now or later. Your own link stays valid.',
    ],
  },
  linkHeld: {
    title: 'AWS is still holding an old link',
    paragraphs: [
      'The login link of an earlier attempt is in use in another browser, or cannot be used any more. AWS creates no new link until it drops that one, usually after ten minutes.',
      'Try again in some minutes. Your own link stays valid, and you will be reminded.',
    ],
  },
  suspended: {
    title: 'Your login has to wait',
    paragraphs: [
      'The operators have suspended all changes for now. A new login link needs one, so you cannot log in yet. You did nothing wrong.',
      'Open the link from your message again once they have resumed. It stays valid. Ask the sender of the link if it is urgent.',
    ],
  },
};

function completedCopy(request: AuthorizationRequest, progress: TargetProgress): PageCopy {
  const copy = progressCopy(request, progress);
  const { disputedAt } = request;
  if (disputedAt === undefined) return copy;
  const notice = `The same login also came back in another browser, on ${formatUtcTime(disputedAt)}. If the person there consented, and not the one who began here, agents now use that person’s account. In that case, have the consent taken back at the service, and tell the team that owns the workspace.`;
  return { ...copy, paragraphs: [notice, ...copy.paragraphs] };
}

function progressCopy({ subject, ...request }: AuthorizationRequest, progress: TargetProgress): PageCopy {
  const decision = `${decidedBy(request)} said yes${decidedOn(request)}.`;
  if (subject.kind === 'deletion')
    return {
      title: 'Thank you. It is being deleted',
      paragraphs: [decision, 'You do not need to wait, and can close this page.'],
    };
  const subjectName = `“${nameOf(subject)}”`;
  switch (progress) {
    case 'working':
      return {
        title: 'Thank you. It is being set up',
        paragraphs: [
          decision,
          `${subjectName} will be ready in a moment. This page shows when; you do not need to wait.`,
        ],
      };
    case 'submitted':
      return {
        title: `Thank you. The registry has read ${subjectName}`,
        paragraphs: [
          decision,
          `${subjectName} was submitted, and waits for the approval of the registry. You have nothing more to do, and can close this page.`,
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
          'Another error occurred after that. Its owner gets a message, and you have nothing more to do now.',
        ],
      };
  }
}

/** @returns the effect of a refusal, or of no decision in time */
export function refusalEffect(subject: RequestSubject): string {
  switch (subject.kind) {
    case 'authorization':
      return subject.of
        ? `“${subject.target}” ${subject.reason === 'create' ? 'does not enter the registry' : 'stays as it is in the registry'}; everything else keeps working.`
        : `“${subject.target}” ${authorizationRefusalEffects[subject.reason]}; everything else keeps working.`;
    case 'approval':
      return `The tools of “${subject.target}” stay as they are.`;
    case 'deletion':
      return 'Nothing is deleted.';
    case 'record':
      return isRecordEdit(subject)
        ? `The version of “${subject.name}” that was approved before stays in use.`
        : `“${subject.name}” does not enter the registry.`;
  }
}

const authorizationRefusalEffects: Readonly<Record<AuthorizationReason, string>> = {
  create: 'stays unavailable to agents',
  update: 'stays as it was, as far as AWS allows',
  sync: 'keeps its current tools',
};

/** @returns how many resources go, with all tools that are known */
export function deletionCount({ total, tools }: Pick<DeletionSubject, 'total' | 'tools'>): string {
  const resources = counted(total, 'resource');
  return tools === 0 ? resources : `${resources} with ${counted(tools, 'tool')}`;
}

function nameOf(subject: RequestSubject): string {
  switch (subject.kind) {
    case 'deletion':
      return deletionCount(subject);
    case 'record':
      return subject.name;
    case 'authorization':
    case 'approval':
      return subject.target;
  }
}

function decidedBy({ closedBy }: Pick<AuthorizationRequest, 'closedBy'>): string {
  return closedBy ?? 'A person with this link';
}

function decidedOn({ closedAt }: Pick<AuthorizationRequest, 'closedAt'>): string {
  return closedAt === undefined ? '' : ` on ${formatUtcTime(closedAt)}`;
}

/** To make one takes longer than to render a page. */
const utcDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/**
 * @param time ms since the epoch
 * @returns such as `20 November 2026, 10:15 UTC`
 */
export function formatUtcTime(time: number): string {
  const date = new Date(time);
  return `${utcDay.format(date)}, ${date.toISOString().slice(11, 16)} UTC`;
}
