import { type AuthorizationRequest, outcomeOf, type Round } from '../../core/authorization/request.ts';
import { authorizationRequired } from '../../core/authorization/requestEvents.ts';
import { dueOf } from '../../core/authorization/rounds.ts';
import type { Contact } from '../../core/manifest/owners.ts';
import { authorizationMessage } from '../../core/messages/authorizationMessage.ts';
import { contactName, type Failure } from '../../core/ports/people.ts';
import { measure } from '../measure.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd, publishEnd } from '../requests/endRequest.ts';
import { logger } from '../step.ts';
import type { NotifyPorts } from './notify.ts';
import type { RequestEvent } from './notifyEvent.ts';

/** What the workflow of a request does next. */
export interface Standing {
  readonly next: 'wait' | 'over';
  /** Until something else falls due. */
  readonly waitSeconds: number;
  /** The outcome of a request that is over; `forgotten` where the ledger knows no such request. */
  readonly outcome: string;
  /** What the request is about: an answer about a record has to be carried out. */
  readonly kind: string;
}

/** A consent whose handing over was cut short is given up after this time, so that somebody can try again. In ms. */
const HANDING_OVER = 15 * 60_000;
/** Who could not be reached is tried again after this time, in seconds, as long as something is still to be said. */
const CHANNEL_RETRY = 300;

/** Says what is due in the life of a request: asks, reminds, asks the second contact, or lets it expire. */
export async function tellDue({ reference, now }: RequestEvent, ports: NotifyPorts): Promise<Standing> {
  const request = await present(reference, now, ports);
  if (!request) return { next: 'over', waitSeconds: 1, outcome: 'forgotten', kind: 'none' };
  const outcome = outcomeOf(request);
  const { kind } = request.asked;
  if (outcome) {
    // Whoever ended it was cut short before the bus was told.
    await publishEnd(request, now, ports);
    return { next: 'over', waitSeconds: 1, outcome, kind };
  }
  const due = dueOf(request, now);
  if (due.expired && request.state === 'open') return expire(request, now, ports);
  const failed = due.round ? await tell(request, due.round, now, ports) : [];
  const waitSeconds = failed.length > 0 ? Math.min(due.waitSeconds, CHANNEL_RETRY) : due.waitSeconds;
  return { next: 'wait', waitSeconds: Math.max(1, waitSeconds), outcome: 'open', kind };
}

/** The request as it stands, after a look whether a consent is stuck on its way to the service. */
async function present(
  reference: string,
  now: number,
  { ledger }: NotifyPorts,
): Promise<AuthorizationRequest | undefined> {
  const { request } = await changeRequest(
    reference,
    ({ state, attempts }) => {
      const consentedAt = Math.max(0, ...attempts.map((attempt) => attempt.consentedAt ?? 0));
      return state === 'completing' && now - consentedAt > HANDING_OVER ? { type: 'failed' } : undefined;
    },
    now,
    ledger,
  );
  return request;
}

async function expire(request: AuthorizationRequest, now: number, ports: NotifyPorts): Promise<Standing> {
  const change = await changeRequest(request.reference, { type: 'expired' }, now, ports.ledger);
  // Whoever answered at the last moment was first.
  const outcome = (change.request && outcomeOf(change.request)) ?? 'open';
  await announceEnd(change, now, ports);
  // They may have been cut short before the bus was told.
  if (!change.before && change.request) await publishEnd(change.request, now, ports);
  return { next: outcome === 'open' ? 'wait' : 'over', waitSeconds: 60, outcome, kind: request.asked.kind };
}

/** @returns who was not reached; they, and nobody else, are told once more */
async function tell(
  request: AuthorizationRequest,
  round: Round,
  now: number,
  { ledger, events, people, authorizationUrl }: NotifyPorts,
): Promise<readonly string[]> {
  const link = `${authorizationUrl}/authorizations/${request.id}`;
  const missed = request.told.findLast((telling) => telling.round === round)?.failed;
  const recipients = recipientsOf(request, round).filter(
    (contact) => missed === undefined || missed.includes(contactName(contact)),
  );
  const tellsPeople =
    missed === undefined || recipients.length > 0 || missed.includes(contactName(undefined));
  const message = authorizationMessage(request, round, link);
  const results = await Promise.all([
    tellsPeople ? people.tell({ contacts: recipients }, message) : { failed: [] },
    round === 'ask' && (missed === undefined || missed.includes(BUS))
      ? publish(() => events.publish([authorizationRequired(request, link, now)]))
      : { failed: [] },
  ]);
  const failures = results.flatMap((result) => result.failed);
  measure([{ name: 'MessagesFailed', value: failures.length }]);
  const failed = failures.map(({ contact }) => contact);
  if (failures.length > 0) logger.warn('Not everybody was reached', { request: request.reference, failures });
  await changeRequest(request.reference, { type: 'told', telling: { round, at: now, failed } }, now, ledger);
  return failed;
}

const BUS = 'event bus';

async function publish(act: () => Promise<void>): Promise<{ failed: readonly Failure[] }> {
  try {
    await act();
    return { failed: [] };
  } catch (error) {
    return { failed: [{ contact: BUS, why: error instanceof Error ? error.name : 'Error' }] };
  }
}

/** The second contact is asked beside the owner: whoever comes first answers. */
function recipientsOf({ owner, escalation }: AuthorizationRequest, round: Round): readonly Contact[] {
  const own = owner?.contacts ?? [];
  return round === 'escalate' ? [...(escalation?.contacts ?? []), ...own] : own;
}
