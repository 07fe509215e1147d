import {
  type AuthorizationRequest,
  type RequestOutcome,
  requestOutcome,
} from '../../core/authorization/request.ts';
import type { RequestEvent } from '../../core/authorization/requestStateMachine.ts';
import { GateloopError } from '../../core/errors.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
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

/** The status that each outcome gives a record; an expired or withdrawn request leaves the record as it is. */
const statusByOutcome: Readonly<Partial<Record<RequestOutcome, 'APPROVED' | 'REJECTED'>>> = {
  completed: 'APPROVED',
  refused: 'REJECTED',
};

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
  const status = outcome && statusByOutcome[outcome];
  if (!status) return done;
  const record = await records.get(subject);
  if (record?.status !== 'PENDING_APPROVAL') return done;
  if (recordFingerprint(record) !== request.fingerprint) return done;
  const result = await records.updateStatus(subject, status, statusReason(request, status));
  if (result.kind === 'rejected') {
    const message = `The registry rejected the status ${status} for the record ${subject.recordId}: ${result.code}.`;
    throw new GateloopError(result.code, message, {
      retryable: result.transient,
      details: { registryId: subject.registryId },
    });
  }
  if (status === 'APPROVED') await writeApprovedRecord(record, specBucket);
  return done;
}

function statusReason({ closedBy, reason }: AuthorizationRequest, status: 'APPROVED' | 'REJECTED'): string {
  const decidedBy = closedBy ?? 'a person with the link';
  const verb = status === 'APPROVED' ? 'Approved' : 'Rejected';
  const suffix = reason === undefined ? '.' : `: ${reason}`;
  return `${verb} through Gateloop by ${decidedBy}${suffix}`.slice(0, MAX_REASON_LENGTH);
}
