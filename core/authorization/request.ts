import type { Address } from '../address.ts';
import type { Owner } from '../manifest/owners.ts';
import type { AuthorizationSettings } from '../manifest/settings.ts';
import type { RequestSubject } from './requestSubject.ts';

/**
 * Where a request to a person stands:
 * `open`: somebody is waited for · `completing`: consent was given and is being handed to the service · the others: its
 * one outcome, which never changes again
 */
export type RequestState = 'open' | 'completing' | RequestOutcome;

/**
 * `completed`: consented, or approved · `refused`: a person said no · `expired`: nobody answered in time ·
 * `withdrawn`: nothing awaits an answer any more
 */
export type RequestOutcome = 'completed' | 'refused' | 'expired' | 'withdrawn';

/** One browser's way through a request. Times in ms since the epoch. */
export interface BrowserAttempt {
  /** SHA-256 of the cookie that the browser holds. */
  readonly browser: string;
  readonly clickedAt: number;
  /** SHA-256 of the session that the browser was sent to the provider with; absent while a link is awaited. */
  readonly session?: string;
  /** Whose session it is, to the service. Never shown. */
  readonly userId?: string;
  /** When the provider sent the browser back with consent. */
  readonly consentedAt?: number;
}

/** A link of the service that was seen, by its session's hash. */
export interface ObservedLink {
  readonly session: string;
  /** ms since the epoch; where nothing is known, the earliest time that it can be. */
  readonly issuedAt: number;
}

/** A message of a request that went out. */
export interface Notification {
  readonly stage: NotificationStage;
  readonly sentAt: number;
  /** Channels that did not take it. */
  readonly failedContacts: readonly string[];
}

/** `ask` first, then `remind-1` and so on, then `escalate` to the workspace's second contact. */
export type NotificationStage = 'ask' | `remind-${number}` | 'escalate';

/**
 * A request to a person: what a durable link stands for. The request is written by the pages and by its own workflow;
 * the loop only reads it. Times in ms since the epoch.
 */
export interface AuthorizationRequest {
  /** What the link carries: opaque, random, 128 bits. */
  readonly id: string;
  /** SHA-256 of the id: names the request wherever the id must not stand, as in executions and logs. */
  readonly reference: string;
  readonly workspace: string;
  readonly address: Address;
  /** What is asked, in the words of the manifest. */
  readonly subject: RequestSubject;
  readonly owner?: Owner;
  /** The workspace's second contact. */
  readonly escalation?: Owner;
  readonly settings: AuthorizationSettings;
  /** Of the configuration that the request is about: another one is another question. */
  readonly fingerprint?: string;
  readonly askedAt: number;
  readonly state: RequestState;
  readonly attempts: readonly BrowserAttempt[];
  readonly notifications: readonly Notification[];
  /** When somebody last asked for a link that had to be made afresh. */
  readonly clickedAt?: number;
  /** Somebody was told that the target must be deleted and made again, and wants that. */
  readonly mayReplace?: true;
  /** The service's link that a page saw last. */
  readonly link?: ObservedLink;
  /** When consent was handed over, or the request came to its end. */
  readonly closedAt?: number;
  /** Who ended it, where that is known: from a login in front of the pages, or from the event that said so. */
  readonly closedBy?: string;
  /** Why it ended, in a person's words. */
  readonly reason?: string;
  /** When the bus was told of the end: a step that is cut short before that has it told by the request's workflow. */
  readonly closePublishedAt?: number;
  /** When somebody asked for a new request in place of this one. */
  readonly renewalRequestedAt?: number;
  /** The token of the task that waits for the end. Never shown. */
  readonly taskToken?: string;
}

export const requestOutcomes: readonly RequestOutcome[] = ['completed', 'refused', 'expired', 'withdrawn'];

/** Whether a request has come to its end, and to which. */
export function requestOutcome({ state }: Pick<AuthorizationRequest, 'state'>): RequestOutcome | undefined {
  return requestOutcomes.find((outcome) => outcome === state);
}
