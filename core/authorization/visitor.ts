import type { AuthorizationRequest } from './request.ts';

/** Somebody who logged in in front of the pages, as their identity provider vouches. */
export interface Visitor {
  /** What people know themselves by; it is shown, and noted as who answered. */
  readonly name: string;
  /** Absent where the provider gives none, or has not verified it. */
  readonly email?: string;
}

/** Whose answers count where a login stands in front of the pages: of whoever can log in, or of who was asked. */
export type AnswersFrom = 'anybody' | 'owners';

/** Whether a request was sent to nobody by e-mail, or to this person. Capital letters make no other address. */
export function isAddressedTo(request: AuthorizationRequest, { email }: Visitor): boolean {
  const known = addresses(request);
  return known.size === 0 || (email !== undefined && known.has(email.toLowerCase()));
}

/**
 * Whether somebody may answer a request. Where it was sent to nobody by e-mail, such as to a chat channel, nobody could
 * be told apart: then whoever can log in may.
 */
export function mayAnswer(
  request: AuthorizationRequest,
  visitor: Visitor | undefined,
  answersFrom: AnswersFrom,
): boolean {
  return answersFrom === 'anybody' || (visitor !== undefined && isAddressedTo(request, visitor));
}

function addresses({ owner, escalation }: AuthorizationRequest): ReadonlySet<string> {
  const contacts = [...(owner?.contacts ?? []), ...(escalation?.contacts ?? [])];
  return new Set(
    contacts.flatMap(({ channel, address }) => (channel === 'email' ? [address.toLowerCase()] : [])),
  );
}
