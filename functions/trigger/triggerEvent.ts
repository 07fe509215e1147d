import type { StartCause } from '../../core/events/startCauses.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ResourceCommand } from '../../core/reconcile/ledgerRecord.ts';
import { parseCommand, parseUnreadUpload, type UnreadUpload } from '../poll/pollEvent.ts';
import { readMapping } from '../runtime/eventFields.ts';
import { workspaceOf } from '../workspaceOf.ts';

/** An upload, or the wish of an operator, an owner or a function. */
export interface WorkspaceEvent {
  readonly workspace: string;
  readonly cause: Extract<StartCause, 'upload' | 'request'>;
  /** What is to be done about one resource. */
  readonly command?: ResourceCommand;
}

/** A management event of CloudTrail about something that workspaces may have or use. */
export interface ChangeEvent {
  readonly detail: JsonObject;
}

/** A file that is part of no workspace, or that Gateloop ignores. */
export interface UnreadUploadEvent extends UnreadUpload {
  /** The event of S3, which the execution that reports the file gets. */
  readonly event: JsonObject;
}

/**
 * Reads an event of EventBridge.
 *
 * @param now in ms since the epoch
 * @throws GateloopError `InvalidEvent`
 */
export function parseTriggerEvent(
  event: unknown,
  now: number,
): WorkspaceEvent | ChangeEvent | UnreadUploadEvent {
  const fields = readMapping(event, 'an event of EventBridge');
  const unread = parseUnreadUpload({ input: fields });
  if (unread) return { ...unread, event: fields };
  const { 'detail-type': type } = fields;
  if (typeof type === 'string' && type.endsWith('via CloudTrail'))
    return { detail: readMapping(fields.detail, 'a mapping under "detail"') };
  const command = parseCommand(fields, now);
  const cause = fields.source === 'aws.s3' ? 'upload' : 'request';
  return { workspace: workspaceOf(fields), cause, ...(command && { command }) };
}
