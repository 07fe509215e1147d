import { describe, expect, it } from 'vitest';
import type { Events, PublishedEvent } from '../../core/ports/events.ts';

export interface OpenedEvents {
  readonly events: Events;
  /** The events that subscribers got, oldest first. */
  delivered(): readonly PublishedEvent[];
  /** Makes the bus accept only the first event of the next call. */
  acceptOne(): void;
}

const ready = (name: string) => ({ detailType: 'Resource Ready' as const, detail: { name } });

/** The behavior of every `Events`. `open` opens a bus for each test. */
export function describeEventsContract(name: string, open: () => Promise<OpenedEvents>): void {
  describe(name, () => {
    it('delivers events with their details as JSON', async () => {
      const { events, delivered } = await open();
      await events.publish([{ detailType: 'Resource Failed', detail: { name: 'front', reason: undefined } }]);
      expect(delivered()).toStrictEqual([{ detailType: 'Resource Failed', detail: { name: 'front' } }]);
    });

    it('delivers more events than one call accepts', async () => {
      const { events, delivered } = await open();
      const names = Array.from({ length: 23 }, (_, index) => `target-${index}`);
      await events.publish(names.map(ready));
      expect(delivered().map(({ detail }) => detail.name)).toEqual(names);
    });

    it('accepts an empty list', async () => {
      const { events, delivered } = await open();
      await events.publish([]);
      expect(delivered()).toEqual([]);
    });

    it('throws a retryable error when the bus accepts only some of the events', async () => {
      const { events, acceptOne } = await open();
      acceptOne();
      await expect(events.publish([ready('one'), ready('two')])).rejects.toMatchObject({
        code: 'EventsNotAccepted',
        retryable: true,
        message: expect.stringContaining('1 of 2 events: ThrottlingException'),
      });
    });
  });
}
