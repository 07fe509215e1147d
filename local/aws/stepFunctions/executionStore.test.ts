import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import type { Execution } from './execution.ts';
import { ExecutionStore } from './executionStore.ts';

const DAY = 24 * 3_600_000;

function startStore(maxEnded?: number) {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 1));
  const store = new Store(':memory:');
  const executions = new ExecutionStore(store, clock, maxEnded);
  const run = (name: string): Execution =>
    executions.save(
      {
        arn: name,
        machine: 'reconcile',
        name,
        status: 'RUNNING',
        input: {},
        startedAt: clock.now(),
        events: 0,
        transitions: 0,
        redrives: 0,
      },
      [{ type: 'ExecutionStarted' }],
    );
  const end = (execution: Execution): Execution =>
    executions.save({ ...execution, status: 'FAILED', stoppedAt: clock.now() }, [
      { type: 'ExecutionFailed' },
    ]);
  return { clock, store, executions, run, end };
}

describe('ExecutionStore', () => {
  it('ExecutionStore: forgets an execution 90 days after its end, with its history, while others run', async () => {
    const { clock, executions, run, end } = startStore();
    const running = run('running');
    end(run('old'));
    await clock.advance(89 * DAY);
    end(run('recent'));
    expect(executions.get('old')).toBeDefined();
    await clock.advance(DAY);
    end(run('new'));
    expect(executions.list().map(({ name }) => name)).toEqual(['new', 'recent', 'running']);
    expect(executions.history('old')).toEqual([]);
    expect(executions.history('recent')).toHaveLength(2);
    expect(executions.running()).toEqual([running]);
  });

  it('ExecutionStore: keeps a redriven execution however long ago it failed', async () => {
    const { clock, executions, run, end } = startStore();
    const failed = end(run('redriven'));
    await clock.advance(89 * DAY);
    const { stoppedAt: _, ...rest } = failed;
    executions.save({ ...rest, status: 'RUNNING', redrives: 1 }, [{ type: 'ExecutionRedriven' }]);
    await clock.advance(2 * DAY);
    end(run('other'));
    expect(executions.get('redriven')).toMatchObject({ status: 'RUNNING' });
  });

  it('ExecutionStore: keeps the newest of more executions than one machine has room for', async () => {
    const { clock, executions, run, end } = startStore(10);
    for (let count = 0; count < 30; count += 1) {
      end(run(String(count)));
      await clock.advance(1);
    }
    expect(executions.list()).toHaveLength(10);
    expect(executions.get('19')).toBeUndefined();
    expect(executions.get('20')).toBeDefined();
  });

  it('ExecutionStore: collects what an earlier version has left without the times of its ends', async () => {
    const { clock, store, executions, run, end } = startStore();
    end(run('old'));
    await clock.advance(DAY);
    end(run('newer'));
    store.table('states/ended').clear();
    await clock.advance(89 * DAY);
    executions.collectAll();
    expect(executions.list().map(({ name }) => name)).toEqual(['newer']);
    await clock.advance(DAY);
    end(run('last'));
    expect(executions.list().map(({ name }) => name)).toEqual(['last']);
  });
});
