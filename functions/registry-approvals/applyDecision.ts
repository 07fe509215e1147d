import {
  type AuthorizationRequest,
  type RequestOutcome,
  requestOutcome,
} from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import { recordFingerprint } from '../../core/registry/diffRecords.ts';
import { writeApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';

/** What an answer makes of a record; a request that expired or was withdrawn leaves it as it is. */
const statusByOutcome: Readonly<Partial<Record<RequestOutcome, 'APPROVED' | 'REJECTED'>>> = {
  completed: 'APPROVED',
  refused: 'REJECTED',
};

/** The API's own limit. */
const MAX_REASON_LENGTH = 255;

/**
 * Does with a record what a person has answered, once: one that waits no longer was decided elsewhere, and one that was
 * edited and submitted again meanwhile is not what the person saw.
 *
 * @throws GateloopError with the service's code, when it refuses
 */
export async function applyDecision(
  reference: string,
  { ledger, records, specBucket }: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const request = (await ledger.readRequest(reference))?.request;
  if (request?.subject.kind !== 'record') return done;
  const { subject } = request;
  const outcome = requestOutcome(request);
  const decision = outcome && statusByOutcome[outcome];
  if (!decision) return done;
  const record = await records.get(subject);
  if (record?.status !== 'PENDING_APPROVAL') return done;
  if (recordFingerprint(record) !== request.fingerprint) return done;
  const result = await records.updateStatus(subject, decision, statusReason(request, decision));
  if (result.kind === 'rejected') {
    const message = `The registry did not take the decision on the record ${subject.recordId}: ${result.code}.`;
    throw new GateloopError(result.code, message, {
      retryable: result.transient,
      details: { registryId: subject.registryId },
    });
  }
  if (decision === 'APPROVED') await writeApprovedRecord(record, specBucket);
  return done;
}

function statusReason({ closedBy, reason }: AuthorizationRequest, decision: string): string {
  const decidedBy = closedBy ?? 'a person with the link';
  const verb = decision === 'APPROVED' ? 'Approved' : 'Rejected';
  const suffix = reason === undefined ? '.' : `: ${reason}`;
  return `${verb} through Gateloop by ${decidedBy}${suffix}`.slice(0, MAX_REASON_LENGTH);
}
