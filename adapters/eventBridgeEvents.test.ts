import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { DetailType } from '../core/ports/events.ts';
import type { BusEvent } from '../local/aws/eventBridge/busEvent.ts';
import { EventBridgeEvents } from './eventBridgeEvents.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeEventsContract } from './testing/eventsContract.ts';

async function openEvents() {
  const { aws, settings } = await startEmbeddedServices({});
  const onBus: BusEvent[] = [];
  aws.onActivity((activity) => {
    if (activity.kind === 'event') onBus.push(activity.event);
  });
  const client = new EventBridgeClient(settings('EVENTBRIDGE'));
  return {
    events: new EventBridgeEvents('gateloop', client),
    client,
    onBus,
    delivered: () =>
      onBus.map(({ 'detail-type': detailType, detail }) => ({
        // The bus contains only the events that the test published.
        detailType: detailType as DetailType,
        detail,
      })),
    acceptOne: () => {
      const Entries = [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }];
      client.middlewareStack.add(
        () => async () => ({ response: {}, output: { $metadata: {}, FailedEntryCount: 1, Entries } }),
        { step: 'initialize' },
      );
    },
  };
}

describeEventsContract('EventBridgeEvents', openEvents);

describe('EventBridgeEvents', () => {
  it('publishes with Gateloop as the source', async () => {
    const { events, onBus } = await openEvents();
    await events.publish([{ detailType: 'Resource Ready', detail: { name: 'payments' } }]);
    expect(onBus).toMatchObject([{ source: 'gateloop', 'detail-type': 'Resource Ready' }]);
  });

  it('makes no call for an empty list', async () => {
    const { events, client } = await openEvents();
    client.middlewareStack.add(
      () => () => {
        throw new Error('a call was made');
      },
      { step: 'initialize' },
    );
    await expect(events.publish([])).resolves.toBeUndefined();
  });
});
