import { describe, expect, it } from 'vitest';
import { outcomeWith, problem, report } from '../outcome/testing/sampleOutcome.ts';
import { outcomeEvent } from './outcomeEvent.ts';

describe('outcomeEvent', () => {
  it('outcomeEvent: counts all states, and lists fifty resources that are not ready', () => {
    const resources = [
      report('ready'),
      ...Array.from({ length: 60 }, (_, index) => report('failed', `g${index}`)),
    ];
    const { detailType, detail } = outcomeEvent(outcomeWith({ outcome: 'failed', resources }), 0);
    expect(detailType).toBe('Reconcile Completed');
    expect(detail).toMatchObject({ states: { ready: 1, failed: 60 }, time: '1970-01-01T00:00:00.000Z' });
    expect(detail.notReady).toHaveLength(50);
    expect(detail.notReady).toContainEqual({ kind: 'gateway', name: 'g0', state: 'failed', reasons: [] });
    expect(outcomeEvent(outcomeWith({ outcome: 'refused' }), 0).detailType).toBe('Reconcile Refused');
  });

  it('outcomeEvent: shows each problem on one line, fifty at most', () => {
    const problems = Array.from({ length: 60 }, () => problem);
    const { detail } = outcomeEvent(outcomeWith({ outcome: 'refused', problems }), 0);
    expect(detail.problems).toEqual(Array(50).fill('manifest.yaml:3:1: error: a: No.'));
  });

  it('outcomeEvent: names workspace, revision and outcome', () => {
    expect(outcomeEvent(outcomeWith({ resources: [report('ready')] }), 0).detail).toEqual({
      workspace: 'payments',
      time: '1970-01-01T00:00:00.000Z',
      outcome: 'ready',
      revision: 'r1',
      states: { ready: 1 },
      notReady: [],
      problems: [],
    });
  });
});
