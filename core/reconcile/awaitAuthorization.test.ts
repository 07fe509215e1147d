import { describe, expect, it } from 'vitest';
import type { OpenRequest, RetryState } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, consentTarget, fingerprintFor, NOW, observedAs, provider } from './testing/inputs.ts';

const HOUR = 3_600_000;
const issues = consentTarget('payments/issues');
const fingerprint = fingerprintFor(issues);

const openRequest: OpenRequest = {
  id: 'r',
  kind: 'authorization',
  reason: 'sync',
  fingerprint,
  askedAt: NOW - HOUR,
  notifiedAt: NOW - HOUR,
};
const attempts: RetryState = {
  fingerprint,
  count: 1,
  firstAt: NOW - 2 * HOUR,
  nextAt: NOW - 2 * HOUR,
  deferrals: 0,
  reasons: ['The MCP server does not answer.'],
};

/** A target that is ready, to be synchronised every two hours, and was the given time ago. */
function decideSyncedAgo(ago: number, record: { request?: OpenRequest; retry?: RetryState } = {}) {
  return decideResource(issues, {
    others: [provider()],
    observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - ago }),
    record: appliedRecord(issues, record),
    settings: { resync: 7200 },
  });
}

describe('a synchronisation by schedule that needs consent', () => {
  it('is asked for when it falls due, and not before; the target stays ready', () => {
    expect(decideSyncedAgo(2 * HOUR - 1).result.requests).toEqual([]);
    const { result, report } = decideSyncedAgo(2 * HOUR);
    expect(result.requests).toMatchObject([{ kind: 'authorization', reason: 'sync', fingerprint }]);
    expect(result.syncs).toEqual([]);
    expect(report).toMatchObject({ state: 'ready' });
    expect(report?.reasons.join()).toContain('needs the consent of a person');
  });

  it('is asked for once, however many passes look, and is never begun by itself', () => {
    const { result, report, record } = decideSyncedAgo(100 * HOUR, { request: openRequest });
    expect(result).toMatchObject({ next: 'settled', requests: [], syncs: [] });
    expect(report?.reasons.join()).toContain('needs the consent of a person');
    expect(record?.request).toEqual(openRequest);
  });

  it('is asked for again where nobody could be told', () => {
    const { notifiedAt: _toldAt, ...untold } = openRequest;
    expect(decideSyncedAgo(9 * HOUR, { request: untold }).result.requests).toHaveLength(1);
  });

  it('begins when the person clicks, with the time before it as its baseline', () => {
    const { result, report } = decideSyncedAgo(9 * HOUR, {
      request: { ...openRequest, clickedAt: NOW - 1000 },
    });
    expect(result.syncs).toMatchObject([{ operation: 'sync', baseline: NOW - 9 * HOUR }]);
    expect(report?.state).toBe('ready');
  });

  it('begins at the click though it has failed before, and tells of a failure since as of a target that is ready', () => {
    const clickedAt = NOW - 10_000;
    const before = { request: { ...openRequest, clickedAt }, retry: { ...attempts, nextAt: NOW + HOUR } };
    expect(decideSyncedAgo(9 * HOUR, before).operation).toBe('sync');
    const since = { ...attempts, firstAt: NOW - 5000, nextAt: NOW + 5000 };
    const failed = decideSyncedAgo(9 * HOUR, { request: { ...openRequest, clickedAt }, retry: since });
    expect(failed.operation).toBeUndefined();
    expect(failed.report).toMatchObject({ state: 'ready', reasons: ['The MCP server does not answer.'] });
  });

  it('does not begin for somebody who has left', () => {
    const { operation } = decideSyncedAgo(9 * HOUR, {
      request: { ...openRequest, clickedAt: NOW - 300_000 },
    });
    expect(operation).toBeUndefined();
  });

  it.each(['refused', 'expired'] as const)(
    'that was %s is left for a whole interval, and asked for anew then',
    (closed) => {
      const no = (ago: number) => ({ request: { ...openRequest, closed, closedAt: NOW - ago } });
      const early = decideSyncedAgo(100 * HOUR, no(2 * HOUR - 1));
      expect(early.result).toMatchObject({ next: 'settled', requests: [] });
      expect(early.report).toMatchObject({ state: 'ready', reasons: [] });
      const later = decideSyncedAgo(100 * HOUR, no(2 * HOUR));
      expect(later.result.requests).toHaveLength(1);
      // Another question: the one that was answered has a link of its own, and is over.
      expect(later.record?.request).toBeUndefined();
    },
  );

  it('that failed in spite of a consent asks for the next one a whole interval later', () => {
    const early = decideSyncedAgo(9 * HOUR, { retry: { ...attempts, nextAt: NOW - 2 * HOUR + 1 } });
    expect(early.result.requests).toEqual([]);
    expect(early.report?.reasons).toEqual(['The MCP server does not answer.']);
    expect(decideSyncedAgo(9 * HOUR, { retry: attempts }).result.requests).toHaveLength(1);
  });

  it('is not asked for any more where the schedule was taken back or stretched', () => {
    const withResync = (resync: number | 'never', request: OpenRequest) =>
      decideResource(issues, {
        others: [provider()],
        observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 3 * HOUR }),
        record: appliedRecord(issues, { request }),
        settings: { resync },
      }).record?.request;
    expect(withResync('never', openRequest)).toBeUndefined();
    expect(withResync(4 * 3600, openRequest)).toBeUndefined();
    expect(withResync(3 * 3600, openRequest)).toEqual(openRequest);
    const no = { ...openRequest, closed: 'refused' as const, closedAt: NOW - 1000 };
    expect(withResync(4 * 3600, no)).toEqual(no);
  });

  it('is not asked for any more once it was done in another way', () => {
    const { result, record } = decideResource(issues, {
      others: [provider()],
      observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 1000 }),
      record: appliedRecord(issues, { request: openRequest }),
      settings: { resync: 7200 },
    });
    expect(result.requests).toEqual([]);
    expect(record?.request).toBeUndefined();
  });
});

it('has its question closed for good where the consent was to a change', () => {
  const { result, report } = decideResource(issues, {
    others: [provider()],
    observed: observedAs(issues, 'UPDATE_PENDING_AUTH', { reasons: ['Waits.'] }),
    record: appliedRecord(issues, { request: { ...openRequest, reason: 'update', closed: 'refused' } }),
  });
  expect(result.next).toBe('settled');
  expect(report?.state).toBe('failed');
  expect(report?.reasons).toEqual(['Waits.', expect.stringContaining('refused consent')]);
});
