import { describe, expect, it } from 'vitest';
import type { Attempts, OpenRequest } from './memory.ts';
import { decideAbout } from './testing/decided.ts';
import { appliedMemory, consentTarget, fingerprintFor, NOW, observedAs, provider } from './testing/worlds.ts';

const HOUR = 3_600_000;
const issues = consentTarget('payments/issues');
const fingerprint = fingerprintFor(issues);

const asked: OpenRequest = {
  id: 'r',
  kind: 'authorization',
  reason: 'sync',
  fingerprint,
  askedAt: NOW - HOUR,
  toldAt: NOW - HOUR,
};
const attempts: Attempts = {
  fingerprint,
  count: 1,
  firstAt: NOW - 2 * HOUR,
  nextAt: NOW - 2 * HOUR,
  deferrals: 0,
  reasons: ['The MCP server does not answer.'],
};

/** A target that is ready, to be synchronised every two hours, and was the given time ago. */
function about(ago: number, memory: { request?: OpenRequest; attempts?: Attempts } = {}) {
  return decideAbout(issues, {
    others: [provider()],
    observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - ago }),
    memory: appliedMemory(issues, memory),
    settings: { resync: 7200 },
  });
}

describe('a synchronisation by schedule that needs consent', () => {
  it('is asked for when it falls due, and not before; the target stays ready', () => {
    expect(about(2 * HOUR - 1).decision.requests).toEqual([]);
    const { decision, report } = about(2 * HOUR);
    expect(decision.requests).toMatchObject([{ kind: 'authorization', reason: 'sync', fingerprint }]);
    expect(decision.syncs).toEqual([]);
    expect(report).toMatchObject({ state: 'ready' });
    expect(report?.reasons.join()).toContain('needs the consent of a person');
  });

  it('is asked for once, however many passes look, and is never begun by itself', () => {
    const { decision, report, memory } = about(100 * HOUR, { request: asked });
    expect(decision).toMatchObject({ next: 'settled', requests: [], syncs: [] });
    expect(report?.reasons.join()).toContain('needs the consent of a person');
    expect(memory?.request).toEqual(asked);
  });

  it('is asked for again where nobody could be told', () => {
    const { toldAt: _toldAt, ...untold } = asked;
    expect(about(9 * HOUR, { request: untold }).decision.requests).toHaveLength(1);
  });

  it('begins when the person clicks, with the time before it as its baseline', () => {
    const { decision, report } = about(9 * HOUR, { request: { ...asked, clickedAt: NOW - 1000 } });
    expect(decision.syncs).toMatchObject([{ operation: 'sync', baseline: NOW - 9 * HOUR }]);
    expect(report?.state).toBe('ready');
  });

  it('begins at the click though it has failed before, and tells of a failure since as of a target that is ready', () => {
    const clickedAt = NOW - 10_000;
    const before = { request: { ...asked, clickedAt }, attempts: { ...attempts, nextAt: NOW + HOUR } };
    expect(about(9 * HOUR, before).operation).toBe('sync');
    const since = { ...attempts, firstAt: NOW - 5000, nextAt: NOW + 5000 };
    const failed = about(9 * HOUR, { request: { ...asked, clickedAt }, attempts: since });
    expect(failed.operation).toBeUndefined();
    expect(failed.report).toMatchObject({ state: 'ready', reasons: ['The MCP server does not answer.'] });
  });

  it('does not begin for somebody who has left', () => {
    const { operation } = about(9 * HOUR, { request: { ...asked, clickedAt: NOW - 300_000 } });
    expect(operation).toBeUndefined();
  });

  it.each(['refused', 'expired'] as const)(
    'that was %s is left for a whole interval, and asked for anew then',
    (closed) => {
      const no = (ago: number) => ({ request: { ...asked, closed, closedAt: NOW - ago } });
      const early = about(100 * HOUR, no(2 * HOUR - 1));
      expect(early.decision).toMatchObject({ next: 'settled', requests: [] });
      expect(early.report).toMatchObject({ state: 'ready', reasons: [] });
      const later = about(100 * HOUR, no(2 * HOUR));
      expect(later.decision.requests).toHaveLength(1);
      // Another question: the one that was answered has a link of its own, and is over.
      expect(later.memory?.request).toBeUndefined();
    },
  );

  it('that failed in spite of a consent asks for the next one a whole interval later', () => {
    const early = about(9 * HOUR, { attempts: { ...attempts, nextAt: NOW - 2 * HOUR + 1 } });
    expect(early.decision.requests).toEqual([]);
    expect(early.report?.reasons).toEqual(['The MCP server does not answer.']);
    expect(about(9 * HOUR, { attempts }).decision.requests).toHaveLength(1);
  });

  it('is not asked for any more where the schedule was taken back or stretched', () => {
    const withResync = (resync: number | 'never', request: OpenRequest) =>
      decideAbout(issues, {
        others: [provider()],
        observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 3 * HOUR }),
        memory: appliedMemory(issues, { request }),
        settings: { resync },
      }).memory?.request;
    expect(withResync('never', asked)).toBeUndefined();
    expect(withResync(4 * 3600, asked)).toBeUndefined();
    expect(withResync(3 * 3600, asked)).toEqual(asked);
    const no = { ...asked, closed: 'refused' as const, closedAt: NOW - 1000 };
    expect(withResync(4 * 3600, no)).toEqual(no);
  });

  it('is not asked for any more once it was done in another way', () => {
    const { decision, memory } = decideAbout(issues, {
      others: [provider()],
      observed: observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 1000 }),
      memory: appliedMemory(issues, { request: asked }),
      settings: { resync: 7200 },
    });
    expect(decision.requests).toEqual([]);
    expect(memory?.request).toBeUndefined();
  });
});

it('has its question closed for good where the consent was to a change', () => {
  const { decision, report } = decideAbout(issues, {
    others: [provider()],
    observed: observedAs(issues, 'UPDATE_PENDING_AUTH', { reasons: ['Waits.'] }),
    memory: appliedMemory(issues, { request: { ...asked, reason: 'update', closed: 'refused' } }),
  });
  expect(decision.next).toBe('settled');
  expect(report?.state).toBe('failed');
  expect(report?.reasons).toEqual(['Waits.', expect.stringContaining('said no')]);
});
