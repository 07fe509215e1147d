import type { Address } from '../address.ts';
import type { Owner, Owners } from '../manifest/owners.ts';
import type { AuthorizationSettings } from '../manifest/settings.ts';
import { hashId } from './hashId.ts';
import type { AuthorizationRequest } from './request.ts';
import type { RequestSubject } from './requestSubject.ts';

/** What must be known to ask somebody something. */
export interface NewRequestInput {
  /** Opaque, random, 128 bits. */
  readonly id: string;
  readonly workspace: string;
  readonly address: Address;
  readonly subject: RequestSubject;
  /** Who is asked first; nobody in particular where the manifest names nobody. */
  readonly owner: Owner | undefined;
  /** Where the second contact stands. */
  readonly owners: Owners;
  readonly settings: AuthorizationSettings;
  /** In ms since the epoch. */
  readonly askedAt: number;
  /** Of the configuration that it is about. */
  readonly fingerprint?: string;
}

/** A request to a person at the beginning of its life. */
export function newRequest(input: NewRequestInput): AuthorizationRequest {
  const { owner, owners, ...rest } = input;
  const { escalation } = owners;
  return {
    ...rest,
    reference: hashId(input.id),
    ...(owner && { owner }),
    ...(escalation && { escalation }),
    state: 'open',
    attempts: [],
    notifications: [],
  };
}
