import { defined } from '../objects.ts';
import {
  type AuthorizationRequest,
  type Notification,
  type NotificationStage,
  requestOutcome,
} from './request.ts';
import { hasCompletionTimedOut } from './requestStateMachine.ts';

/** The notification that is due for an open request now, and when the schedule must be read again. */
export interface NextNotification {
  /** Absent where every due stage was sent. */
  readonly stage?: NotificationStage;
  readonly expired: boolean;
  /** Seconds until the next stage is due, at least 1. */
  readonly waitSeconds: number;
}

interface ScheduledStage {
  readonly stage: NotificationStage;
  /** ms since the epoch. */
  readonly at: number;
}

/** How often one stage is sent while a channel fails. The channels that work get the message as often. */
const MAX_NOTIFICATIONS_PER_STAGE = 3;

/**
 * Reads the schedule of an open request. Where several stages were missed, only the last one is due: three reminders at
 * once tell a person no more than one.
 *
 * @param now in ms since the epoch
 */
export function nextNotification(request: AuthorizationRequest, now: number): NextNotification {
  const stages = scheduledStages(request);
  const expiresAt = expiryTime(request);
  const latest = stages.filter(({ at }) => at <= now).at(-1);
  const isSent = !latest || isStageSent(request.notifications.filter(({ stage }) => stage === latest.stage));
  const nextDueAt = Math.min(...stages.filter(({ at }) => at > now).map(({ at }) => at), expiresAt);
  return {
    ...defined({ stage: isSent ? undefined : latest.stage }),
    expired: expiresAt <= now,
    waitSeconds: Math.max(1, Math.ceil((nextDueAt - now) / 1000)),
  };
}

function isStageSent(notifications: readonly Notification[]): boolean {
  return (
    notifications.length >= MAX_NOTIFICATIONS_PER_STAGE ||
    notifications.some(({ failedContacts }) => failedContacts.length === 0)
  );
}

/**
 * How late a step of the request's workflow may be before the reconciliations of the workspace take it over, in ms. The
 * workflow starts the step when it is due, and stops it after two minutes: a later one has failed.
 */
export const WORKFLOW_TOLERANCE = 5 * 60_000;

/**
 * Whether the workflow of a request has missed a step: a message, the expiry, the end of a completion, or the publication
 * of the outcome. Its execution then has failed, was stopped, or never started.
 *
 * @param now in ms since the epoch
 */
export function isOverdue(request: AuthorizationRequest, now: number): boolean {
  const latest = now - WORKFLOW_TOLERANCE;
  if (requestOutcome(request))
    return request.closePublishedAt === undefined && (request.closedAt ?? request.askedAt) <= latest;
  if (request.state === 'completing') return hasCompletionTimedOut(request, latest);
  const { stage, expired } = nextNotification(request, latest);
  return expired || stage !== undefined;
}

/** @returns when the request expires, in ms since the epoch */
export function expiryTime({
  askedAt,
  settings,
}: Pick<AuthorizationRequest, 'askedAt' | 'settings'>): number {
  return askedAt + settings.expireAfter * 1000;
}

function scheduledStages({ askedAt, settings, escalation }: AuthorizationRequest): ScheduledStage[] {
  const reminders = settings.remindAfter.map(
    (seconds, index): ScheduledStage => ({ stage: `remind-${index + 1}`, at: askedAt + seconds * 1000 }),
  );
  const escalations: ScheduledStage[] = escalation
    ? [{ stage: 'escalate', at: askedAt + settings.escalateAfter * 1000 }]
    : [];
  return [{ stage: 'ask' as const, at: askedAt }, ...reminders, ...escalations].sort((a, b) => a.at - b.at);
}
