import {
  type AuthorizationRequest,
  outcomeOf,
  type RequestOutcome,
} from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import { recordFingerprint } from '../../core/records/recordChanges.ts';
import { keepApproved } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';

/** What an answer makes of a record; a request that expired or was withdrawn leaves it as it is. */
const decisions: Readonly<Partial<Record<RequestOutcome, 'APPROVED' | 'REJECTED'>>> = {
  completed: 'APPROVED',
  refused: 'REJECTED',
};

/** The API's own limit. */
const LONGEST_REASON = 255;

/**
 * Does with a record what a person has answered, once: one that waits no longer was decided elsewhere, and one that was
 * edited and submitted again meanwhile is not what the person saw.
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
  if (recordFingerprint(record) !== request.fingerprint) return nothingToAsk;
  const answer = await records.decide(asked, decision, reasonOf(request, decision));
  if (answer.kind === 'rejected') {
    const message = `The registry did not take the decision on the record ${asked.recordId}: ${answer.code}.`;
    throw new GateloopError(answer.code, message, answer.transient, {
      details: { registryId: asked.registryId },
    });
  }
  if (decision === 'APPROVED') await keepApproved(record, specBucket);
  return nothingToAsk;
}

function reasonOf({ endedBy, reason }: AuthorizationRequest, decision: string): string {
  const who = endedBy ?? 'a person with the link';
  const how = decision === 'APPROVED' ? 'Approved' : 'Rejected';
  const words = reason === undefined ? '.' : `: ${reason}`;
  return `${how} through Gateloop by ${who}${words}`.slice(0, LONGEST_REASON);
}
