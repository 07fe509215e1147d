import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CommandError } from '../errorReport.ts';

/** The `source` of the events, which rules, IAM policies and CloudTrail show. */
const EVENT_SOURCE = 'gateloop.cli';

/** A request to Gateloop, or an answer. */
export interface SentEvent {
  readonly bus: string;
  readonly detailType: string;
  readonly detail: object;
}

/**
 * Puts an event on Gateloop's bus.
 *
 * @returns the id of the event
 * @throws CommandError `AwsTrouble`
 */
export async function putEvent(
  { bus, detailType, detail }: SentEvent,
  events: EventBridgeClient,
): Promise<string> {
  const entry = {
    EventBusName: bus,
    Source: EVENT_SOURCE,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  };
  const { Entries: [result] = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (result?.EventId) return result.EventId;
  throw new CommandError('AwsTrouble', {
    what: `EventBridge did not accept the event: ${result?.ErrorCode} ${result?.ErrorMessage}`,
    remedy: 'Try again.',
  });
}
