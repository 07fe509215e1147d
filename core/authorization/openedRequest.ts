import type { Owner, Owners } from '../manifest/owners.ts';
import type { AuthorizationSettings } from '../manifest/settings.ts';
import type { Address } from '../resources/address.ts';
import type { Asked } from './asked.ts';
import { referenceOf } from './reference.ts';
import type { AuthorizationRequest } from './request.ts';

/** What must be known to ask somebody something. */
export interface Opening {
  /** Opaque, random, 128 bits. */
  readonly id: string;
  readonly workspace: string;
  readonly address: Address;
  readonly asked: Asked;
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
export function openedRequest(opening: Opening): AuthorizationRequest {
  const { owner, owners, ...rest } = opening;
  const { escalation } = owners;
  return {
    ...rest,
    reference: referenceOf(opening.id),
    ...(owner && { owner }),
    ...(escalation && { escalation }),
    state: 'open',
    attempts: [],
    told: [],
  };
}
