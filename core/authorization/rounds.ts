import type { AuthorizationRequest, Round, Telling } from './request.ts';

/** What is to be said about an open request now, and when to look again. */
export interface Due {
  /** Absent where everything due has been said. */
  readonly round?: Round;
  readonly expired: boolean;
  /** Seconds until something else falls due, at least 1. */
  readonly waitSeconds: number;
}

interface Moment {
  readonly round: Round;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * What falls due in the life of an open request. Of several rounds that were missed only the last is said: a person
 * who gets three reminders at once learns nothing from two of them.
 */
export function dueOf(request: AuthorizationRequest, now: number): Due {
  const moments = momentsOf(request);
  const expiresAt = expiryOf(request);
  const past = moments.filter(({ at }) => at <= now);
  const last = past.at(-1);
  const isSaid = !last || isToldEnough(request.told.filter(({ round }) => round === last.round));
  const next = Math.min(...moments.filter(({ at }) => at > now).map(({ at }) => at), expiresAt);
  return {
    ...(!isSaid && { round: last.round }),
    expired: expiresAt <= now,
    waitSeconds: Math.max(1, Math.ceil((next - now) / 1000)),
  };
}

/** How often a round is said where a channel fails; its other channels get it as often. */
const MOST_TELLINGS = 3;

function isToldEnough(tellings: readonly Telling[]): boolean {
  return tellings.length >= MOST_TELLINGS || tellings.some(({ failed }) => failed.length === 0);
}

/** @returns when the request expires, in ms since the epoch */
export function expiryOf({ askedAt, settings }: Pick<AuthorizationRequest, 'askedAt' | 'settings'>): number {
  return askedAt + settings.expireAfter * 1000;
}

function momentsOf({ askedAt, settings, escalation }: AuthorizationRequest): Moment[] {
  const reminders = settings.remindAfter.map(
    (seconds, index): Moment => ({ round: `remind-${index + 1}`, at: askedAt + seconds * 1000 }),
  );
  const escalations: Moment[] = escalation
    ? [{ round: 'escalate', at: askedAt + settings.escalateAfter * 1000 }]
    : [];
  return [{ round: 'ask' as const, at: askedAt }, ...reminders, ...escalations].sort((a, b) => a.at - b.at);
}
