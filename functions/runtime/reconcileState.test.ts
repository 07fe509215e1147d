import { describe, expect, it } from 'vitest';
import { parseReconcileStateEvent } from './reconcileState.ts';

const state = { workspace: 'payments', leaseHolder: 'execution', iteration: 3, next: 'provision' };

describe('parseReconcileStateEvent', () => {
  it('returns the state that poll returned, with the time in ms since the epoch', () => {
    expect(parseReconcileStateEvent({ state, now: '2026-01-01T00:00:00Z' })).toEqual({
      state,
      now: Date.UTC(2026, 0, 1),
    });
  });

  it.each([
    ['no mapping', null],
    ['no state', { now: '2026-01-01T00:00:00Z' }],
    ['no workspace', { state: { ...state, workspace: '' }, now: '2026-01-01T00:00:00Z' }],
    ['no lease holder', { state: { workspace: 'payments' }, now: '2026-01-01T00:00:00Z' }],
    ['a name that is no workspace', { state: { ...state, workspace: '../a' }, now: '2026-01-01T00:00:00Z' }],
    ['no count of polls', { state: { ...state, iteration: '3' }, now: '2026-01-01T00:00:00Z' }],
    ['no time', { state }],
  ])('refuses an event with %s', (_, event) => {
    expect(() => parseReconcileStateEvent(event)).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', retryable: false }),
    );
  });
});
