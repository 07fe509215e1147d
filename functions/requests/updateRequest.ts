import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { type RequestEvent, transition } from '../../core/authorization/requestStateMachine.ts';
import { GateloopError } from '../../core/errors.ts';
import type { Ledger } from '../../core/ports/ledger.ts';

/** What an event did to a request. */
export interface RequestUpdate {
  /** As it stands now; undefined where the ledger knows no such request. */
  readonly request: AuthorizationRequest | undefined;
  /** As it stood before, where the event changed it; undefined where the event could not happen to it. */
  readonly before?: AuthorizationRequest;
}

/** Two browsers, a workflow and the loop are all that write to one request. */
const MAX_ATTEMPTS = 8;

/**
 * Lets an event happen to a request, whoever else writes to it at the same time: of two events that exclude each
 * other, the one that is written first is the one that happened.
 *
 * @param event made from the request as it stands; undefined lets nothing happen
 * @throws GateloopError `RequestContended`, retryable
 */
export async function updateRequest(
  reference: string,
  event: RequestEvent | ((request: AuthorizationRequest) => RequestEvent | undefined),
  now: number,
  ledger: Ledger,
): Promise<RequestUpdate> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const stored = await ledger.readRequest(reference);
    if (!stored) return { request: undefined };
    const { request: before, version } = stored;
    const requestEvent = typeof event === 'function' ? event(before) : event;
    const changed = requestEvent && transition(before, requestEvent, now);
    if (!changed) return { request: before };
    if (await ledger.writeRequest(changed, version)) return { request: changed, before };
  }
  throw new GateloopError(
    'RequestContended',
    `The request ${reference} was written by others ${MAX_ATTEMPTS} times while it was to be changed. Try again.`,
    { retryable: true },
  );
}
