import type { Activities } from './activity.ts';
import { type Clock, SimulatedClock } from './clock.ts';

const A_DAY_MS = 24 * 3_600_000;
/** Under a clock that runs by itself, something may change without any activity: look this often, in real time. */
const LOOK_AGAIN_MS = 50;

/**
 * Lets time pass until `condition` holds: a `SimulatedClock` is moved, any other is waited for.
 * @throws Error after `limitMs` simulated milliseconds
 */
export async function waitUntil(
  clock: Clock,
  activities: Activities,
  condition: () => boolean | Promise<boolean>,
  limitMs = A_DAY_MS,
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

function nextActivity(activities: Activities): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, LOOK_AGAIN_MS);
    const stopListening = activities.listen(finish);
    function finish() {
      clearTimeout(timer);
      stopListening();
      resolve();
    }
  });
}
