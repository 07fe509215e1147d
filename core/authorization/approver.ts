import type { AuthorizationRequest } from './request.ts';

/** A person who logged in to the pages, as the identity provider vouches. */
export interface Identity {
  /** The name that pages show and that a closed request keeps as `closedBy`. */
  readonly name: string;
  /** Absent where the provider gives no e-mail address, or has not verified it. */
  readonly email?: string;
}

/** Who may decide where the pages have a login: every logged-in person, or only the recipients of the request. */
export type ApproverPolicy = 'anybody' | 'owners';

/** @returns whether the request went to this person's e-mail address, in any case of letters, or to no e-mail address */
export function isAddressedTo(request: AuthorizationRequest, { email }: Identity): boolean {
  const recipients = emailAddresses(request);
  return recipients.size === 0 || (email !== undefined && recipients.has(email.toLowerCase()));
}

/**
 * Whether a person may decide a request. A request that went to no e-mail address, such as one to a chat channel, does
 * not tell its recipients apart: every logged-in person may decide it.
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
