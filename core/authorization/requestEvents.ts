import type { PublishedEvent } from '../ports/events.ts';
import { expiryTime } from './reminderSchedule.ts';
import type { AuthorizationRequest, RequestOutcome } from './request.ts';
import type { RequestSubject } from './requestSubject.ts';

/** Says that a person is needed, with the durable link, for whoever has a way of their own to reach people. */
export function authorizationRequiredEvent(
  request: AuthorizationRequest,
  link: string,
  now: number,
): PublishedEvent {
  const { workspace, reference, subject } = request;
  return {
    detailType: 'Authorization Required',
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

/** Says what a request to a person ended in. */
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
      ...(closedBy !== undefined && { by: closedBy }),
      ...(reason !== undefined && { reason }),
    },
  };
}

/** As much as fits into an event: descriptors and differences are on the page. */
function publishedSubject(subject: RequestSubject): Readonly<Record<string, unknown>> {
  switch (subject.kind) {
    case 'authorization': {
      const { kind, gateway, target, endpoint, provider, scopes, reason } = subject;
      return {
        kind,
        gateway,
        target,
        scopes,
        reason,
        ...(endpoint !== undefined && { endpoint }),
        ...(provider !== undefined && { provider }),
      };
    }
    case 'approval': {
      const { kind, gateway, target, total } = subject;
      return { kind, gateway, target, changes: total };
    }
    case 'record': {
      const { kind, registryId, recordId, name, descriptorType } = subject;
      return { kind, registryId, recordId, name, descriptorType };
    }
  }
}
