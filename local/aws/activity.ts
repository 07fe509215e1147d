import { type Clock, SimulatedClock } from '../simulation/clock.ts';
import type { BusEvent } from './eventBridge/busEvent.ts';
import type { DeliveryOutcome } from './eventBridge/deliveries.ts';
import type { InvocationActivity } from './lambda/functions.ts';
import type { ObjectActivity } from './s3/buckets.ts';
import type { OutboxMessage } from './sns/outbox.ts';
import type { Execution } from './stepFunctions/execution.ts';
import type { StateActivity } from './stepFunctions/executionRun.ts';

/** Something that moved in the embedded AWS, for displays and for waiting. `at` is in simulated milliseconds. */
export type Activity = { readonly at: number } & (
  | ({ readonly kind: 'object' } & ObjectActivity)
  | { readonly kind: 'event'; readonly event: BusEvent }
  | ({ readonly kind: 'delivery' } & DeliveryOutcome)
  | ({ readonly kind: 'invocation' } & InvocationActivity)
  | ({ readonly kind: 'state' } & StateActivity)
  | { readonly kind: 'execution'; readonly execution: Execution }
  | { readonly kind: 'message'; readonly message: OutboxMessage }
  | { readonly kind: 'schedule'; readonly name: string }
);

/** An activity before its time is noted. */
export type NewActivity = Activity extends infer Each
  ? Each extends Activity
    ? Omit<Each, 'at'>
    : never
  : never;

export type ActivityListener = (activity: Activity) => void;

/** Tells listeners what moves. */
export class ActivityFeed {
  readonly #clock: Clock;
  readonly #listeners = new Set<ActivityListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  report(activity: NewActivity): void {
    const timestamped: Activity = { at: this.#clock.now(), ...activity };
    for (const listener of this.#listeners) {
      try {
        listener(timestamped);
      } catch (error) {
        // A display that is broken must not break what it shows; nor must its error be lost.
        setImmediate(() => {
          throw error;
        });
      }
    }
  }

  /** @returns what ends the listening */
  listen(listener: ActivityListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

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
