import { describe, expect, it } from 'vitest';
import type { ObservedResource } from '../resources/observe.ts';
import type { OpenRequest, ResourceRecord } from './ledgerRecord.ts';
import { requestStatusOf, withoutSupersededRequest } from './requestStatus.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const address = 'gatewayTarget/g/t' as const;

const pending: ObservedResource = {
  address,
  id: 'T',
  status: 'CREATE_PENDING_AUTH',
  reasons: [],
  updatedAt: 0,
  outputs: {},
};
const failed: ObservedResource = { ...pending, status: 'FAILED' };

const recordWith = (
  request: Partial<OpenRequest> | undefined,
  more: Partial<ResourceRecord> = {},
): ResourceRecord => ({
  address,
  state: 'awaiting-authorization',
  reasons: [],
  since: 0,
  ...(request && {
    request: { id: 'r', kind: 'authorization', askedAt: 0, notifiedAt: 1, fingerprint: 'f', ...request },
  }),
  ...more,
});
const repeated = (age: number): ResourceRecord => ({
  ...recordWith(undefined),
  request: { id: 'r', kind: 'authorization', askedAt: 0, fingerprint: 'f', repeatedAt: NOW - age },
});
const link = (age: number) => ({ link: { session: 's', issuedAt: NOW - age } });
const clicked = { clickedAt: NOW - 1000 };

describe('requestStatusOf', () => {
  it.each<[string, ResourceRecord, ObservedResource | undefined, string]>([
    ['is ask without a request', recordWith(undefined), pending, 'ask'],
    ['is wait after the message was delivered', recordWith({}), pending, 'wait'],
    [
      'is wait while the message is being delivered',
      { ...recordWith({ askedAt: NOW }), request: { id: 'r', kind: 'authorization', askedAt: NOW } },
      pending,
      'wait',
    ],
    [
      'is ask after the message could not be delivered',
      { ...recordWith({}), request: { id: 'r', kind: 'authorization', askedAt: 0 } },
      pending,
      'ask',
    ],
    ['is closed after a refusal', recordWith({ closed: 'refused' }), pending, 'closed'],
    [
      'is closed after a refusal, even after a click',
      recordWith({ closed: 'refused', ...clicked }, link(60 * MINUTE)),
      pending,
      'closed',
    ],
    [
      'is restart after a click on an expired link',
      recordWith(clicked, link(20 * MINUTE)),
      pending,
      'restart',
    ],
    ['is wait after a click on a usable link', recordWith(clicked, link(2 * MINUTE)), pending, 'wait'],
    [
      'is restart after a click on a link that is void, or that another browser has',
      recordWith({ ...clicked, staleSession: 's' }, link(2 * MINUTE)),
      pending,
      'restart',
    ],
    [
      'is wait when the service has issued a usable link since the click',
      recordWith({ ...clicked, staleSession: 'older' }, link(2 * MINUTE)),
      pending,
      'wait',
    ],
    [
      'is restart after a click when the expired link made the target fail',
      recordWith(clicked, link(2 * MINUTE)),
      failed,
      'restart',
    ],
    [
      'is wait when the operation started after the click',
      recordWith(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: NOW },
      }),
      pending,
      'wait',
    ],
    [
      'is wait when the operation started at the time of the click',
      recordWith(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: clicked.clickedAt },
      }),
      pending,
      'wait',
    ],
    [
      'is restart when the operation started before the click',
      recordWith(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: clicked.clickedAt - 1 },
      }),
      pending,
      'restart',
    ],
    [
      'is restart after a click when the target does not exist',
      recordWith(clicked, link(2 * MINUTE)),
      undefined,
      'restart',
    ],
    ['is restart after a click when no link is known', recordWith(clicked), pending, 'restart'],
    [
      'is wait while a message was sent again less than five minutes ago',
      repeated(5 * MINUTE - 1),
      pending,
      'wait',
    ],
    [
      'is ask again five minutes after a message was sent again and reached nobody',
      repeated(5 * MINUTE),
      pending,
      'ask',
    ],
    [
      'is wait when the click is older than five minutes',
      recordWith({ clickedAt: NOW - 10 * MINUTE }, link(60 * MINUTE)),
      pending,
      'wait',
    ],
  ])('%s', (_, record, observed, status) => {
    expect(requestStatusOf(record, observed, NOW)).toBe(status);
  });
});

describe('withoutSupersededRequest', () => {
  it('drops a request about another configuration, or of another kind', () => {
    expect(withoutSupersededRequest(recordWith({}), 'f', 'authorization').request).toBeDefined();
    expect(withoutSupersededRequest(recordWith({}), 'g', 'authorization').request).toBeUndefined();
    expect(withoutSupersededRequest(recordWith({}), 'f', 'approval').request).toBeUndefined();
  });

  it('keeps a request without a fingerprint', () => {
    const { fingerprint: _, ...request } = recordWith({}).request ?? {
      id: '',
      kind: 'authorization',
      askedAt: 0,
    };
    const kept = withoutSupersededRequest({ ...recordWith({}), request }, 'f', 'authorization');
    expect(kept.request).toEqual(request);
  });

  it('leaves a record without a request unchanged', () => {
    expect(withoutSupersededRequest(recordWith(undefined), 'f', 'approval')).toEqual(recordWith(undefined));
  });
});
