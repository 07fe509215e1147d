import type { RequestEvent } from '../../core/authorization/life.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { reconcileRequested } from '../../core/events/reconcileRequested.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import type { GivenAnswer } from './approveEvent.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';

/**
 * Another system answers for a person: a service desk, a bot. A no, and the yes to a change, count as they are. That
 * somebody consented at a provider is not taken on trust: the target itself is looked at.
 */
export async function takeAnswer(answer: GivenAnswer, now: number, ports: ApprovePorts): Promise<Taken> {
  const change = await changeRequest(
    answer.reference,
    (request) => eventOf(request, answer),
    now,
    ports.ledger,
  );
  await announceEnd(change, now, ports);
  if (change.request && !change.before)
    await ports.events.publish([reconcileRequested(change.request.workspace)]);
  return nothingToAsk;
}

function eventOf(
  { asked }: AuthorizationRequest,
  { outcome, by, reason }: GivenAnswer,
): RequestEvent | undefined {
  if (asked.kind === 'consent' && outcome === 'approved') return undefined;
  return { type: outcome, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}
