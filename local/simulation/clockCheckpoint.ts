import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** Real milliseconds between two saves. */
const SAVE_INTERVAL_MS = 500;

export interface ClockCheckpoint {
  /** A time that no earlier process has passed, in simulated ms since the epoch; undefined at the first start. */
  readonly savedTime: number | undefined;
  /** Saves the clock's time from now on, twice a second of real time. Returns the function that stops it. */
  startSaving(clock: Clock): () => void;
}

/** Saves simulated time in the store, so that it never runs backwards from one start to the next. */
export function clockCheckpoint(store: Store): ClockCheckpoint {
  const table = store.table<number>('clock');
  return {
    savedTime: table.get('seen'),
    startSaving: (clock) => {
      let previous = clock.now();
      const save = () => {
        const now = clock.now();
        // A kill comes before the next save; twice the last step covers the time until then at any speed.
        table.put('seen', now + 2 * (now - previous));
        previous = now;
      };
      save();
      const timer = setInterval(save, SAVE_INTERVAL_MS);
      timer.unref();
      return () => {
        clearInterval(timer);
        table.put('seen', clock.now());
      };
    },
  };
}
