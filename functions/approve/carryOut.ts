import {
  type AuthorizationRequest,
  outcomeOf,
  type RequestOutcome,
} from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import { type ApprovedRecord, approvedRecordKey } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';

/** What an answer makes of a record; a request that expired or was withdrawn leaves it as it is. */
const decisions: Readonly<Partial<Record<RequestOutcome, 'APPROVED' | 'REJECTED'>>> = {
  completed: 'APPROVED',
  refused: 'REJECTED',
};

/**
 * Does with a record what a person has answered, once: one that waits no longer was decided elsewhere.
 *
 * @throws GateloopError with the service's code, when it refuses
 */
export async function carryOut(
  reference: string,
  { ledger, records, specBucket }: ApprovePorts,
): Promise<Taken> {
  const request = (await ledger.readRequest(reference))?.request;
  if (request?.asked.kind !== 'record') return nothingToAsk;
  const { asked } = request;
  const outcome = outcomeOf(request);
  const decision = outcome && decisions[outcome];
  if (!decision) return nothingToAsk;
  const record = await records.get(asked);
  if (record?.status !== 'PENDING_APPROVAL') return nothingToAsk;
  const answer = await records.decide(asked, decision, reasonOf(request, decision));
  if (answer.kind === 'rejected') {
    const message = `The registry did not take the decision on the record ${asked.recordId}: ${answer.code}.`;
    throw new GateloopError(answer.code, message, answer.transient, {
      details: { registryId: asked.registryId },
    });
  }
  if (decision === 'APPROVED') {
    const approved: ApprovedRecord = { descriptor: asked.descriptor };
    await specBucket.writeDocument(approvedRecordKey(asked), approved);
  }
  return nothingToAsk;
}

function reasonOf({ endedBy, reason }: AuthorizationRequest, decision: string): string {
  const who = endedBy ?? 'a person with the link';
  const how = decision === 'APPROVED' ? 'Approved' : 'Rejected';
  return reason === undefined
    ? `${how} through Gateloop by ${who}.`
    : `${how} through Gateloop by ${who}: ${reason}`;
}
