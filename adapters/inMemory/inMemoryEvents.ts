import { GateloopError } from '../../core/errors.ts';
import type { DetailType, Events, PublishedEvent } from '../../core/ports/events.ts';
import { CallScript } from './callScript.ts';

/** A bus in memory, for tests of steps: it keeps what was published, as its listeners would get it. */
export class InMemoryEvents implements Events {
  readonly script = new CallScript<Events>();
  readonly #published: PublishedEvent[] = [];
  #takes = Number.POSITIVE_INFINITY;

  /** The events that the bus took, oldest first: of one detail type, or of all. */
  published(detailType?: DetailType): readonly PublishedEvent[] {
    return this.#published.filter((event) => detailType === undefined || event.detailType === detailType);
  }

  /** Has the bus take only so many of the events of the next call, which then fails with `EventsNotAccepted`. */
  takeOnly(count: number): void {
    this.#takes = count;
  }

  publish(events: readonly PublishedEvent[]): Promise<void> {
    return this.script.run('publish', [events], () => {
      const taken = events.slice(0, this.#takes);
      this.#takes = Number.POSITIVE_INFINITY;
      // A detail travels as JSON: members that are undefined do not arrive.
      this.#published.push(...JSON.parse(JSON.stringify(taken)));
      if (taken.length === events.length) return;
      const message = `EventBridge took ${taken.length} of ${events.length} events: ThrottlingException.`;
      throw new GateloopError('EventsNotAccepted', message, { retryable: true });
    });
  }
}
