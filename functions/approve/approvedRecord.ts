import { referenceOf } from '../../core/authorization/reference.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';

/** The version of a record that was approved last through Gateloop, to be compared with what is submitted next. */
export interface ApprovedRecord {
  readonly descriptor: string;
}

/** Where it stands in the spec bucket, beside the outcomes. */
export function approvedRecordKey({ registryId, recordId }: RecordId): string {
  return `outcomes/records/${registryId}/${recordId}.json`;
}

/** By which name the request about a record is found. */
export function recordAlias({ registryId, recordId }: RecordId): string {
  return referenceOf(`record ${registryId} ${recordId}`);
}
