import { defined } from '../objects.ts';
import type { PublishedEvent } from '../ports/events.ts';
import { expiryTime } from './reminderSchedule.ts';
import type { AuthorizationRequest, RequestOutcome, VoidCause } from './request.ts';
import type { RequestSubject } from './requestSubject.ts';

/** The type of the one event with a durable link, which opens the request: no log keeps it. */
export const LINK_EVENT = 'Authorization Required';

/** The event that a request was opened. It carries the durable link, for consumers that notify people themselves. */
export function authorizationRequiredEvent(
  request: AuthorizationRequest,
  link: string,
  now: number,
): PublishedEvent {
  const { workspace, reference, subject } = request;
  return {
    detailType: LINK_EVENT,
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: publishedSubject(subject),
      link,
      expires: new Date(expiryTime(request)).toISOString(),
    },
  };
}

/** The event that a request got its outcome. */
export function authorizationClosedEvent(
  { workspace, reference, subject, closedBy, reason }: AuthorizationRequest,
  outcome: RequestOutcome,
  now: number,
): PublishedEvent {
  return {
    detailType: 'Authorization Closed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: publishedSubject(subject),
      outcome,
      ...defined({ by: closedBy, reason }),
    },
  };
}

/** The event that a login of a request does not count, whoever consented. It names no session and no browser. */
export function authorizationVoidedEvent(
  { workspace, reference, subject }: AuthorizationRequest,
  cause: VoidCause,
  now: number,
): PublishedEvent {
  return {
    detailType: 'Authorization Voided',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: publishedSubject(subject),
      cause,
    },
  };
}

/**
 * The event that the session of a completed request came back in another browser too, so that another person may have
 * consented than the one who began it.
 */
export function authorizationDisputedEvent(
  { workspace, reference, subject, closedBy }: AuthorizationRequest,
  now: number,
): PublishedEvent {
  return {
    detailType: 'Authorization Disputed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: publishedSubject(subject),
      ...defined({ by: closedBy }),
    },
  };
}

/** @returns the parts of a subject that fit into an event; the page shows descriptors and differences */
function publishedSubject(subject: RequestSubject): Readonly<Record<string, unknown>> {
  switch (subject.kind) {
    case 'authorization': {
      const { kind, gateway, target, of, endpoint, provider, scopes, reason, returnUrl } = subject;
      const shown = { scopes, reason, ...defined({ endpoint, provider, returnUrl }) };
      return of
        ? { kind: 'recordAuthorization', record: target, ...shown }
        : { kind, gateway, target, ...shown };
    }
    case 'approval': {
      const { kind, gateway, target, total } = subject;
      return { kind, gateway, target, changes: total };
    }
    case 'deletion': {
      const { kind, total, tools, resources } = subject;
      return { kind, deletions: total, tools, resources: resources.map(({ address }) => address) };
    }
    case 'record': {
      const { kind, registryId, recordId, name, descriptorType } = subject;
      return { kind, registryId, recordId, name, descriptorType };
    }
  }
}
