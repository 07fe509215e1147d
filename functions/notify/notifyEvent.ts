import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';
import { parseReconcileStateEvent, type ReconcileStateEvent } from '../runtime/reconcileState.ts';

/**
 * The calls of `notify`: the workflow of a reconciliation calls `openRequests`, `publishOutcome` and
 * `reportStrayUpload`; the workflow of one request calls `sendReminders` and `storeTaskToken`.
 */
export type NotifyEvent =
  | (ReconcileStateEvent & { readonly action: 'openRequests' | 'publishOutcome' })
  | (RequestStepEvent & { readonly action: 'sendReminders' })
  | (TaskTokenEvent & { readonly action: 'storeTaskToken' })
  | (StrayUploadEvent & { readonly action: 'reportStrayUpload' });

/** The event of a step of one request's workflow. Times in ms since the epoch. */
export interface RequestStepEvent {
  readonly reference: string;
  readonly now: number;
}

/** The event of a file below `workspaces/` that is in no workspace. */
export interface StrayUploadEvent {
  readonly key: string;
  /** The id of the execution. */
  readonly execution: string;
  /** In ms since the epoch. */
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
    case 'openRequests':
    case 'publishOutcome':
      return { action, ...parseReconcileStateEvent(event) };
    case 'sendReminders':
      return { action, ...readRequestStepEvent(fields) };
    case 'storeTaskToken': {
      const taskToken = readText(fields.taskToken, 'a task token under "taskToken"');
      return { action, ...readRequestStepEvent(fields), taskToken };
    }
    case 'reportStrayUpload':
      return {
        action,
        key: readText(fields.key, 'the key of a file under "key"'),
        execution: readText(fields.execution, 'the id of the execution'),
        now: readTime(fields.now),
      };
    default:
      throw invalidEvent(
        '"openRequests", "publishOutcome", "reportStrayUpload", "sendReminders" or "storeTaskToken" under "action"',
        action,
      );
  }
}

function readRequestStepEvent({ reference, now }: Readonly<Record<string, unknown>>): RequestStepEvent {
  return { reference: readText(reference, 'the reference of a request'), now: readTime(now) };
}
