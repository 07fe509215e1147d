import { isLinkUsable } from '../authorization/linkExpiry.ts';
import { phases } from '../status.ts';
import { clickTimeout, notificationRetryDelay } from './limits.ts';
import type { ObservedResource } from './observedResource.ts';
import { type OpenRequest, type ResourceRecord, withoutRequest } from './resourceRecord.ts';

/**
 * What a request to a person calls for:
 * `ask`: nobody was asked this yet, or nobody could be told · `wait`: somebody was asked · `closed`: the answer was no,
 * or nobody gave one in time · `restart`: somebody is at the door, and the service's link is too old to let them in
 */
export type RequestStatus = 'ask' | 'wait' | 'closed' | 'restart';

/** A request about another configuration, or of another kind, is another question: it is dropped, and the new one is put. */
export function withoutSupersededRequest(
  record: ResourceRecord,
  fingerprint: string,
  kind: OpenRequest['kind'],
): ResourceRecord {
  const { request } = record;
  if (!request) return record;
  const isSame = request.kind === kind && (request.fingerprint ?? fingerprint) === fingerprint;
  return isSame ? record : withoutRequest(record);
}

/** @param record with the request as it stands, without one about another configuration */
export function requestStatusOf(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  now: number,
): RequestStatus {
  const { request } = record;
  if (!request) return 'ask';
  if (request.closed) return 'closed';
  if (needsFreshLink(record, observed, now)) return 'restart';
  // A question that could not be put is put again, but not in every turn: what hinders it may last.
  return request.notifiedAt === undefined && now - request.askedAt >= notificationRetryDelay ? 'ask' : 'wait';
}

/** Whether somebody clicked a moment ago, and nothing was begun since that would give them a fresh link. */
function needsFreshLink(
  { request, operation, link }: ResourceRecord,
  observed: ObservedResource | undefined,
  now: number,
): boolean {
  const clickedAt = request?.clickedAt;
  if (clickedAt === undefined || now - clickedAt >= clickTimeout) return false;
  if (operation && operation.startedAt >= clickedAt) return false;
  const isPending = observed !== undefined && phases[observed.status] === 'awaiting-authorization';
  return !isPending || !link || !isLinkUsable(link, clickedAt);
}

/** In a person's words, why nothing is asked any more. */
export const closedReasons: Readonly<Record<'refused' | 'expired', string>> = {
  refused:
    'A person was asked for consent and said no. A changed configuration, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody gave the consent that was asked for in time. A changed configuration, or a new request from the page behind the link, asks again.',
};

/** The same for a change of tools. */
export const approvalReasons: Readonly<Record<'asked' | 'refused' | 'expired', string>> = {
  asked:
    'Its tools would change in a way that needs a yes; the last good schema stays until somebody gives it.',
  refused:
    'A person said no to the change of its tools; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody answered in time whether its tools may change; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
};
