import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';
import { parseReconcileStateEvent, type ReconcileStateEvent } from '../runtime/reconcileState.ts';

/**
 * `requests`: open the requests that the turn needs · `outcome`: say what the reconciliation ended in · `due`: say what
 * is due in the life of a request · `wait`: note the token of the task that waits for a request's end
 */
export type NotifyEvent =
  | (ReconcileStateEvent & { readonly action: 'requests' | 'outcome' })
  | (RequestStepEvent & { readonly action: 'due' })
  | (TaskTokenEvent & { readonly action: 'wait' });

/** About one request. Times in ms since the epoch. */
export interface RequestStepEvent {
  readonly reference: string;
  readonly now: number;
}

export interface TaskTokenEvent extends RequestStepEvent {
  readonly taskToken: string;
}

/** @throws GateloopError `InvalidEvent` */
export function parseNotifyEvent(event: unknown): NotifyEvent {
  const fields = readMapping(event, 'a mapping with "action" and "now"');
  const { action } = fields;
  switch (action) {
    case 'requests':
    case 'outcome':
      return { action, ...parseReconcileStateEvent(event) };
    case 'due':
      return { action, ...readRequestStepEvent(fields) };
    case 'wait': {
      const taskToken = readText(fields.taskToken, 'a task token under "taskToken"');
      return { action, ...readRequestStepEvent(fields), taskToken };
    }
    default:
      throw invalidEvent('"requests", "outcome", "due" or "wait" under "action"', action);
  }
}

function readRequestStepEvent({ reference, now }: Readonly<Record<string, unknown>>): RequestStepEvent {
  return { reference: readText(reference, 'the reference of a request'), now: readTime(now) };
}
