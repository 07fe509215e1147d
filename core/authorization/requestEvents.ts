import type { PublishedEvent } from '../ports/events.ts';
import type { Asked } from './asked.ts';
import type { AuthorizationRequest, RequestOutcome } from './request.ts';
import { expiryOf } from './rounds.ts';

/** Says that a person is needed, with the durable link, for whoever has a way of their own to reach people. */
export function authorizationRequired(
  request: AuthorizationRequest,
  link: string,
  now: number,
): PublishedEvent {
  const { workspace, reference, asked } = request;
  return {
    detailType: 'Authorization Required',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: told(asked),
      link,
      expires: new Date(expiryOf(request)).toISOString(),
    },
  };
}

/** Says what a request to a person ended in. */
export function requestClosed(
  { workspace, reference, asked, endedBy, reason }: AuthorizationRequest,
  outcome: RequestOutcome,
  now: number,
): PublishedEvent {
  return {
    detailType: 'Authorization Closed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      request: reference,
      asked: told(asked),
      outcome,
      ...(endedBy !== undefined && { by: endedBy }),
      ...(reason !== undefined && { reason }),
    },
  };
}

/** As much as fits into an event: descriptors and differences are on the page. */
function told(asked: Asked): Readonly<Record<string, unknown>> {
  switch (asked.kind) {
    case 'consent': {
      const { kind, gateway, target, endpoint, provider, scopes, reason } = asked;
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
      const { kind, gateway, target, total } = asked;
      return { kind, gateway, target, changes: total };
    }
    case 'record': {
      const { kind, registryId, recordId, name, descriptorType } = asked;
      return { kind, registryId, recordId, name, descriptorType };
    }
  }
}
