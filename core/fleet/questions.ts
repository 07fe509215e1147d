import { parseAddress } from '../address.ts';
import { expiryTime } from '../authorization/reminderSchedule.ts';
import type { AuthorizationRequest } from '../authorization/request.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import { ownerLabel } from '../manifest/owners.ts';
import { defined } from '../objects.ts';
import { counted } from '../text/counted.ts';
import { isoTime } from './times.ts';
import type { QuestionView } from './views.ts';

const PURPOSES: Readonly<Record<AuthorizationReason, string>> = {
  create: 'so that it can be created',
  update: 'so that it can be updated',
  sync: 'so that its tools can be synchronized',
};

/**
 * @param owner the name under "owners" of the manifest, where it is known
 * @returns undefined for a request that is closed
 */
export function questionOf(request: AuthorizationRequest, owner?: string): QuestionView | undefined {
  const { reference, workspace, address, subject, state, askedAt, escalation, notifications } = request;
  if (state !== 'open' && state !== 'completing') return undefined;
  const last = notifications.at(-1);
  const reached = notifications.findLast(({ failedContacts }) => failedContacts.length === 0);
  return {
    reference,
    workspace,
    address,
    kind: subject.kind,
    state,
    question: questionText(request),
    owner: owner ?? ownerLabel(request.owner, {}),
    ...defined({ escalation: escalation && ownerLabel(escalation, {}) }),
    askedAt: isoTime(askedAt),
    until: isoTime(expiryTime(request)),
    ...defined({ toldAt: reached && isoTime(reached.sentAt) }),
    undelivered: last === undefined || last.failedContacts.length > 0,
  };
}

/** What a person is asked, in a sentence. It names no address and no link. */
function questionText({ subject, address }: AuthorizationRequest): string {
  switch (subject.kind) {
    case 'authorization': {
      const { gateway, target, of, provider, loginAt = provider, reason } = subject;
      const place = loginAt === undefined ? '' : ` at ${loginAt}`;
      if (of)
        return `Give consent${place} for the record ${target}, so that its registry can read the source.`;
      return `Give consent${place} for ${gateway}/${target}, ${PURPOSES[reason]}.`;
    }
    case 'approval': {
      const { gateway, target, total, breaking = 0, unknown, listedBy } = subject;
      const by = listedBy === 'server' ? ', which its server makes' : '';
      if (unknown !== undefined && total === 0)
        return `Approve an unknown change of the tools of ${gateway}/${target}${by}.`;
      return `Approve ${counted(total, 'change')} of the tools of ${gateway}/${target}${by}; ${breaking} may break agents.`;
    }
    case 'deletion':
      return `Approve the deletion of ${counted(subject.total, 'resource')} with ${counted(subject.tools, 'tool')}.`;
    case 'record':
      return `Approve ${subject.difference ? 'the new version of ' : ''}the record ${subject.name} of the registry ${parseAddress(address).name}.`;
  }
}
