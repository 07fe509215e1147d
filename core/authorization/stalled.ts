import type { AuthorizationRequest } from './request.ts';

/** The function that hands a consent over runs 25 seconds at most: after this time nobody does any more. In ms. */
const STALLED_AFTER = 2 * 60_000;

/** Whether the handing over of a consent was cut short, so that the person has to do something. */
export function isStalled(
  { state, attempts }: Pick<AuthorizationRequest, 'state' | 'attempts'>,
  now: number,
): boolean {
  const consentedAt = Math.max(0, ...attempts.map((attempt) => attempt.consentedAt ?? 0));
  return state === 'completing' && now - consentedAt > STALLED_AFTER;
}
