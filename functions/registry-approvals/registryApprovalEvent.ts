import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';

/**
 * `handleEvent`: a registry record changed, or another system answered a request. `applyDecision`: a request about a
 * registry record was closed.
 */
export type RegistryApprovalEvent =
  | { readonly action: 'handleEvent'; readonly record: RecordId; readonly now: number }
  | { readonly action: 'handleEvent'; readonly answer: ExternalDecision; readonly now: number }
  | { readonly action: 'applyDecision'; readonly reference: string; readonly now: number };

/** What another system says of a request. */
export interface ExternalDecision {
  readonly reference: string;
  readonly outcome: 'approved' | 'refused';
  readonly by?: string;
  readonly reason?: string;
}

/** @throws GateloopError `InvalidEvent` */
export function parseRegistryApprovalEvent(event: unknown): RegistryApprovalEvent {
  const fields = readMapping(event, 'a mapping with "action" and "now"');
  const now = readTime(fields.now);
  if (fields.action === 'applyDecision') {
    return {
      action: 'applyDecision',
      reference: readText(fields.reference, 'the reference of a request'),
      now,
    };
  }
  if (fields.action !== 'handleEvent')
    throw invalidEvent('"handleEvent" or "applyDecision" under "action"', fields.action);
  const triggerEvent = readMapping(fields.event, 'an event under "event"');
  const detail = readMapping(triggerEvent.detail, 'a mapping under "event.detail"');
  return triggerEvent['detail-type'] === 'Authorization Completed'
    ? { action: 'handleEvent', answer: readDecision(detail), now }
    : { action: 'handleEvent', record: readRecord(detail), now };
}

function readDecision({ request, outcome, by, reason }: JsonObject): ExternalDecision {
  if (outcome !== 'approved' && outcome !== 'refused') {
    throw invalidEvent('"approved" or "refused" under "detail.outcome"', outcome);
  }
  return {
    reference: readText(request, 'the reference of a request under "detail.request"'),
    outcome,
    ...(isNonEmptyText(by) && { by: by.slice(0, 200) }),
    ...(isNonEmptyText(reason) && { reason: reason.slice(0, 200) }),
  };
}

function readRecord(detail: JsonObject): RecordId {
  return {
    registryId: readText(detail.registryId, 'the id of a registry under "detail.registryId"'),
    recordId: readText(detail.registryRecordId, 'the id of a record under "detail.registryRecordId"'),
  };
}

function isNonEmptyText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !isJsonObject(value);
}
