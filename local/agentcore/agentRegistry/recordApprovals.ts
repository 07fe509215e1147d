import type {
  RegistryRecordStatus,
  UpdateRegistryRecordStatusRequest,
} from '../../../adapters/agentRegistry/index.ts';
import { omit } from '../../../core/objects.ts';
import type { Checked } from '../operation.ts';
import { conflict, invalid } from '../serviceError.ts';
import type { RecordState } from './recordState.ts';

/** The statuses that UpdateRegistryRecordStatus sets, each from these (developer guide, "Registry record lifecycle"). */
const ALLOWED_TRANSITIONS: Partial<Record<RegistryRecordStatus, readonly RegistryRecordStatus[]>> = {
  APPROVED: ['PENDING_APPROVAL'],
  REJECTED: ['PENDING_APPROVAL'],
  DEPRECATED: ['APPROVED', 'REJECTED'],
};

/** A record with what is discoverable of it, and the status that it enters. */
export interface StatusChange {
  readonly record: RecordState;
  readonly status: RegistryRecordStatus;
  readonly reason?: string;
}

/** @throws ServiceError ConflictException for a record that is no draft */
export function submitted(record: RecordState, isAutomatic: boolean): StatusChange {
  if (record.status !== 'DRAFT') {
    throw conflict(`Record ${record.id} is in status ${record.status}; only a DRAFT can be submitted.`);
  }
  return entering(record, isAutomatic ? 'APPROVED' : 'PENDING_APPROVAL');
}

/** @throws ServiceError ValidationException for a status that nobody sets, ConflictException for one that does not follow */
export function decided(
  record: RecordState,
  { status, statusReason }: Checked<UpdateRegistryRecordStatusRequest>,
): StatusChange {
  const allowed = ALLOWED_TRANSITIONS[status];
  if (!allowed) {
    const statuses = Object.keys(ALLOWED_TRANSITIONS).join(', ');
    throw invalid(`A record cannot be put into status ${status}. Use one of ${statuses}.`, {
      name: 'status',
      message: `must be one of ${statuses}`,
    });
  }
  if (!allowed.includes(record.status)) {
    throw conflict(
      `Record ${record.id} is in status ${record.status}; only ${allowed.join(' or ')} can become ${status}.`,
    );
  }
  return { ...entering(record, status), reason: statusReason };
}

/** The revision of the last approval stays discoverable until the record is deprecated. */
function entering(record: RecordState, status: RegistryRecordStatus): StatusChange {
  if (status === 'DEPRECATED') return { record: omit(record, 'approved'), status };
  if (status !== 'APPROVED') return { record, status };
  return { record: { ...record, approved: { ...record.revision, name: record.name } }, status };
}
