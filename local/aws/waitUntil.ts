import { type Clock, SimulatedClock } from '../simulation/clock.ts';
import type { ActivityFeed } from './activity.ts';

const DAY_MS = 24 * 3_600_000;
/** Under a clock that runs by itself, something may change without any activity: look this often, in real time. */
const POLL_INTERVAL_MS = 50;

/**
 * Lets time pass until `condition` holds: a `SimulatedClock` is moved, any other is waited for.
 * @throws Error after `limitMs` simulated milliseconds
 */
export async function waitUntil(
  clock: Clock,
  activities: ActivityFeed,
  condition: () => boolean | Promise<boolean>,
  limitMs = DAY_MS,
): Promise<void> {
  if (clock instanceof SimulatedClock) return clock.until(condition, limitMs);
  const limit = clock.now() + limitMs;
  // What has just been set off shows itself a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  while (!(await condition())) {
    if (clock.now() > limit) throw new Error(`the condition does not hold after ${limitMs} simulated ms`);
    await nextActivity(activities);
  }
}

function nextActivity(activities: ActivityFeed): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, POLL_INTERVAL_MS);
    const stopListening = activities.listen(finish);
    function finish() {
      clearTimeout(timer);
      stopListening();
      resolve();
    }
  });
}
