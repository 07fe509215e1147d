import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InMemoryExecutionStarter } from '../adapters/inMemory/inMemoryExecutionStarter.ts';
import { InMemoryLedger } from '../adapters/inMemory/inMemoryLedger.ts';
import { startReconciliation } from './startReconciliation.ts';

const WORKSPACE = 'payments';
const START = Date.UTC(2026, 0, 1);
const LEASE_MS = 300_000;
/** Lambda repeats a failed event after one minute. */
const RETRY_MS = 60_001;

/** What becomes of one call: its effect may be missing, and so may its answer. */
type CallFault = 'none' | 'throttled' | 'answerLost';

/**
 * Uploads, the events about them and the executions that these start, in any order of their calls. `faults` strike the
 * calls of the events in turn; a failed event is handled again a minute later.
 */
class World {
  readonly ledger = new InMemoryLedger();
  readonly starter = new InMemoryExecutionStarter();
  readonly #runs: Promise<void>[] = [];
  readonly #running = new Set<string>();
  #faults: readonly CallFault[];
  #now = START;
  #ids = 0;
  /** How many uploads there were, and how many of them a poll that held the lease to its end has read. */
  uploaded = 0;
  read = 0;

  readonly scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler, faults: readonly CallFault[]) {
    this.scheduler = scheduler;
    this.#faults = faults;
  }

  async upload(): Promise<void> {
    this.uploaded += 1;
    while (true) {
      try {
        await startReconciliation(WORKSPACE, 'upload', this.#now, {
          ledger: {
            reserveStart: (request) => this.#call(() => this.ledger.reserveStart(request)),
            confirmStart: (...of) => this.#call(() => this.ledger.confirmStart(...of)),
            cancelStart: (...of) => this.#call(() => this.ledger.cancelStart(...of)),
          },
          starter: {
            startReconcile: (name, input) =>
              this.#call(async () => {
                const result = await this.starter.startReconcile(name, input);
                if (result === 'started' && !this.#running.has(name)) this.#runs.push(this.#execute(name));
                return result;
              }),
          },
          newId: () => {
            this.#ids += 1;
            return `execution-${this.#ids}`;
          },
        });
        return;
      } catch {
        this.#now += RETRY_MS;
      }
    }
  }

  async settle(): Promise<void> {
    for (let done = 0; done < this.#runs.length; done += 1) await this.#runs[done];
  }

  async #call<Result>(effect: () => Promise<Result>): Promise<Result> {
    await this.scheduler.schedule(Promise.resolve());
    const [fault = 'none', ...rest] = this.#faults;
    this.#faults = rest;
    if (fault === 'throttled') throw new Error('throttled');
    const result = await effect();
    await this.scheduler.schedule(Promise.resolve());
    if (fault === 'answerLost') throw new Error('no answer');
    return result;
  }

  /** What the workflow does with the lease. */
  async #execute(holder: string): Promise<void> {
    this.#running.add(holder);
    const step = () => this.scheduler.schedule(Promise.resolve());
    while (true) {
      await step();
      const lease = { workspace: WORKSPACE, holder, now: this.#now, duration: LEASE_MS };
      const taken = await this.ledger.takeLease(lease);
      if (taken.kind === 'held-elsewhere') break;
      const seen = this.uploaded;
      await step();
      if (!(await this.ledger.holdsLease(WORKSPACE, holder))) break;
      this.read = Math.max(this.read, seen);
      if (taken.mark !== undefined) await this.ledger.clearMark(WORKSPACE, holder, taken.mark);
      await step();
      if (!(await this.ledger.releaseLease(WORKSPACE, holder)).dirty) break;
    }
    this.starter.end(holder);
  }
}

const faults = fc.array(fc.constantFrom<CallFault>('none', 'none', 'throttled', 'answerLost'), {
  maxLength: 12,
});

describe('startReconciliation', () => {
  it('startReconciliation: every upload is read by a poll that began after it, whatever fails and in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 6 }),
        faults,
        async (scheduler, count, struck) => {
          const world = new World(scheduler, struck);
          const events = Array.from({ length: count }, async () => {
            await scheduler.schedule(Promise.resolve());
            await world.upload();
          });
          const all = Promise.all(events).then(() => world.settle());
          await scheduler.waitFor(all);
          expect([world.read, world.uploaded]).toEqual([count, count]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('startReconciliation: 500 events at once start one execution', async () => {
    const ledger = new InMemoryLedger();
    const starter = new InMemoryExecutionStarter();
    let ids = 0;
    const newId = () => {
      ids += 1;
      return `execution-${ids}`;
    };
    const event = () => startReconciliation(WORKSPACE, 'upload', START, { ledger, starter, newId });
    await Promise.all(Array.from({ length: 500 }, event));
    expect(await event()).toBe('joined');
    expect(starter.started()).toHaveLength(1);
  });

  it('startReconciliation: the repetition of an event that ended before the start uses the name in the ledger', async () => {
    const ledger = new InMemoryLedger();
    const starter = new InMemoryExecutionStarter();
    starter.script.failNextAfterEffect('startReconcile', new Error('no answer'));
    const ports = (id: string) => ({ ledger, starter, newId: () => id });
    await expect(startReconciliation(WORKSPACE, 'upload', START, ports('one'))).rejects.toThrow('no answer');
    expect(await startReconciliation(WORKSPACE, 'upload', START, ports('two'))).toBe('start');
    expect(starter.started().map(({ name }) => name)).toEqual(['upload-one']);
  });

  it('startReconciliation: starts another execution where the reserved one ended without the lease', async () => {
    const ledger = new InMemoryLedger();
    const starter = new InMemoryExecutionStarter();
    await ledger.reserveStart({ workspace: WORKSPACE, execution: 'one', now: START, duration: 60_000 });
    await starter.startReconcile('one', { workspace: WORKSPACE });
    starter.end('one');
    const ports = { ledger, starter, newId: () => 'two' };
    expect(await startReconciliation(WORKSPACE, 'upload', START, ports)).toBe('start');
    expect(starter.started().map(({ name }) => name)).toEqual(['one', 'upload-two']);
  });
});
