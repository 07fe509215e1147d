import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../simulation/clock.ts';
import { Store } from '../simulation/store.ts';
import { type Job, JobQueue } from './jobQueue.ts';

function open(store = new Store(':memory:'), clock = new SimulatedClock()) {
  const done: string[] = [];
  const errors: unknown[] = [];
  const agenda = new JobQueue(clock, store, store.table<Job>('agenda'), (error) => errors.push(error));
  agenda.handle(
    'note',
    ({ key }) =>
      () =>
        done.push(key),
  );
  agenda.handle('slow', async ({ key }) => {
    await new Promise((resolve) => setImmediate(resolve));
    return () => done.push(key);
  });
  agenda.handle('broken', () => {
    throw new Error('broken');
  });
  const note = (delay: number, key: string, type = 'note') =>
    agenda.schedule(delay, { type, key, ticket: '' });
  return { agenda, clock, store, done, errors, note };
}

describe('the agenda', () => {
  it('does jobs when they are due, in the order in which they were asked for', async () => {
    const { agenda, clock, done, note } = open();
    agenda.start();
    note(20, 'c');
    note(10, 'a');
    note(10, 'b');
    await clock.advance(9);
    expect(done).toEqual([]);
    await clock.advance(1);
    expect(done).toEqual(['a', 'b']);
    await clock.advance(10);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(agenda.pending()).toEqual([]);
  });

  it('does after a restart what was due meanwhile, and nothing twice', async () => {
    const first = open();
    first.note(10, 'a');
    const second = open(first.store, first.clock);
    await first.clock.advance(1000);
    second.agenda.start();
    await first.clock.advance(0);
    expect(second.done).toEqual(['a']);
    expect(second.agenda.pending()).toEqual([]);
  });

  it('waits for slow jobs when it closes, and starts none any more', async () => {
    const { agenda, clock, done, note } = open();
    agenda.start();
    note(0, 'slow', 'slow');
    await clock.advance(0);
    note(5, 'late');
    await agenda.close();
    await clock.advance(10);
    expect(done).toEqual(['slow']);
  });

  it('goes on after a job that breaks, and reports it', async () => {
    const { agenda, clock, done, errors, note } = open();
    agenda.start();
    note(1, 'x', 'broken');
    note(1, 'a');
    await clock.advance(1);
    expect(done).toEqual(['a']);
    expect(errors).toEqual([new Error('broken')]);
  });
});
