import { type AuthorizationLink, LINK_VALIDITY } from './authorizationLink.ts';
import type { ObservedLink } from './request.ts';

/** What was seen of the target's links before. Times in ms since the epoch. */
export interface LinkHistory {
  /** The links seen last, by the loop and by the pages. */
  readonly observedLinks: readonly ObservedLink[];
  /** When the operation began that the target waits in: no link of it is older. */
  readonly operationStartedAt: number;
}

/**
 * When a link was issued, as far as can be told. The service does not say. It gives a link when the operation begins;
 * one that differs from what was seen before was issued since, which no reading of the documentation rules out.
 */
export function observeLink(
  { session }: Pick<AuthorizationLink, 'session'>,
  { observedLinks, operationStartedAt }: LinkHistory,
  now: number,
): ObservedLink {
  const earlier = observedLinks.filter((link) => link.session === session);
  if (earlier.length > 0) return { session, issuedAt: Math.min(...earlier.map(({ issuedAt }) => issuedAt)) };
  const isNewLink = observedLinks.some(({ issuedAt }) => issuedAt >= operationStartedAt);
  return { session, issuedAt: isNewLink ? now : operationStartedAt };
}

/** Whether a person can still be sent there. */
export function isLinkUsable({ issuedAt }: ObservedLink, now: number): boolean {
  return now - issuedAt < LINK_VALIDITY;
}
