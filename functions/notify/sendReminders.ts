import { nextNotification } from '../../core/authorization/reminderSchedule.ts';
import {
  type AuthorizationRequest,
  type NotificationStage,
  requestOutcome,
} from '../../core/authorization/request.ts';
import { authorizationRequiredEvent } from '../../core/authorization/requestEvents.ts';
import type { Contact } from '../../core/manifest/owners.ts';
import { authorizationMessage } from '../../core/messages/authorizationMessage.ts';
import { contactName, type DeliveryFailure } from '../../core/ports/notifier.ts';
import { notifyClosed, publishClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { logger, measure } from '../runtime/observability.ts';
import type { NotifyPorts } from './notify.ts';
import type { RequestStepEvent } from './notifyEvent.ts';

/** What the workflow of a request does next. */
export interface RequestWorkflowStep {
  readonly next: 'wait' | 'over';
  /** Until something else falls due. */
  readonly waitSeconds: number;
  /** The outcome of a request that is over; `forgotten` where the ledger knows no such request. */
  readonly outcome: string;
  /** What the request is about: an answer about a record has to be carried out. */
  readonly kind: string;
}

/** A consent whose handing over was cut short is given up after this time, so that somebody can try again. In ms. */
const COMPLETION_TIMEOUT = 15 * 60_000;
/** Who could not be reached is tried again after this time, in seconds, as long as something is still to be said. */
const CHANNEL_RETRY_SECONDS = 300;

/** Says what is due in the life of a request: asks, reminds, asks the second contact, or lets it expire. */
export async function sendReminders(
  { reference, now }: RequestStepEvent,
  ports: NotifyPorts,
): Promise<RequestWorkflowStep> {
  const request = await currentRequest(reference, now, ports);
  if (!request) return { next: 'over', waitSeconds: 1, outcome: 'forgotten', kind: 'none' };
  const outcome = requestOutcome(request);
  const { kind } = request.subject;
  if (outcome) {
    // Whoever ended it was cut short before the bus was told.
    await publishClosed(request, now, ports);
    return { next: 'over', waitSeconds: 1, outcome, kind };
  }
  const due = nextNotification(request, now);
  if (due.expired && request.state === 'open') return expireRequest(request, now, ports);
  const failed = due.stage ? await notifyContacts(request, due.stage, now, ports) : [];
  const waitSeconds = failed.length > 0 ? Math.min(due.waitSeconds, CHANNEL_RETRY_SECONDS) : due.waitSeconds;
  return { next: 'wait', waitSeconds: Math.max(1, waitSeconds), outcome: 'open', kind };
}

/** The request as it stands, after a look whether a consent is stuck on its way to the service. */
async function currentRequest(
  reference: string,
  now: number,
  { ledger }: NotifyPorts,
): Promise<AuthorizationRequest | undefined> {
  const { request } = await updateRequest(
    reference,
    ({ state, attempts }) => {
      const consentedAt = Math.max(0, ...attempts.map((attempt) => attempt.consentedAt ?? 0));
      return state === 'completing' && now - consentedAt > COMPLETION_TIMEOUT
        ? { type: 'failed' }
        : undefined;
    },
    now,
    ledger,
  );
  return request;
}

async function expireRequest(
  request: AuthorizationRequest,
  now: number,
  ports: NotifyPorts,
): Promise<RequestWorkflowStep> {
  const change = await updateRequest(request.reference, { type: 'expired' }, now, ports.ledger);
  // Whoever answered at the last moment was first.
  const outcome = (change.request && requestOutcome(change.request)) ?? 'open';
  await notifyClosed(change, now, ports);
  // They may have been cut short before the bus was told.
  if (!change.before && change.request) await publishClosed(change.request, now, ports);
  return { next: outcome === 'open' ? 'wait' : 'over', waitSeconds: 60, outcome, kind: request.subject.kind };
}

/** @returns who was not reached; they, and nobody else, are told once more */
async function notifyContacts(
  request: AuthorizationRequest,
  stage: NotificationStage,
  now: number,
  { ledger, events, notifier, authorizationUrl }: NotifyPorts,
): Promise<readonly string[]> {
  const link = `${authorizationUrl}/authorizations/${request.id}`;
  const failedBefore = request.notifications.findLast(
    (notification) => notification.stage === stage,
  )?.failedContacts;
  const recipients = recipientsOf(request, stage).filter(
    (contact) => failedBefore === undefined || failedBefore.includes(contactName(contact)),
  );
  const hasRecipients =
    failedBefore === undefined || recipients.length > 0 || failedBefore.includes(contactName(undefined));
  const message = authorizationMessage(request, stage, link);
  const results = await Promise.all([
    hasRecipients ? notifier.notify({ contacts: recipients }, message) : { failed: [] },
    stage === 'ask' && (failedBefore === undefined || failedBefore.includes(EVENT_BUS))
      ? tryPublish(() => events.publish([authorizationRequiredEvent(request, link, now)]))
      : { failed: [] },
  ]);
  const failures = results.flatMap((result) => result.failed);
  measure([{ name: 'MessagesFailed', value: failures.length }]);
  const failed = failures.map(({ contact }) => contact);
  if (failures.length > 0) logger.warn('Not everybody was reached', { request: request.reference, failures });
  await updateRequest(
    request.reference,
    { type: 'notified', notification: { stage, sentAt: now, failedContacts: failed } },
    now,
    ledger,
  );
  return failed;
}

const EVENT_BUS = 'event bus';

async function tryPublish(send: () => Promise<void>): Promise<{ failed: readonly DeliveryFailure[] }> {
  try {
    await send();
    return { failed: [] };
  } catch (error) {
    return { failed: [{ contact: EVENT_BUS, reason: error instanceof Error ? error.name : 'Error' }] };
  }
}

/** The second contact is asked beside the owner: whoever comes first answers. */
function recipientsOf(
  { owner, escalation }: AuthorizationRequest,
  stage: NotificationStage,
): readonly Contact[] {
  const ownerContacts = owner?.contacts ?? [];
  return stage === 'escalate' ? [...(escalation?.contacts ?? []), ...ownerContacts] : ownerContacts;
}
