import { describe, expect, it } from 'vitest';
import type { Events, PublishedEvent } from '../../core/ports/events.ts';

export interface OpenedEvents {
  readonly events: Events;
  /** What listeners of the bus got, oldest first. */
  heard(): readonly PublishedEvent[];
  /** The bus takes the first event of the next call and refuses the others for now. */
  takeOne(): void;
}

const ready = (name: string) => ({ detailType: 'Resource Ready' as const, detail: { name } });

/** What every bus does. Each test opens one of its own. */
export function describeEventsContract(name: string, open: () => Promise<OpenedEvents>): void {
  describe(name, () => {
    it('brings events to listeners with their details as JSON', async () => {
      const { events, heard } = await open();
      await events.publish([{ detailType: 'Resource Failed', detail: { name: 'front', reason: undefined } }]);
      expect(heard()).toStrictEqual([{ detailType: 'Resource Failed', detail: { name: 'front' } }]);
    });

    it('brings all events, however many there are', async () => {
      const { events, heard } = await open();
      const names = Array.from({ length: 23 }, (_, index) => `target-${index}`);
      await events.publish(names.map(ready));
      expect(heard().map(({ detail }) => detail.name)).toEqual(names);
    });

    it('takes an empty list', async () => {
      const { events, heard } = await open();
      await events.publish([]);
      expect(heard()).toEqual([]);
    });

    it('fails, for another try, when the bus took only some of the events', async () => {
      const { events, takeOne } = await open();
      takeOne();
      await expect(events.publish([ready('one'), ready('two')])).rejects.toMatchObject({
        code: 'EventsNotAccepted',
        retryable: true,
        message: expect.stringContaining('1 of 2 events: ThrottlingException'),
      });
    });
  });
}
