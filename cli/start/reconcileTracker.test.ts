import { describe, expect, it } from 'vitest';
import type { Activity } from '../../local/aws/activity.ts';
import type { Execution, ExecutionStatus } from '../../local/aws/stepFunctions/execution.ts';
import { ReconcileTracker } from './reconcileTracker.ts';

const execution = (name: string, status: ExecutionStatus, more: Partial<Execution> = {}): Activity => ({
  at: 0,
  kind: 'execution',
  execution: {
    arn: `arn:${name}`,
    machine: 'reconcile',
    name,
    status,
    input: { detail: { object: { key: 'workspaces/payments/manifest.yaml' } } },
    startedAt: 1000,
    events: 1,
    transitions: 1,
    redrives: 0,
    ...more,
  },
});
const state = (name: string, entered: string): Activity => ({
  at: 0,
  kind: 'state',
  machine: 'reconcile',
  execution: name,
  state: entered,
  phase: 'entered',
});

function passesAfter(...activities: Activity[]): ReconcileTracker {
  const passes = new ReconcileTracker();
  for (const activity of activities) passes.follow(activity);
  return passes;
}

describe('ReconcileTracker', () => {
  it('ReconcileTracker: counts a reconciliation from the start of its first execution', () => {
    const later = execution('two', 'RUNNING', { startedAt: 5000 });
    expect([...passesAfter(execution('one', 'RUNNING'), later).underWay]).toEqual([['payments', 1000]]);
  });

  it('ReconcileTracker: returns a reconciliation once, after the last execution of the workspace', () => {
    const passes = passesAfter(
      execution('one', 'RUNNING'),
      execution('two', 'RUNNING'),
      execution('one', 'SUCCEEDED'),
    );
    expect(passes.takeEnded()).toEqual([]);
    passes.follow(execution('two', 'FAILED'));
    expect(passes.takeEnded()).toEqual([{ workspace: 'payments', acted: false }]);
    expect(passes.takeEnded()).toEqual([]);
  });

  it.each(['Provision', 'Synchronize', 'OpenRequests', 'Wait'])(
    'ReconcileTracker: reports that a reconciliation acted in the state %s',
    (name) => {
      const passes = passesAfter(
        execution('one', 'RUNNING'),
        state('one', 'Poll'),
        state('one', name),
        execution('one', 'SUCCEEDED'),
      );
      expect(passes.takeEnded()).toEqual([{ workspace: 'payments', acted: true }]);
    },
  );

  it('ReconcileTracker: ignores other state machines, and executions without a workspace', () => {
    const other = execution('one', 'RUNNING', { machine: 'resync', input: { workspace: 'payments' } });
    const unnamed = execution('two', 'RUNNING', { input: { detail: {} } });
    const passes = passesAfter(other, unnamed, execution('two', 'FAILED', { input: { detail: {} } }));
    expect(passes.underWay.size).toBe(0);
    expect(passes.takeEnded()).toEqual([]);
  });
});
