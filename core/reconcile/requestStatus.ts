import { isLinkUsable } from '../authorization/linkExpiry.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';
import { type OpenRequest, type ResourceRecord, withoutRequest } from './ledgerRecord.ts';
import { clickTimeout, notificationRetryDelay } from './limits.ts';

/**
 * What a request to a person needs next:
 * - `ask`: nobody was asked yet, or no message could be delivered
 * - `wait`: a person was asked
 * - `closed`: the person refused, or nobody answered in time
 * - `restart`: a person clicked, and the service's link is of no use to them; the operation must start again to get a
 *   new one
 */
export type RequestStatus = 'ask' | 'wait' | 'closed' | 'restart';

/**
 * Drops a request of another kind or about another configuration: the new one is a new question.
 *
 * @param reason drops a request about another operation, too
 */
export function withoutSupersededRequest(
  record: ResourceRecord,
  fingerprint: string,
  kind: OpenRequest['kind'],
  reason?: AuthorizationReason,
): ResourceRecord {
  const { request } = record;
  if (!request) return record;
  const isSame = request.kind === kind && (request.fingerprint ?? fingerprint) === fingerprint;
  const isForSameOperation = reason === undefined || (request.reason ?? reason) === reason;
  return isSame && isForSameOperation ? record : withoutRequest(record);
}

/** @param record without a superseded request */
export function requestStatusOf(
  record: ResourceRecord,
  observed: ObservedResource | undefined,
  now: number,
): RequestStatus {
  const { request } = record;
  if (!request) return 'ask';
  if (request.closed) return 'closed';
  if (needsNewLink(record, observed, now)) return 'restart';
  // A message that could not be delivered is sent again, but not in every turn: the cause may last.
  const { notifiedAt, askedAt, repeatedAt = askedAt } = request;
  return notifiedAt === undefined && now - repeatedAt >= notificationRetryDelay ? 'ask' : 'wait';
}

/** Whether a person clicked recently, and no operation has started since that would give them a new link. */
function needsNewLink(
  { request, operation, link }: ResourceRecord,
  observed: ObservedResource | undefined,
  now: number,
): boolean {
  const clickedAt = request?.clickedAt;
  if (clickedAt === undefined || now - clickedAt >= clickTimeout) return false;
  if (operation && operation.startedAt >= clickedAt) return false;
  const isPending = observed !== undefined && phases[observed.status] === 'awaiting-authorization';
  return !isPending || !link || !isLinkUsable(link, clickedAt) || link.session === request?.staleSession;
}
