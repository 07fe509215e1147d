/** A pending call on a clock. */
export interface Timer {
  cancel(): void;
}

/**
 * The time of the embedded AWS. Everything in `local/` uses only this clock, so that a day of schedules,
 * latencies and link lifetimes can pass in minutes (`ScaledClock`) or at once (`SimulatedClock`).
 */
export interface Clock {
  /** Milliseconds since the epoch, in simulated time. */
  now(): number;
  /** Calls `action` once, `ms` simulated milliseconds from now. */
  after(ms: number, action: () => void): Timer;
  /**
   * Marks the start of real work (a request, an invocation). A `SimulatedClock` does not advance during work.
   * Returns the function that marks its end; a second call has no effect.
   */
  busy(): () => void;
}

/** Resolves `ms` simulated milliseconds from now; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Runs `work` while holding the clock busy. */
export async function whileBusy<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const done = clock.busy();
  try {
    return await work();
  } finally {
    done();
  }
}

/** Lets simulated time pass in the middle of work. */
export type Pause = (ms: number) => Promise<void>;

/** Runs `work` as `whileBusy` does. The clock is not busy while the work pauses. Work that has ended never resumes. */
export async function whileBusyWithPauses<T>(clock: Clock, work: (pause: Pause) => Promise<T>): Promise<T> {
  let done = clock.busy();
  let hasEnded = false;
  const pause: Pause = (ms) =>
    new Promise((resolve) => {
      done();
      clock.after(ms, () => {
        if (hasEnded) return;
        // Before anything else happens at this time: a `SimulatedClock` must not advance again.
        done = clock.busy();
        resolve();
      });
    });
  try {
    return await work(pause);
  } finally {
    hasEnded = true;
    done();
  }
}

/** Longest delay that `setTimeout` takes (2^31 − 1 ms); beyond it, Node fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Real time, run faster: `speed` simulated seconds pass in one real second. */
export class ScaledClock implements Clock {
  readonly #speed: number;
  readonly #origin: number;
  readonly #startedAt = performance.now();

  /** @param origin simulated time at construction, in ms since the epoch; never earlier than a time seen before */
  constructor(speed: number, origin: number) {
    this.#speed = speed;
    this.#origin = origin;
  }

  now(): number {
    return Math.floor(this.#origin + (performance.now() - this.#startedAt) * this.#speed);
  }

  after(ms: number, action: () => void): Timer {
    const due = this.now() + ms;
    let handle: NodeJS.Timeout;
    const arm = () => {
      const remaining = Math.max(0, (due - this.now()) / this.#speed);
      handle = remaining > MAX_TIMEOUT_MS ? setTimeout(arm, MAX_TIMEOUT_MS) : setTimeout(action, remaining);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }

  busy(): () => void {
    return () => {};
  }
}

interface PendingTimer {
  readonly due: number;
  readonly order: number;
  readonly action: () => void;
}

/**
 * Simulated time that stands still during work and otherwise jumps to the next timer, so that tests and benchmarks
 * never sleep. Timers of the same time fire in the order in which they were set.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #order = 0;
  #busyCount = 0;
  #advancing = false;
  /** Callbacks for the end of all work. */
  readonly #idleWaiters: (() => void)[] = [];
  readonly #pending = new Set<PendingTimer>();

  constructor(origin = Date.UTC(2026, 0, 1)) {
    this.#now = origin;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): Timer {
    const entry = { due: this.#now + Math.max(0, ms), order: this.#order++, action };
    this.#pending.add(entry);
    return { cancel: () => this.#pending.delete(entry) };
  }

  busy(): () => void {
    this.#busyCount += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#busyCount -= 1;
      if (this.#busyCount > 0) return;
      for (const resume of this.#idleWaiters.splice(0)) resume();
    };
  }

  /**
   * Lets time pass until `condition` holds.
   * @throws Error when `limitMs` simulated milliseconds have passed, or no timer is left
   */
  async until(condition: () => boolean | Promise<boolean>, limitMs = 24 * 3_600_000): Promise<void> {
    const limit = this.#now + limitMs;
    await this.#run(async () => {
      if (await condition()) return true;
      const next = this.#next();
      if (!next) throw new Error('nothing is left to happen and the condition does not hold');
      if (next.due > limit) throw new Error(`the condition does not hold after ${limitMs} simulated ms`);
      return false;
    });
  }

  /** Lets `ms` simulated milliseconds pass, firing everything that falls due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#run(async () => {
      const next = this.#next();
      return !next || next.due > end;
    });
    this.#now = end;
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const entry of this.#pending) {
      if (!first || entry.due < first.due || (entry.due === first.due && entry.order < first.order))
        first = entry;
    }
    return first;
  }

  async #run(isDone: () => Promise<boolean>): Promise<void> {
    if (this.#advancing) throw new Error('time is already being advanced; await the other call first');
    this.#advancing = true;
    try {
      for (;;) {
        await this.#untilIdle();
        if (await isDone()) return;
        const next = this.#next();
        if (!next) return;
        this.#pending.delete(next);
        this.#now = next.due;
        next.action();
      }
    } finally {
      this.#advancing = false;
    }
  }

  /** Waits until no work is in progress and the continuations of finished work have run. */
  async #untilIdle(): Promise<void> {
    let idleTicks = 0;
    while (idleTicks < 3) {
      // Other threads do the work, and polling would take processor time from them.
      if (this.#busyCount > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      idleTicks = this.#busyCount === 0 ? idleTicks + 1 : 0;
    }
  }
}
