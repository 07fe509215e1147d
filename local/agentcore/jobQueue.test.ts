import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../simulation/clock.ts';
import { Store } from '../simulation/store.ts';
import { type Job, JobQueue } from './jobQueue.ts';

function openQueue(store = new Store(':memory:'), clock = new SimulatedClock()) {
  const done: string[] = [];
  const errors: unknown[] = [];
  const queue = new JobQueue(clock, store, store.table<Job>('jobs'), (error) => errors.push(error));
  queue.registerHandler(
    'fast',
    ({ key }) =>
      () =>
        done.push(key),
  );
  queue.registerHandler('slow', async ({ key }) => {
    await new Promise((resolve) => setImmediate(resolve));
    return () => done.push(key);
  });
  queue.registerHandler('failing', () => {
    throw new Error('broken');
  });
  const schedule = (delay: number, key: string, type = 'fast') => queue.schedule(delay, { type, key });
  return { queue, clock, store, done, errors, schedule };
}

describe('JobQueue', () => {
  it('runs jobs when they are due, in the order in which they were scheduled', async () => {
    const { queue, clock, done, schedule } = openQueue();
    queue.start();
    schedule(20, 'c');
    schedule(10, 'a');
    schedule(10, 'b');
    await clock.advance(9);
    expect(done).toEqual([]);
    await clock.advance(1);
    expect(done).toEqual(['a', 'b']);
    await clock.advance(10);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(queue.pending()).toEqual([]);
  });

  it('runs overdue jobs after a restart, each one once', async () => {
    const first = openQueue();
    first.schedule(10, 'a');
    const second = openQueue(first.store, first.clock);
    await first.clock.advance(1000);
    second.queue.start();
    await first.clock.advance(0);
    expect(second.done).toEqual(['a']);
    expect(second.queue.pending()).toEqual([]);
  });

  it('waits for running jobs on close and starts no further ones', async () => {
    const { queue, clock, done, schedule } = openQueue();
    queue.start();
    schedule(0, 'slow', 'slow');
    await clock.advance(0);
    schedule(5, 'late');
    await queue.close();
    await clock.advance(10);
    expect(done).toEqual(['slow']);
  });

  it('reports a job that throws and runs the next one', async () => {
    const { queue, clock, done, errors, schedule } = openQueue();
    queue.start();
    schedule(1, 'x', 'failing');
    schedule(1, 'a');
    await clock.advance(1);
    expect(done).toEqual(['a']);
    expect(errors).toEqual([new Error('broken')]);
  });
});
