import { type AuthorizationLink, linkUse } from './authorizationLink.ts';
import type { SeenLink } from './request.ts';

/** What was seen of the target's links before. Times in ms since the epoch. */
export interface LinkHistory {
  /** The links seen last, by the loop and by the pages. */
  readonly seen: readonly SeenLink[];
  /** When the operation began that the target waits in: no link of it is older. */
  readonly beganAt: number;
}

/**
 * When a link was issued, as far as can be told. The service does not say. It gives a link when the operation begins;
 * one that differs from what was seen before was issued since, which no reading of the documentation rules out.
 */
export function issueOf(
  { session }: Pick<AuthorizationLink, 'session'>,
  { seen, beganAt }: LinkHistory,
  now: number,
): SeenLink {
  const known = seen.filter((link) => link.session === session);
  if (known.length > 0) return { session, issuedAt: Math.min(...known.map(({ issuedAt }) => issuedAt)) };
  const isLater = seen.some(({ issuedAt }) => issuedAt >= beganAt);
  return { session, issuedAt: isLater ? now : beganAt };
}

/** Whether a person can still be sent there. */
export function isFresh({ issuedAt }: SeenLink, now: number): boolean {
  return now - issuedAt < linkUse;
}
