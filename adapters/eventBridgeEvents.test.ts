import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../local/aws/eventBridge/busEvent.ts';
import { EventBridgeEvents } from './eventBridgeEvents.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

async function openEvents() {
  const { aws, settings } = await startEmbeddedServices({});
  const heard: BusEvent[] = [];
  aws.onActivity((activity) => {
    if (activity.kind === 'event') heard.push(activity.event);
  });
  const client = new EventBridgeClient(settings('EVENTBRIDGE'));
  return { events: new EventBridgeEvents('gateloop', client), client, heard };
}

const ready = (name: string) => ({ detailType: 'Resource Ready' as const, detail: { name } });

describe('events on EventBridge', () => {
  it('arrive under the name of Gateloop, with their details', async () => {
    const { events, heard } = await openEvents();
    await events.publish([ready('payments')]);
    expect(heard).toMatchObject([
      { source: 'gateloop', 'detail-type': 'Resource Ready', detail: { name: 'payments' } },
    ]);
  });

  it('arrive all, however many there are: a call takes ten', async () => {
    const { events, heard } = await openEvents();
    const names = Array.from({ length: 23 }, (_, index) => `target-${index}`);
    await events.publish(names.map(ready));
    expect(heard.map(({ detail }) => detail.name)).toEqual(names);
  });

  it('make no call when there are none', async () => {
    const { events, client } = await openEvents();
    client.middlewareStack.add(
      () => () => {
        throw new Error('a call was made');
      },
      { step: 'initialize' },
    );
    await expect(events.publish([])).resolves.toBeUndefined();
  });

  it('are to be published again when the bus took only some', async () => {
    const { events, client } = await openEvents();
    const Entries = [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }];
    client.middlewareStack.add(
      () => async () => ({ response: {}, output: { $metadata: {}, FailedEntryCount: 1, Entries } }),
      { step: 'initialize' },
    );
    await expect(events.publish([ready('one'), ready('two')])).rejects.toMatchObject({
      code: 'EventsNotAccepted',
      retryable: true,
      message: expect.stringContaining('1 of 2 events: ThrottlingException'),
    });
  });
});
