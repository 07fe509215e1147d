import { GateloopError } from '../../core/errors.ts';
import type { DetailType, Events, PublishedEvent } from '../../core/ports/events.ts';
import { CallScript } from './callScript.ts';

/** An event bus in memory, for tests of steps. It stores the events as targets of its rules would receive them. */
export class InMemoryEvents implements Events {
  readonly script = new CallScript<Events>();
  readonly #published: PublishedEvent[] = [];
  #acceptLimit = Number.POSITIVE_INFINITY;

  /** @returns the accepted events of one detail type, or of all, oldest first */
  published(detailType?: DetailType): readonly PublishedEvent[] {
    return this.#published.filter((event) => detailType === undefined || event.detailType === detailType);
  }

  /** Makes the bus accept only the first `count` events of the next call, which throws `EventsNotAccepted`. */
  acceptOnly(count: number): void {
    this.#acceptLimit = count;
  }

  publish(events: readonly PublishedEvent[]): Promise<void> {
    return this.script.run('publish', [events], () => {
      const accepted = events.slice(0, this.#acceptLimit);
      this.#acceptLimit = Number.POSITIVE_INFINITY;
      // The bus transmits a detail as JSON, which drops undefined members.
      this.#published.push(...JSON.parse(JSON.stringify(accepted)));
      if (accepted.length === events.length) return;
      const message = `EventBridge accepted ${accepted.length} of ${events.length} events: ThrottlingException.`;
      throw new GateloopError('EventsNotAccepted', message, { retryable: true });
    });
  }
}
