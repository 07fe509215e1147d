import type { JsonObject, JsonValue } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';

/**
 * `handleEvent`: a registry record changed, or another system decided a request. `applyDecision`: a request about a
 * registry record was closed. Times in ms since the epoch.
 */
export type RegistryApprovalEvent =
  | { readonly action: 'handleEvent'; readonly record: RecordId; readonly now: number }
  | { readonly action: 'handleEvent'; readonly decision: ExternalDecision; readonly now: number }
  | { readonly action: 'applyDecision'; readonly reference: string; readonly now: number };

/** The decision of another system about a request. */
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
    ? { action: 'handleEvent', decision: readDecision(detail), now }
    : { action: 'handleEvent', record: readRecord(detail), now };
}

function readDecision({ request, outcome, by, reason }: JsonObject): ExternalDecision {
  if (outcome !== 'approved' && outcome !== 'refused') {
    throw invalidEvent('"approved" or "refused" under "detail.outcome"', outcome);
  }
  return {
    reference: readText(request, 'the reference of a request under "detail.request"'),
    outcome,
    ...defined({ by: shortText(by), reason: shortText(reason) }),
  };
}

function readRecord(detail: JsonObject): RecordId {
  return {
    registryId: readId(detail.registryId, 'the id of a registry under "detail.registryId"'),
    recordId: readId(detail.registryRecordId, 'the id of a record under "detail.registryRecordId"'),
  };
}

/** The API's ids have 12 to 16 letters and digits. Operators publish such events too, and messages quote the ids. */
const ID = /^[\w:/.-]{1,200}$/;

function readId(value: JsonValue | undefined, expected: string): string {
  const id = readText(value, expected);
  if (!ID.test(id)) throw invalidEvent(expected, value);
  return id;
}

/** Pages, the ledger and events contain these texts. */
const MAX_TEXT_LENGTH = 200;

function shortText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT_LENGTH) : undefined;
}
