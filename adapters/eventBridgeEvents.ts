import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GateloopError } from '../core/errors.ts';
import type { Events, PublishedEvent } from '../core/ports/events.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** The maximum of PutEvents. */
const ENTRIES_PER_CALL = 10;

/** The `source` of every event that Gateloop publishes. */
export const EVENT_SOURCE = 'gateloop';

/** Publishes events on an EventBridge bus. */
export class EventBridgeEvents implements Events {
  readonly #bus: string;
  readonly #client: () => EventBridgeClient;

  constructor(bus: string, client?: EventBridgeClient) {
    this.#bus = bus;
    this.#client = lazy(() => client ?? new EventBridgeClient(clientSettings(callLimits.eventBridge)));
  }

  async publish(events: readonly PublishedEvent[]): Promise<void> {
    for (let start = 0; start < events.length; start += ENTRIES_PER_CALL) {
      const entries = events.slice(start, start + ENTRIES_PER_CALL).map(({ detailType, detail }) => ({
        EventBusName: this.#bus,
        Source: EVENT_SOURCE,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount = 0, Entries = [] } = await this.#client().send(
        new PutEventsCommand({ Entries: entries }),
      );
      if (FailedEntryCount > 0) {
        const codes = Entries.flatMap(({ ErrorCode }) => (ErrorCode ? [ErrorCode] : []));
        throw new GateloopError(
          'EventsNotAccepted',
          `EventBridge accepted ${entries.length - FailedEntryCount} of ${entries.length} events: ${codes.join(', ')}.`,
          { retryable: true },
        );
      }
    }
  }
}
