import { nextNotification } from '../../core/authorization/reminderSchedule.ts';
import {
  type AuthorizationRequest,
  type NotificationStage,
  requestOutcome,
} from '../../core/authorization/request.ts';
import { authorizationRequiredEvent } from '../../core/authorization/requestEvents.ts';
import { hasCompletionTimedOut } from '../../core/authorization/requestStateMachine.ts';
import type { Contact } from '../../core/manifest/owners.ts';
import { authorizationMessage } from '../../core/messages/authorizationMessage.ts';
import { contactName, type DeliveryFailure } from '../../core/ports/notifier.ts';
import { notifyClosed, publishClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { logger, measure } from '../runtime/observability.ts';
import type { RequestStepEvent } from './notifyEvent.ts';
import type { NotifyPorts } from './notifyPorts.ts';

/** What the workflow of a request does next. */
export interface RequestWorkflowStep {
  readonly next: 'wait' | 'over';
  /** Until the workflow calls this step again, at least 1. */
  readonly waitSeconds: number;
  /** `open`, the outcome of a closed request, or `forgotten` when the ledger has no such request. */
  readonly outcome: string;
  /** The kind of the request's subject: the workflow applies a decision about a record. */
  readonly kind: string;
}

/** Seconds until the step sends a message again to the contacts that it did not reach. */
const CHANNEL_RETRY_SECONDS = 300;

/** Sends the message of a request that is due now (first message, reminder or escalation), or lets the request expire. */
export async function sendReminders(
  { reference, now }: RequestStepEvent,
  ports: NotifyPorts,
): Promise<RequestWorkflowStep> {
  const request = await currentRequest(reference, now, ports);
  if (!request) return { next: 'over', waitSeconds: 1, outcome: 'forgotten', kind: 'none' };
  const outcome = requestOutcome(request);
  const { kind } = request.subject;
  if (outcome) {
    // The step that closed the request may have stopped before it published the outcome.
    await publishClosed(request, now, ports);
    return { next: 'over', waitSeconds: 1, outcome, kind };
  }
  const due = nextNotification(request, now);
  if (due.expired && request.state === 'open') return expireRequest(request, now, ports);
  const failed = due.stage ? await notifyContacts(request, due.stage, now, ports) : [];
  const waitSeconds = failed.length > 0 ? Math.min(due.waitSeconds, CHANNEL_RETRY_SECONDS) : due.waitSeconds;
  return { next: 'wait', waitSeconds: Math.max(1, waitSeconds), outcome: 'open', kind };
}

/** @returns the stored request, open again when its completion timed out */
async function currentRequest(
  reference: string,
  now: number,
  { ledger }: NotifyPorts,
): Promise<AuthorizationRequest | undefined> {
  const { request } = await updateRequest(
    reference,
    (stored) => (hasCompletionTimedOut(stored, now) ? { type: 'failed' } : undefined),
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
  const update = await updateRequest(request.reference, { type: 'expired' }, now, ports.ledger);
  // A person may have decided at the last moment: then that outcome counts.
  const outcome = (update.request && requestOutcome(update.request)) ?? 'open';
  await notifyClosed(update, now, ports);
  // The step that stored that outcome may have stopped before it published it.
  if (!update.before && update.request) await publishClosed(update.request, now, ports);
  return { next: outcome === 'open' ? 'wait' : 'over', waitSeconds: 60, outcome, kind: request.subject.kind };
}

/** @returns the contacts that the message did not reach; a later call sends it to them only */
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
  const failedContacts = failures.map(({ contact }) => contact);
  if (failures.length > 0)
    logger.warn('A message did not reach every contact', { request: request.reference, failures });
  await updateRequest(
    request.reference,
    { type: 'notified', notification: { stage, sentAt: now, failedContacts } },
    now,
    ledger,
  );
  return failedContacts;
}

/** The name of the bus among the contacts: a failed event is retried as a failed message is. */
const EVENT_BUS = 'event bus';

async function tryPublish(send: () => Promise<void>): Promise<{ failed: readonly DeliveryFailure[] }> {
  try {
    await send();
    return { failed: [] };
  } catch (error) {
    return { failed: [{ contact: EVENT_BUS, reason: error instanceof Error ? error.name : 'Error' }] };
  }
}

/** An escalation goes to the second contact and to the owner: the first decision counts. */
function recipientsOf(
  { owner, escalation }: AuthorizationRequest,
  stage: NotificationStage,
): readonly Contact[] {
  const ownerContacts = owner?.contacts ?? [];
  return stage === 'escalate' ? [...(escalation?.contacts ?? []), ...ownerContacts] : ownerContacts;
}
