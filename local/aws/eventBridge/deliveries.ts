import { GateloopError } from '../../../core/errors.ts';
import type { JsonValue } from '../../../core/json.ts';
import { type Clock, type Timer, whileBusy } from '../../simulation/clock.ts';
import { createSortableIdGenerator, type SortableIdGenerator } from '../../simulation/sortableId.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import type { Target } from './target.ts';

/** An event or a schedule's input on its way to a target. */
export interface Delivery {
  /** The same at every attempt, so that targets recognize repetitions. Valid as an execution's name: at most 80 chars. */
  readonly id: string;
  /** The source, such as `rule uploads` or `schedule drift`. */
  readonly origin: string;
  readonly target: Target;
  readonly input: JsonValue;
  readonly since: number;
  readonly attempts: number;
  readonly dueAt: number;
  readonly lastError?: string;
}

export type NewDelivery = Pick<Delivery, 'id' | 'origin' | 'target' | 'input'>;

/** Delivers to a target. A throw is a failed attempt; an error with `retryable: false` is the last. */
export type Deliver = (delivery: Delivery) => Promise<void>;
export type DeliveryTargets = Readonly<Record<Target['kind'], Deliver>>;

export interface DeliveryOutcome {
  readonly delivery: Delivery;
  readonly outcome: 'delivered' | 'failed' | 'given up';
}

/**
 * The retry policy of each kind of target: EventBridge makes up to 185 attempts within 24 hours with exponential
 * backoff; Lambda retries a failed asynchronous invocation twice, after one minute and after two.
 */
const RETRIES: Readonly<
  Record<Target['kind'], { readonly attempts: number; readonly firstPauseMs: number }>
> = {
  stateMachine: { attempts: 185, firstPauseMs: 1_000 },
  outbox: { attempts: 185, firstPauseMs: 1_000 },
  function: { attempts: 3, firstPauseMs: 60_000 },
  log: { attempts: 1, firstPauseMs: 0 },
};
const MAX_DELIVERY_MS = 24 * 3_600_000;
/** 24 hours divided by 185 attempts. */
const MAX_PAUSE_MS = 467_000;

/** A durable queue: each delivery reaches its target at least once, or becomes a dead letter. */
export class Deliveries {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #targets: DeliveryTargets;
  readonly #onOutcome: (outcome: DeliveryOutcome) => void;
  readonly #queue: Table<Delivery>;
  readonly #deadLetters: Table<Delivery>;
  readonly #nextId: SortableIdGenerator;
  readonly #timers = new Map<string, Timer>();
  readonly #inFlight = new Map<string, Promise<void>>();
  #closed = false;

  constructor({
    store,
    clock,
    targets,
    onOutcome = () => {},
  }: {
    store: Store;
    clock: Clock;
    targets: DeliveryTargets;
    onOutcome?: (outcome: DeliveryOutcome) => void;
  }) {
    this.#store = store;
    this.#clock = clock;
    this.#targets = targets;
    this.#onOutcome = onOutcome;
    this.#queue = store.table('events/deliveries');
    this.#deadLetters = store.table('events/deadLetters');
    this.#nextId = createSortableIdGenerator(clock);
  }

  /** Resumes the deliveries that an earlier process left in the queue. */
  start(): void {
    this.wake();
  }

  /** Enqueues and starts a delivery. It is on disk when this returns. */
  accept(delivery: NewDelivery): void {
    this.enqueue(delivery);
    this.wake();
  }

  /** Enqueues a delivery within the caller's transaction of the store. The caller must `wake` the queue afterwards. */
  enqueue({ id, origin, target, input }: NewDelivery): void {
    const now = this.#clock.now();
    this.#queue.put(this.#nextId(), { id, origin, target, input, since: now, attempts: 0, dueAt: now });
  }

  /** Starts every delivery in the queue that has not started. */
  wake(): void {
    if (this.#closed) return;
    for (const [key, delivery] of this.#queue.list()) {
      if (!this.#timers.has(key) && !this.#inFlight.has(key)) this.#scheduleAttempt(key, delivery);
    }
  }

  get pending(): number {
    return this.#queue.count();
  }

  deadLetters(): readonly Delivery[] {
    return this.#deadLetters.list().map(([, delivery]) => delivery);
  }

  /** Starts no more attempts and waits for those in flight. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await Promise.all(this.#inFlight.values());
  }

  #scheduleAttempt(key: string, delivery: Delivery): void {
    const wait = delivery.dueAt - this.#clock.now();
    const begin = () => {
      this.#timers.delete(key);
      if (this.#closed) return;
      const work = () => this.#attempt(key, delivery);
      // An invocation keeps the clock busy by itself, but not while the function sleeps.
      const attempt = delivery.target.kind === 'function' ? work() : whileBusy(this.#clock, work);
      this.#inFlight.set(key, attempt);
    };
    if (wait <= 0) begin();
    else this.#timers.set(key, this.#clock.after(wait, begin));
  }

  async #attempt(key: string, delivery: Delivery): Promise<void> {
    try {
      await this.#targets[delivery.target.kind](delivery);
      if (this.#closed) return;
      this.#queue.delete(key);
      this.#onOutcome({ delivery, outcome: 'delivered' });
    } catch (error) {
      // An attempt that fails while the system stops does not count: the next start repeats it.
      if (!this.#closed) this.#failed(key, delivery, error);
    } finally {
      this.#inFlight.delete(key);
    }
  }

  #failed(key: string, delivery: Delivery, error: unknown): void {
    const now = this.#clock.now();
    const attempts = delivery.attempts + 1;
    const retries = RETRIES[delivery.target.kind];
    const pause = Math.min(retries.firstPauseMs * 2 ** delivery.attempts, MAX_PAUSE_MS);
    const lastError = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const failed: Delivery = { ...delivery, attempts, dueAt: now + pause, lastError };
    const isPermanent = error instanceof GateloopError && !error.retryable;
    if (isPermanent || attempts >= retries.attempts || now - delivery.since >= MAX_DELIVERY_MS) {
      this.#store.transaction(() => {
        this.#queue.delete(key);
        this.#deadLetters.put(key, failed);
      });
      this.#onOutcome({ delivery: failed, outcome: 'given up' });
      return;
    }
    this.#queue.put(key, failed);
    this.#onOutcome({ delivery: failed, outcome: 'failed' });
    this.#scheduleAttempt(key, failed);
  }
}
