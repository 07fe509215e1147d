import { invalidEvent, readMapping, readText, readTime } from '../invalidEvent.ts';
import { parseTurnEvent, type TurnEvent } from '../turn.ts';

/**
 * `requests`: open the requests that the turn needs · `outcome`: say what the reconciliation ended in · `due`: say what
 * is due in the life of a request · `wait`: note the token of the task that waits for a request's end
 */
export type NotifyEvent =
  | (TurnEvent & { readonly tell: 'requests' | 'outcome' })
  | (RequestEvent & { readonly tell: 'due' })
  | (WaitEvent & { readonly tell: 'wait' });

/** About one request. Times in ms since the epoch. */
export interface RequestEvent {
  readonly reference: string;
  readonly now: number;
}

export interface WaitEvent extends RequestEvent {
  readonly taskToken: string;
}

/** @throws GateloopError `InvalidEvent` */
export function parseNotifyEvent(event: unknown): NotifyEvent {
  const fields = readMapping(event, 'a mapping with "tell" and "now"');
  const { tell } = fields;
  switch (tell) {
    case 'requests':
    case 'outcome':
      return { tell, ...parseTurnEvent(event) };
    case 'due':
      return { tell, ...requestEvent(fields) };
    case 'wait': {
      const taskToken = readText(fields.taskToken, 'a task token under "taskToken"');
      return { tell, ...requestEvent(fields), taskToken };
    }
    default:
      throw invalidEvent('"requests", "outcome", "due" or "wait" under "tell"', tell);
  }
}

function requestEvent({ reference, now }: Readonly<Record<string, unknown>>): RequestEvent {
  return { reference: readText(reference, 'the reference of a request'), now: readTime(now) };
}
