import type { Address } from '../address.ts';
import type { Owner, Owners } from '../manifest/owners.ts';
import type { AuthorizationSettings } from '../manifest/settings.ts';
import { defined, omit } from '../objects.ts';
import { hashId } from './hashId.ts';
import type { RequestSubject } from './requestSubject.ts';

/**
 * `open`: a person has to decide · `completing`: a person consented, and the pages complete the authorization with the
 * service · the others: the one outcome, which never changes again
 */
export type RequestState = 'open' | 'completing' | RequestOutcome;

/**
 * `completed`: a person consented or approved · `refused`: a person refused · `expired`: no person decided in time ·
 * `withdrawn`: Gateloop needs no decision any more
 */
export type RequestOutcome = 'completed' | 'refused' | 'expired' | 'withdrawn';

/** The attempt of one browser to authorize. Times in ms since the epoch. */
export interface BrowserAttempt {
  /** SHA-256 of the browser's cookie. */
  readonly browser: string;
  /** The person who was logged in when they clicked; absent where the pages have no login. */
  readonly person?: string;
  readonly clickedAt: number;
  /** SHA-256 of the session that the browser took to the provider; absent while it waits for a link. */
  readonly session?: string;
  /** The service's user id of the session. Never shown. */
  readonly userId?: string;
  /** When the provider redirected the browser back with consent. */
  readonly consentedAt?: number;
}

/** A link of the service that Gateloop observed, by the hash of its session. */
export interface ObservedLink {
  readonly session: string;
  /** ms since the epoch; where it is unknown, the earliest possible time. */
  readonly issuedAt: number;
}

/**
 * Why a session can never be completed: its callback came from another browser or person than the one that took it to
 * the provider, or before the service had a consent.
 */
export type VoidCause = 'wrongBrowser' | 'noConsent';

/** A session that can never be completed, by its hash. */
export interface VoidSession {
  readonly session: string;
  readonly cause: VoidCause;
  /** ms since the epoch. */
  readonly voidedAt: number;
}

/** One sending of a message about a request. */
export interface Notification {
  readonly stage: NotificationStage;
  readonly sentAt: number;
  /** The contacts whose channel failed, as `contactName` names them. */
  readonly failedContacts: readonly string[];
}

/** `ask` first, then `remind-1` and so on, then `escalate` to the workspace's second contact. */
export type NotificationStage = 'ask' | `remind-${number}` | 'escalate';

/**
 * A request to a person, which a durable link leads to. The pages and the workflow of the request write it; the
 * reconcile loop only reads it. Times in ms since the epoch.
 */
export interface AuthorizationRequest {
  /** The id in the link: opaque, random, 128 bits. */
  readonly id: string;
  /** SHA-256 of the id: names the request in executions, logs and events, where the id must not stand. */
  readonly reference: string;
  readonly workspace: string;
  readonly address: Address;
  readonly subject: RequestSubject;
  /** Who gets the request first. */
  readonly owner?: Owner;
  /** The workspace's second contact. */
  readonly escalation?: Owner;
  readonly settings: AuthorizationSettings;
  /** Of the configuration that the request is about: another configuration needs another request. */
  readonly fingerprint?: string;
  readonly askedAt: number;
  readonly state: RequestState;
  readonly attempts: readonly BrowserAttempt[];
  readonly notifications: readonly Notification[];
  /** When a person last clicked while no usable link existed. */
  readonly clickedAt?: number;
  /** The hash of the session of the service's link at that click: another browser has it, it is too old, or void. */
  readonly staleSession?: string;
  /** A person read that the target must be deleted and created again, and agreed. */
  readonly mayReplace?: true;
  /** The service's link that a page observed last. */
  readonly link?: ObservedLink;
  /** The sessions of this request that became void, the latest last. */
  readonly voidSessions?: readonly VoidSession[];
  /** When the request got its outcome. */
  readonly closedAt?: number;
  /** Who decided: the logged-in person, or the `by` of an external decision. */
  readonly closedBy?: string;
  /** The reason of the outcome, in a person's words. */
  readonly reason?: string;
  /** When a step published the outcome; where it is absent, the workflow of the request publishes it. */
  readonly closePublishedAt?: number;
  /** When the session that completed the request came back in another browser as well. */
  readonly disputedAt?: number;
  /** When a person requested a new request in place of this one. */
  readonly renewalRequestedAt?: number;
  /** The token of the workflow task that waits for the outcome. Never shown. */
  readonly taskToken?: string;
}

/** The data of a new request. */
export interface NewRequestInput
  extends Pick<
    AuthorizationRequest,
    'id' | 'workspace' | 'address' | 'subject' | 'settings' | 'askedAt' | 'fingerprint'
  > {
  /** Who gets the request first; undefined where the manifest names no owner. */
  readonly owner: Owner | undefined;
  /** The owners of the workspace, which name the second contact. */
  readonly owners: Owners;
}

/** @returns an open request that no notification was sent for */
export function newRequest(input: NewRequestInput): AuthorizationRequest {
  const { owner, owners } = input;
  return {
    ...omit(input, 'owner', 'owners'),
    reference: hashId(input.id),
    ...defined({ owner, escalation: owners.escalation }),
    state: 'open',
    attempts: [],
    notifications: [],
  };
}

export const requestOutcomes: readonly RequestOutcome[] = ['completed', 'refused', 'expired', 'withdrawn'];

/** @returns the outcome of a closed request; undefined for an open one */
export function requestOutcome({ state }: Pick<AuthorizationRequest, 'state'>): RequestOutcome | undefined {
  return requestOutcomes.find((outcome) => outcome === state);
}

/** The status that each outcome gives a registry's record; an expired or withdrawn request leaves the record as it is. */
export const recordStatusByOutcome: Readonly<Partial<Record<RequestOutcome, 'APPROVED' | 'REJECTED'>>> = {
  completed: 'APPROVED',
  refused: 'REJECTED',
};

/** The workflow retries applying a decision about a record for 20 minutes. After this time it has failed. In ms. */
export const DECISION_TIMEOUT = 30 * 60_000;
