import { randomUUID } from 'node:crypto';
import type { NextTime } from '../../../core/cron.ts';
import type { JsonValue } from '../../../core/json.ts';
import type { Clock, Timer } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { scheduleArn } from '../account.ts';
import type { Deliveries } from '../eventBridge/deliveries.ts';
import { fillTemplate, type Target } from '../eventBridge/target.ts';
import { parseScheduleExpression } from './scheduleExpression.ts';

export interface Schedule {
  readonly name: string;
  /** `rate(…)`, `cron(…)` or `at(…)`, in UTC. A rate starts one interval after the schedule was created. */
  readonly expression: string;
  /** Its input may hold `<aws.scheduler.scheduled-time>`, `…schedule-arn`, `…execution-id`, `…attempt-number`. */
  readonly target: Target;
}

interface DueRecord {
  readonly expression: string;
  /** Absent when it is never due again. */
  readonly dueAt?: number;
}

/** Delivers to targets at their due times. The next due time is on disk: a restart neither skips nor repeats one. */
export class Schedules {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #due: Table<DueRecord>;
  readonly #schedules: readonly (Schedule & { readonly next: NextTime })[];
  readonly #onDue: (name: string) => void;
  readonly #timers = new Map<string, Timer>();

  /** @throws AwsError `ValidationException` when an expression is not one */
  constructor({
    store,
    clock,
    deliveries,
    schedules,
    onDue = () => {},
  }: {
    store: Store;
    clock: Clock;
    deliveries: Deliveries;
    schedules: readonly Schedule[];
    onDue?: (name: string) => void;
  }) {
    this.#store = store;
    this.#clock = clock;
    this.#deliveries = deliveries;
    this.#due = store.table('schedules/due');
    this.#schedules = schedules.map((schedule) => ({
      ...schedule,
      next: parseScheduleExpression(schedule.expression),
    }));
    this.#onDue = onDue;
  }

  /** Starts the schedules. A schedule that was due while the system was down is delivered once. */
  start(): void {
    for (const schedule of this.#schedules) {
      const { name, expression, next } = schedule;
      const known = this.#due.get(name);
      if (known?.expression !== expression) this.#saveNextDue(name, expression, next(this.#clock.now()));
      this.#arm(schedule);
    }
  }

  /** The schedules with their next due times, in simulated milliseconds since the epoch. */
  list(): readonly { name: string; expression: string; dueAt: number | undefined }[] {
    return this.#schedules.map(({ name, expression }) => ({
      name,
      expression,
      dueAt: this.#due.get(name)?.dueAt,
    }));
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #arm(schedule: Schedule & { readonly next: NextTime }): void {
    const dueAt = this.#due.get(schedule.name)?.dueAt;
    if (dueAt === undefined) return;
    const wait = dueAt - this.#clock.now();
    this.#timers.set(
      schedule.name,
      this.#clock.after(wait, () => this.#fire(schedule, dueAt)),
    );
  }

  #fire(schedule: Schedule & { readonly next: NextTime }, dueAt: number): void {
    const { name, expression, target, next } = schedule;
    this.#store.transaction(() => {
      this.#deliveries.enqueue({
        // The id is the same for the same due time, so that a state machine starts one execution.
        id: `${name.slice(0, 60)}-${dueAt}`,
        origin: `schedule ${name}`,
        target,
        input: scheduledInput(schedule, dueAt),
      });
      this.#saveNextDue(name, expression, this.#nextAfter(next, dueAt));
    });
    this.#deliveries.wake();
    this.#onDue(name);
    this.#arm(schedule);
  }

  /** Keeps the interval of a rate, and skips due times that passed while the system was down. */
  #nextAfter(next: NextTime, dueAt: number): number | undefined {
    const following = next(dueAt);
    return following !== undefined && following <= this.#clock.now() ? next(this.#clock.now()) : following;
  }

  #saveNextDue(name: string, expression: string, dueAt: number | undefined): void {
    this.#due.put(name, { expression, ...(dueAt === undefined ? {} : { dueAt }) });
  }
}

function scheduledInput({ name, target }: Schedule, dueAt: number): JsonValue {
  return JSON.parse(
    fillTemplate(JSON.stringify(target.input ?? {}), {
      'aws.scheduler.schedule-arn': scheduleArn(name),
      'aws.scheduler.scheduled-time': new Date(dueAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      'aws.scheduler.execution-id': randomUUID(),
      'aws.scheduler.attempt-number': '1',
    }),
  );
}
