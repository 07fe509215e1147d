import type { Clock } from '../simulation/clock.ts';
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
