import type { AuthorizationRequest } from './request.ts';

/** Somebody who logged in in front of the pages, as their identity provider vouches. */
export interface Identity {
  /** What people know themselves by; it is shown, and noted as who answered. */
  readonly name: string;
  /** Absent where the provider gives none, or has not verified it. */
  readonly email?: string;
}

/** Whose answers count where a login stands in front of the pages: of whoever can log in, or of who was asked. */
export type ApproverPolicy = 'anybody' | 'owners';

/** Whether a request was sent to nobody by e-mail, or to this person. Capital letters make no other address. */
export function isAddressedTo(request: AuthorizationRequest, { email }: Identity): boolean {
  const recipients = emailAddresses(request);
  return recipients.size === 0 || (email !== undefined && recipients.has(email.toLowerCase()));
}

/**
 * Whether somebody may answer a request. Where it was sent to nobody by e-mail, such as to a chat channel, nobody could
 * be told apart: then whoever can log in may.
 */
export function isAuthorizedApprover(
  request: AuthorizationRequest,
  identity: Identity | undefined,
  policy: ApproverPolicy,
): boolean {
  return policy === 'anybody' || (identity !== undefined && isAddressedTo(request, identity));
}

function emailAddresses({ owner, escalation }: AuthorizationRequest): ReadonlySet<string> {
  const contacts = [...(owner?.contacts ?? []), ...(escalation?.contacts ?? [])];
  return new Set(
    contacts.flatMap(({ channel, address }) => (channel === 'email' ? [address.toLowerCase()] : [])),
  );
}
