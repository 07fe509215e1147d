import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Generates unique ids that sort in the order of their generation, also across restarts. */
export type SortableIdGenerator = () => string;

/** Milliseconds (11 hex digits last until 2527), a counter, and random bytes against repetition after a restart. */
export function createSortableIdGenerator(clock: Clock): SortableIdGenerator {
  let count = 0;
  return () => {
    count += 1;
    const time = clock.now().toString(16).padStart(11, '0');
    return `${time}${count.toString(16).padStart(8, '0')}${randomBytes(3).toString('hex')}`.toUpperCase();
  };
}
