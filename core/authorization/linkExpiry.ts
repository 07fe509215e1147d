import type { JsonObject } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { AuthorizationLink, IssuedLink } from './authorizationLink.ts';
import { hashId } from './hashId.ts';
import type { ObservedLink } from './request.ts';

/** The links of a target that Gateloop observed before. Times in ms since the epoch. */
export interface LinkHistory {
  /** The links that poll and the pages observed last. */
  readonly observedLinks: readonly ObservedLink[];
  /** When the operation started that waits for authorization: every link of it is younger. */
  readonly operationStartedAt: number;
}

/**
 * How long a page hands out a link, in ms. AgentCore documents ten minutes of validity; one minute of them is left to
 * the person who logs in.
 */
export const LINK_VALIDITY = 9 * 60_000;

/** @returns the link in a target as Get or List return it, or in the answer of a call; undefined where it has none */
export function readAuthorizationLink(target: JsonObject): AuthorizationLink | undefined {
  const url = memberAt(target, ['authorizationData', 'oauth2', 'authorizationUrl']);
  const userId = memberAt(target, ['authorizationData', 'oauth2', 'userId']);
  if (typeof url !== 'string' || typeof userId !== 'string' || !URL.canParse(url)) return undefined;
  // Measured: the session id in the callback equals the link's request_uri.
  return { url, userId, session: hashId(new URL(url).searchParams.get('request_uri') ?? url) };
}

/** AgentCore documents that a link is valid for ten minutes. */
const LINK_LIFETIME = 10 * 60_000;

/**
 * @param answer of a call that started an operation which waits for a person: of a registry record only this answer has the
 *   link, and no read
 * @param now when the call was made, in ms since the epoch
 */
export function readIssuedLink(answer: JsonObject, now: number): IssuedLink | undefined {
  const link = readAuthorizationLink(answer);
  if (!link) return undefined;
  const expiresAt = memberAt(answer, ['authorizationData', 'oauth2', 'expiresAt']);
  const issuedAt = typeof expiresAt === 'number' ? Math.min(now, expiresAt - LINK_LIFETIME) : now;
  return { ...link, issuedAt };
}

/**
 * Estimates when a link was issued, since the service does not say. The service issues a link when the operation starts.
 * A link that differs from those observed since then may have been issued just now: the documentation does not exclude
 * it.
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

/** @returns whether a page may still redirect a person to the link */
export function isLinkUsable({ issuedAt }: ObservedLink, now: number): boolean {
  return now - issuedAt < LINK_VALIDITY;
}
