import { isFresh } from '../authorization/freshness.ts';
import { phases } from '../status.ts';
import { askAgain, clickPatience } from './limits.ts';
import { type Memory, type OpenRequest, withoutRequest } from './memory.ts';
import type { Observed } from './observed.ts';

/**
 * What a request to a person calls for:
 * `ask`: nobody was asked this yet, or nobody could be told · `wait`: somebody was asked · `closed`: the answer was no,
 * or nobody gave one in time · `restart`: somebody is at the door, and the service's link is too old to let them in
 */
export type Standing = 'ask' | 'wait' | 'closed' | 'restart';

/** A request about another configuration, or of another kind, is another question: it is dropped, and the new one is put. */
export function withoutOtherQuestion(memory: Memory, fingerprint: string, kind: OpenRequest['kind']): Memory {
  const { request } = memory;
  if (!request) return memory;
  const isSame = request.kind === kind && (request.fingerprint ?? fingerprint) === fingerprint;
  return isSame ? memory : withoutRequest(memory);
}

/** @param memory with the request as it stands, without one about another configuration */
export function standingOf(memory: Memory, observed: Observed | undefined, now: number): Standing {
  const { request } = memory;
  if (!request) return 'ask';
  if (request.closed) return 'closed';
  if (isKeptWaiting(memory, observed, now)) return 'restart';
  // A question that could not be put is put again, but not in every turn: what hinders it may last.
  return request.toldAt === undefined && now - request.askedAt >= askAgain ? 'ask' : 'wait';
}

/** Whether somebody clicked a moment ago, and nothing was begun since that would give them a fresh link. */
function isKeptWaiting(
  { request, operation, link }: Memory,
  observed: Observed | undefined,
  now: number,
): boolean {
  const clickedAt = request?.clickedAt;
  if (clickedAt === undefined || now - clickedAt >= clickPatience) return false;
  if (operation && operation.startedAt >= clickedAt) return false;
  const isPending = observed !== undefined && phases[observed.status] === 'awaiting-authorization';
  return !isPending || !link || !isFresh(link, clickedAt);
}

/** In a person's words, why nothing is asked any more. */
export const closedReasons: Readonly<Record<'refused' | 'expired', string>> = {
  refused:
    'A person was asked for consent and said no. A changed configuration, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody gave the consent that was asked for in time. A changed configuration, or a new request from the page behind the link, asks again.',
};

/** The same for a change of tools. */
export const approvalReasons: Readonly<Record<'asked' | 'refused' | 'expired', string>> = {
  asked:
    'Its tools would change in a way that needs a yes; the last good schema stays until somebody gives it.',
  refused:
    'A person said no to the change of its tools; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
  expired:
    'Nobody answered in time whether its tools may change; the last good schema stays. Another change, or a new request from the page behind the link, asks again.',
};
