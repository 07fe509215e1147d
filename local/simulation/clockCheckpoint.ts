import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** Real milliseconds between two notes. */
const SAVE_INTERVAL_MS = 500;

/** Remembers how far time has come, so that it never runs backwards from one start to the next. */
export function clockCheckpoint(store: Store): {
  readonly last: number | undefined;
  /** Notes the time from now on. Returns what ends that. */
  watch(clock: Clock): () => void;
} {
  const table = store.table<number>('clock');
  return {
    last: table.get('seen'),
    watch: (clock) => {
      let previous = clock.now();
      const save = () => {
        const now = clock.now();
        // A kill comes before the next note; twice the last step covers the time until then at any speed.
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
