import type { AuthorizationRequest, Notification, NotificationStage } from './request.ts';

/** What is to be said about an open request now, and when to look again. */
export interface NextNotification {
  /** Absent where everything due has been said. */
  readonly stage?: NotificationStage;
  readonly expired: boolean;
  /** Seconds until something else falls due, at least 1. */
  readonly waitSeconds: number;
}

interface ScheduledStage {
  readonly stage: NotificationStage;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * What falls due in the life of an open request. Of several rounds that were missed only the last is said: a person
 * who gets three reminders at once learns nothing from two of them.
 */
export function nextNotification(request: AuthorizationRequest, now: number): NextNotification {
  const stages = scheduledStages(request);
  const expiresAt = expiryTime(request);
  const dueStages = stages.filter(({ at }) => at <= now);
  const latest = dueStages.at(-1);
  const isSent = !latest || isStageSent(request.notifications.filter(({ stage }) => stage === latest.stage));
  const nextDueAt = Math.min(...stages.filter(({ at }) => at > now).map(({ at }) => at), expiresAt);
  return {
    ...(!isSent && { stage: latest.stage }),
    expired: expiresAt <= now,
    waitSeconds: Math.max(1, Math.ceil((nextDueAt - now) / 1000)),
  };
}

/** How often a round is said where a channel fails; its other channels get it as often. */
const MAX_NOTIFICATIONS_PER_STAGE = 3;

function isStageSent(notifications: readonly Notification[]): boolean {
  return (
    notifications.length >= MAX_NOTIFICATIONS_PER_STAGE ||
    notifications.some(({ failedContacts }) => failedContacts.length === 0)
  );
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
