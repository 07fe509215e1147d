import { isJsonObject, type JsonObject } from '../../core/manifest/json.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { invalidEvent, readMapping, readText, readTime } from '../invalidEvent.ts';

/**
 * `take`: an event came: a registry's record has changed, or another system has an answer · `carryOut`: a request about
 * a record has ended
 */
export type ApproveEvent =
  | { readonly do: 'take'; readonly record: RecordId; readonly now: number }
  | { readonly do: 'take'; readonly answer: GivenAnswer; readonly now: number }
  | { readonly do: 'carryOut'; readonly reference: string; readonly now: number };

/** What another system says of a request. */
export interface GivenAnswer {
  readonly reference: string;
  readonly outcome: 'approved' | 'refused';
  readonly by?: string;
  readonly reason?: string;
}

/** @throws GateloopError `InvalidEvent` */
export function parseApproveEvent(event: unknown): ApproveEvent {
  const fields = readMapping(event, 'a mapping with "do" and "now"');
  const now = readTime(fields.now);
  if (fields.do === 'carryOut') {
    return { do: 'carryOut', reference: readText(fields.reference, 'the reference of a request'), now };
  }
  if (fields.do !== 'take') throw invalidEvent('"take" or "carryOut" under "do"', fields.do);
  const came = readMapping(fields.event, 'an event under "event"');
  const detail = readMapping(came.detail, 'a mapping under "event.detail"');
  return came['detail-type'] === 'Authorization Completed'
    ? { do: 'take', answer: readAnswer(detail), now }
    : { do: 'take', record: readRecord(detail), now };
}

function readAnswer({ request, outcome, by, reason }: JsonObject): GivenAnswer {
  if (outcome !== 'approved' && outcome !== 'refused') {
    throw invalidEvent('"approved" or "refused" under "detail.outcome"', outcome);
  }
  return {
    reference: readText(request, 'the reference of a request under "detail.request"'),
    outcome,
    ...(isWord(by) && { by: by.slice(0, 200) }),
    ...(isWord(reason) && { reason: reason.slice(0, 200) }),
  };
}

function readRecord(detail: JsonObject): RecordId {
  return {
    registryId: readText(detail.registryId, 'the id of a registry under "detail.registryId"'),
    recordId: readText(detail.registryRecordId, 'the id of a record under "detail.registryRecordId"'),
  };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !isJsonObject(value);
}
