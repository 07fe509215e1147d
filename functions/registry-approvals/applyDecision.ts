import {
  type AuthorizationRequest,
  recordStatusByOutcome,
  requestOutcome,
} from '../../core/authorization/request.ts';
import type { RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import { GateloopError } from '../../core/errors.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
import type { RegistryRecord } from '../../core/ports/registryRecords.ts';
import { recordFingerprint } from '../../core/registry/diffRecords.ts';
import { writeApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { ExternalDecision } from './registryApprovalEvent.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';

/**
 * Applies the decision of another system, such as a service desk or a bot. Its refusals count, and so do its approvals
 * of tool changes and records. A consent at a provider does not count on its word: a reconciliation reads the target.
 */
export async function applyExternalDecision(
  decision: ExternalDecision,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const update = await updateRequest(
    decision.reference,
    (request) => toRequestEvent(request, decision),
    now,
    ports.ledger,
  );
  await notifyClosed(update, now, ports);
  if (update.request && !update.before)
    await ports.events.publish([reconcileRequestedEvent(update.request.workspace)]);
  return done;
}

function toRequestEvent(
  { subject }: AuthorizationRequest,
  { outcome, by, reason }: ExternalDecision,
): RequestEvent | undefined {
  if (subject.kind === 'authorization' && outcome === 'approved') return undefined;
  return { type: outcome, ...defined({ actor: by, reason }) };
}

/** The longest reason that the API accepts. */
const MAX_REASON_LENGTH = 255;

/**
 * Approves or rejects a record as a person decided. Changes nothing when the record does not wait for approval any
 * more, and when it was edited and submitted again: the person saw another version.
 *
 * @throws GateloopError with the service's code, when the service rejects the call
 */
export async function applyDecision(
  reference: string,
  { ledger, records, specBucket }: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const request = (await ledger.readRequest(reference))?.request;
  if (request?.subject.kind !== 'record') return done;
  const { subject } = request;
  const outcome = requestOutcome(request);
  if (!outcome) return done;
  const status = recordStatusByOutcome[outcome];
  const record = status && (await records.get(subject));
  if (status && record && recordFingerprint(record) === request.fingerprint) {
    if (record.status === 'PENDING_APPROVAL')
      await setStatus(record, status, statusReason(request, status), { records, specBucket });
    // The step was stopped between the two: what was approved must be kept, since the service shows it to no one later.
    else if (status === 'APPROVED' && record.status === 'APPROVED')
      await writeApprovedRecord(record, specBucket);
  }
  await ledger.endRecordRequest(request.workspace, reference);
  return done;
}

/**
 * Sets the status of a record, and keeps what is approved with it: the service shows that to no one later.
 *
 * @param reason up to 255 characters, which the registry shows
 * @throws GateloopError with the service's code, when the service rejects the call
 */
export async function setStatus(
  record: RegistryRecord,
  status: 'APPROVED' | 'REJECTED',
  reason: string,
  { records, specBucket }: Pick<RegistryApprovalPorts, 'records' | 'specBucket'>,
): Promise<void> {
  const result = await records.updateStatus(record, status, reason);
  if (result.kind === 'rejected') {
    const message = `The registry rejected the status ${status} for the record ${record.recordId}: ${result.code}.`;
    throw new GateloopError(result.code, message, {
      // A record that was edited since it was read: another try reads it anew.
      retryable: result.transient || result.code === 'ConflictException',
      details: { registryId: record.registryId },
    });
  }
  if (status === 'APPROVED') await writeApprovedRecord(record, specBucket);
}

function statusReason({ closedBy, reason }: AuthorizationRequest, status: 'APPROVED' | 'REJECTED'): string {
  const decidedBy = closedBy ?? 'a person with the link';
  const verb = status === 'APPROVED' ? 'Approved' : 'Rejected';
  const suffix = reason === undefined ? '.' : `: ${reason}`;
  return `${verb} through Gateloop by ${decidedBy}${suffix}`.slice(0, MAX_REASON_LENGTH);
}
