import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { type RequestEvent, transition } from '../../core/authorization/requestStateMachine.ts';
import { GateloopError } from '../../core/errors.ts';
import type { Ledger } from '../../core/ports/ledger.ts';

/** The effect of an event on a request. */
export interface RequestUpdate {
  /** The request after the event; undefined where the ledger has no such request. */
  readonly request: AuthorizationRequest | undefined;
  /** The request before the event; undefined where the event changed nothing. */
  readonly before?: AuthorizationRequest;
}

/** Only two browsers, the request's workflow and poll write to one request at the same time. */
const MAX_ATTEMPTS = 8;

/**
 * Applies an event to a request and writes the result. When another step wrote the request since it was read, reads it
 * again and retries. Of two events that exclude each other, the first one written counts.
 *
 * @param event an event, or a function that derives it from the stored request; undefined changes nothing
 * @param now in ms since the epoch
 * @throws GateloopError `RequestContended`, retryable, after 8 attempts
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
    `Other steps wrote the request ${reference} during each of ${MAX_ATTEMPTS} attempts to change it. Try again.`,
    { retryable: true },
  );
}
