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

const memory = (
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
const link = (age: number) => ({ link: { session: 's', issuedAt: NOW - age } });
const clicked = { clickedAt: NOW - 1000 };

describe('A request calls for', () => {
  it.each<[string, ResourceRecord, ObservedResource | undefined, string]>([
    ['somebody to be asked, where nobody was', memory(undefined), pending, 'ask'],
    ['patience, where somebody was told', memory({}), pending, 'wait'],
    [
      'patience with a message that is on its way',
      { ...memory({ askedAt: NOW }), request: { id: 'r', kind: 'authorization', askedAt: NOW } },
      pending,
      'wait',
    ],
    [
      'another try, where nobody could be told',
      { ...memory({}), request: { id: 'r', kind: 'authorization', askedAt: 0 } },
      pending,
      'ask',
    ],
    ['nothing more after a no', memory({ closed: 'refused' }), pending, 'closed'],
    [
      'nothing more after a no, whoever clicks',
      memory({ closed: 'refused', ...clicked }, link(60 * MINUTE)),
      pending,
      'closed',
    ],
    [
      'the operation again, where somebody clicks on an old link',
      memory(clicked, link(20 * MINUTE)),
      pending,
      'restart',
    ],
    ['patience, where somebody clicks on a fresh link', memory(clicked, link(2 * MINUTE)), pending, 'wait'],
    [
      'the operation again, where the lapse has failed the target',
      memory(clicked, link(2 * MINUTE)),
      failed,
      'restart',
    ],
    [
      'patience, where the operation was begun since the click',
      memory(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: NOW },
      }),
      pending,
      'wait',
    ],
    [
      'patience, where the operation was begun in the very moment of the click',
      memory(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: clicked.clickedAt },
      }),
      pending,
      'wait',
    ],
    [
      'the operation again, where it was begun before the click',
      memory(clicked, {
        ...link(20 * MINUTE),
        operation: { operation: 'update', fingerprint: 'f', startedAt: clicked.clickedAt - 1 },
      }),
      pending,
      'restart',
    ],
    ['the operation again, where nothing is there', memory(clicked, link(2 * MINUTE)), undefined, 'restart'],
    ['the operation again, where no link is known', memory(clicked), pending, 'restart'],
    [
      'patience, where whoever clicked has left',
      memory({ clickedAt: NOW - 10 * MINUTE }, link(60 * MINUTE)),
      pending,
      'wait',
    ],
  ])('%s', (_, given, observed, standing) => {
    expect(requestStatusOf(given, observed, NOW)).toBe(standing);
  });
});

describe('A question', () => {
  it('is another one about another configuration, or of another kind', () => {
    expect(withoutSupersededRequest(memory({}), 'f', 'authorization').request).toBeDefined();
    expect(withoutSupersededRequest(memory({}), 'g', 'authorization').request).toBeUndefined();
    expect(withoutSupersededRequest(memory({}), 'f', 'approval').request).toBeUndefined();
  });

  it('of an earlier version, which did not say what it is about, is the present one', () => {
    const { fingerprint: _, ...asked } = memory({}).request ?? { id: '', kind: 'authorization', askedAt: 0 };
    const kept = withoutSupersededRequest({ ...memory({}), request: asked }, 'f', 'authorization');
    expect(kept.request).toEqual(asked);
  });

  it('is none where nobody was asked', () => {
    expect(withoutSupersededRequest(memory(undefined), 'f', 'approval')).toEqual(memory(undefined));
  });
});
