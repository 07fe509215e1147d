import { type Clock, SimulatedClock } from '../simulation/clock.ts';
import type { BusEvent } from './eventBridge/busEvent.ts';
import type { DeliveryOutcome } from './eventBridge/deliveries.ts';
import type { InvocationActivity } from './lambda/functions.ts';
import type { ObjectActivity } from './s3/buckets.ts';
import type { OutboxMessage } from './sns/outbox.ts';
import type { Execution } from './stepFunctions/execution.ts';
import type { StateActivity } from './stepFunctions/executionRun.ts';

/** A change in the embedded AWS, for displays and for `waitUntil`. `at` is in simulated milliseconds. */
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

/** An activity without its time. */
export type NewActivity = Activity extends infer Each
  ? Each extends Activity
    ? Omit<Each, 'at'>
    : never
  : never;

export type ActivityListener = (activity: Activity) => void;

/** Reports activities to listeners. */
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
        // An error of a listener must not stop the service that reports, and must not be lost.
        setImmediate(() => {
          throw error;
        });
      }
    }
  }

  /** @returns the function that removes the listener */
  listen(listener: ActivityListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

const DAY_MS = 24 * 3_600_000;
/** With a clock in real time, a condition may change without an activity: check it this often, in real ms. */
const POLL_INTERVAL_MS = 50;

/**
 * Lets time pass until `condition` holds: advances a `SimulatedClock`, and waits for any other clock.
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
  // Work that was just started becomes visible in the next turn of the event loop.
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
