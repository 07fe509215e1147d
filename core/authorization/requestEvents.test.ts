import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from './request.ts';
import {
  authorizationClosedEvent,
  authorizationDisputedEvent,
  authorizationRequiredEvent,
  authorizationVoidedEvent,
} from './requestEvents.ts';
import type { RequestSubject } from './requestSubject.ts';
import { sampleRequest } from './testing/sampleRequest.ts';

const NOW = Date.UTC(2026, 0, 1);
const LINK = 'https://pages.example.com/r/id';

const consent: RequestSubject = {
  kind: 'authorization',
  gateway: 'front',
  target: 'issues',
  endpoint: 'https://mcp.example.com',
  provider: 'github',
  scopes: ['repo'],
  reason: 'create',
};
const requestFor = (subject: RequestSubject, more: Partial<AuthorizationRequest> = {}) =>
  sampleRequest({
    subject,
    settings: { remindAfter: [], escalateAfter: 1, expireAfter: 86_400 },
    askedAt: NOW,
    ...more,
  });

describe('authorizationRequiredEvent', () => {
  it('authorizationRequiredEvent: carries the link, its expiry, and the reference in place of the id', () => {
    const request = requestFor(consent);
    expect(authorizationRequiredEvent(request, LINK, NOW + 1000)).toEqual({
      detailType: 'Authorization Required',
      detail: {
        workspace: 'payments',
        time: '2026-01-01T00:00:01.000Z',
        request: request.reference,
        asked: consent,
        link: LINK,
        expires: '2026-01-02T00:00:00.000Z',
      },
    });
  });

  it('authorizationRequiredEvent: leaves out endpoint and provider where the target has none', () => {
    const subject: RequestSubject = {
      kind: 'authorization',
      gateway: 'front',
      target: 'issues',
      scopes: [],
      reason: 'sync',
    };
    expect(authorizationRequiredEvent(requestFor(subject), LINK, NOW).detail.asked).toStrictEqual(subject);
  });

  it('authorizationRequiredEvent: carries the numbers of deletions and their first addresses', () => {
    const subject: RequestSubject = {
      kind: 'deletion',
      fingerprint: 'f',
      resources: [{ address: 'gatewayTarget/front/issues', tools: 2 }],
      total: 1,
      tools: 2,
      details: { digest: 'd', bytes: 1 },
    };
    expect(authorizationRequiredEvent(requestFor(subject), LINK, NOW).detail.asked).toStrictEqual({
      kind: 'deletion',
      deletions: 1,
      tools: 2,
      resources: ['gatewayTarget/front/issues'],
    });
  });

  it('authorizationRequiredEvent: carries the number of changes of tools, not the changes', () => {
    const subject: RequestSubject = {
      kind: 'approval',
      gateway: 'front',
      target: 'orders',
      fingerprint: 'f',
      changes: [{ tool: 'a', kind: 'toolRemoved', breaking: true, message: 'a: Tool removed.' }],
      total: 3,
    };
    expect(authorizationRequiredEvent(requestFor(subject), LINK, NOW).detail.asked).toEqual({
      kind: 'approval',
      gateway: 'front',
      target: 'orders',
      changes: 3,
    });
  });

  it('authorizationRequiredEvent: names a record and its registry, without its descriptor', () => {
    const subject: RequestSubject = {
      kind: 'record',
      registryId: 'r1',
      recordId: 'd1',
      name: 'weather',
      descriptorType: 'MCP',
      facts: {},
      importedBy: ['payments'],
    };
    expect(authorizationRequiredEvent(requestFor(subject), LINK, NOW).detail.asked).toEqual({
      kind: 'record',
      registryId: 'r1',
      recordId: 'd1',
      name: 'weather',
      descriptorType: 'MCP',
    });
  });
});

describe('authorizationClosedEvent', () => {
  it('authorizationClosedEvent: says who decided and why', () => {
    const request = requestFor(consent, { closedBy: 'ada', reason: 'not needed' });
    expect(authorizationClosedEvent(request, 'refused', NOW)).toEqual({
      detailType: 'Authorization Closed',
      detail: {
        workspace: 'payments',
        time: '2026-01-01T00:00:00.000Z',
        request: request.reference,
        asked: consent,
        outcome: 'refused',
        by: 'ada',
        reason: 'not needed',
      },
    });
  });

  it('authorizationClosedEvent: leaves out person and reason of a request that expired', () => {
    const { detail } = authorizationClosedEvent(requestFor(consent), 'expired', NOW);
    expect(Object.keys(detail)).toEqual(['workspace', 'time', 'request', 'asked', 'outcome']);
  });
});

describe('authorizationVoidedEvent', () => {
  it('authorizationVoidedEvent: names the request and the cause, and neither browser nor session', () => {
    const request = requestFor(consent);
    expect(authorizationVoidedEvent(request, 'wrongBrowser', NOW)).toEqual({
      detailType: 'Authorization Voided',
      detail: {
        workspace: 'payments',
        time: '2026-01-01T00:00:00.000Z',
        request: request.reference,
        asked: consent,
        cause: 'wrongBrowser',
      },
    });
  });
});

describe('authorizationDisputedEvent', () => {
  it('authorizationDisputedEvent: names who completed the login, where that is known', () => {
    const request = requestFor(consent, { closedBy: 'eve' });
    expect(authorizationDisputedEvent(request, NOW)).toEqual({
      detailType: 'Authorization Disputed',
      detail: {
        workspace: 'payments',
        time: '2026-01-01T00:00:00.000Z',
        request: request.reference,
        asked: consent,
        by: 'eve',
      },
    });
    expect(authorizationDisputedEvent(requestFor(consent), NOW).detail).not.toHaveProperty('by');
  });
});
