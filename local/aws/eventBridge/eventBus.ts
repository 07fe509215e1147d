import { randomUUID } from 'node:crypto';
import type { Clock } from '../../simulation/clock.ts';
import { createSortableIdGenerator, type SortableIdGenerator } from '../../simulation/sortableId.ts';
import type { Store } from '../../simulation/store.ts';
import type { Table } from '../../simulation/table.ts';
import { ACCOUNT, REGION } from '../account.ts';
import type { BusEvent, EventEntry } from './busEvent.ts';
import type { Deliveries } from './deliveries.ts';
import { compilePattern, type Matcher } from './eventPattern.ts';
import { type Rule, targetInput } from './target.ts';

/** The archive keeps this many events at least; it is trimmed when it holds 50 % more. */
const MIN_ARCHIVED_EVENTS = 1_000;

/** The event buses of EventBridge, which differ by name only: rules match events by pattern and send them to targets. */
export class EventBus {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #deliveries: Deliveries;
  readonly #rules: readonly (Rule & { readonly matches: Matcher })[];
  readonly #archive: Table<BusEvent>;
  readonly #nextId: SortableIdGenerator;
  readonly #onEvent: (event: BusEvent) => void;
  #archivedCount: number;

  /** @throws AwsError `InvalidEventPatternException` when a rule's pattern is invalid */
  constructor({
    store,
    clock,
    deliveries,
    rules,
    onEvent = () => {},
  }: {
    store: Store;
    clock: Clock;
    deliveries: Deliveries;
    rules: readonly Rule[];
    onEvent?: (event: BusEvent) => void;
  }) {
    this.#clock = clock;
    this.#store = store;
    this.#deliveries = deliveries;
    this.#rules = rules.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern) }));
    this.#archive = store.table('events/archive');
    this.#nextId = createSortableIdGenerator(clock);
    this.#onEvent = onEvent;
    this.#archivedCount = this.#archive.count();
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Publishes an event. It is on disk, with its deliveries, when this returns. */
  publish(entry: EventEntry): BusEvent {
    const event = this.#store.transaction(() => this.record(entry));
    this.wake(event);
    return event;
  }

  /** Records an event within the caller's transaction of the store. The caller must `wake` the bus afterwards. */
  record(entry: EventEntry): BusEvent {
    const { bus = 'default', source, detailType, detail, resources = [], at = this.#clock.now() } = entry;
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: ACCOUNT,
      time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources,
      detail,
    };
    this.#archive.put(this.#nextId(), event);
    this.#archivedCount += 1;
    if (this.#archivedCount > MIN_ARCHIVED_EVENTS * 1.5) this.#trim();
    for (const rule of this.#rules) {
      if ((rule.bus ?? bus) === bus && rule.matches(event)) this.#enqueue(rule, event);
    }
    return event;
  }

  wake(event: BusEvent): void {
    this.#onEvent(event);
    this.#deliveries.wake();
  }

  /** The latest events, oldest first. */
  archive(limit = MIN_ARCHIVED_EVENTS): readonly BusEvent[] {
    return this.#archive
      .list()
      .slice(-limit)
      .map(([, event]) => event);
  }

  #enqueue(rule: Rule, event: BusEvent): void {
    rule.targets.forEach((target, index) => {
      this.#deliveries.enqueue({
        id: `${event.id}-${index}-${rule.name}`.slice(0, 80),
        origin: `rule ${rule.name}`,
        target,
        input: targetInput(target, event, rule.name),
      });
    });
  }

  #trim(): void {
    for (const [key] of this.#archive.list({ limit: this.#archivedCount - MIN_ARCHIVED_EVENTS }))
      this.#archive.delete(key);
    this.#archivedCount = this.#archive.count();
  }
}
