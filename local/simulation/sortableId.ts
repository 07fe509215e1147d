import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Gives keys that sort in the order in which they were given, across restarts too, and never repeat. */
export type SortableIdGenerator = () => string;

/** Time in milliseconds (11 hex digits last until the year 2527), a counter within it, and chance across restarts. */
export function createSortableIdGenerator(clock: Clock): SortableIdGenerator {
  let count = 0;
  return () => {
    count += 1;
    const time = clock.now().toString(16).padStart(11, '0');
    return `${time}${count.toString(16).padStart(8, '0')}${randomBytes(3).toString('hex')}`.toUpperCase();
  };
}
