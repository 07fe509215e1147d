import type { RequestDetails } from '../storage/requestDetails.ts';
import type { Identity } from './approver.ts';
import type { AuthorizationRequest, VoidCause } from './request.ts';

/** The progress of a target, or of a registry's record, after a person authorized it. */
export type TargetProgress =
  | 'working'
  /** The registry has read the record, and waits for the approval of another person. */
  | 'submitted'
  | 'ready'
  | 'failed';

/** Why a person has to try again. */
export type RetryReason =
  /** The provider returned an error that is neither consent nor refusal. */
  | 'provider'
  /** The service rejected the consent, or the link had expired. */
  | 'linkExpired'
  /** The service could not accept the consent now; the page repeats the same step after some seconds. */
  | 'serviceBusy'
  /** The function stopped while it completed the authorization; the outcome is unknown. */
  | 'interrupted'
  /** The session of the login came back in another browser too, so it is void. */
  | 'otherBrowser'
  /** The browser came back before the service had a consent, so the session is void. */
  | 'noConsent'
  /** The service issued no new link in time. */
  | 'noLink'
  /** The service issues no new link, and does not let Gateloop start the operation again. */
  | 'linkHeld'
  /** Operators have suspended all changes, and a new link needs one. */
  | 'suspended';

/**
 * Everything that an answer covers, or why the page cannot show it: then it takes no yes. `tooLarge` is more than Lambda
 * returns in one response.
 */
export type ShownDetails = RequestDetails | 'unreadable' | 'tooLarge';

/** @returns whether a person has read all that a yes would cover */
export function isComplete(details: ShownDetails | undefined): boolean {
  return typeof details === 'object';
}

/** What a person reads whose own login is void. */
export const voidRetryReasons: Readonly<Record<VoidCause, RetryReason>> = {
  wrongBrowser: 'otherBrowser',
  noConsent: 'noConsent',
};

/** A page of the authorization pages, with the data that it shows. */
export type Page =
  | {
      readonly name: 'waiting';
      readonly request: AuthorizationRequest;
      /** The logged-in person; absent where the pages have no login. */
      readonly identity?: Identity | undefined;
      /** Absent for a consent, which the provider's page describes. */
      readonly details?: ShownDetails;
    }
  /** Only deleting the target and creating it again gives a new link. */
  | { readonly name: 'replace'; readonly request: AuthorizationRequest }
  | { readonly name: 'preparing'; readonly request: AuthorizationRequest; readonly isFirst: boolean }
  | { readonly name: 'retry'; readonly request: AuthorizationRequest; readonly reason: RetryReason }
  | {
      readonly name: 'completed';
      readonly request: AuthorizationRequest;
      readonly progress: TargetProgress;
      readonly reasons: readonly string[];
    }
  | { readonly name: 'finishing'; readonly request: AuthorizationRequest }
  | { readonly name: 'refused'; readonly request: AuthorizationRequest }
  | { readonly name: 'renewed'; readonly request: AuthorizationRequest }
  | { readonly name: 'expired'; readonly request: AuthorizationRequest }
  | { readonly name: 'withdrawn'; readonly request: AuthorizationRequest }
  | { readonly name: 'forbidden'; readonly identity: Identity | undefined }
  /** `correlation` finds the error in the log and contains nothing else. */
  | { readonly name: 'failure'; readonly correlation: string }
  | { readonly name: 'tooManyRequests' }
  | { readonly name: 'wrongBrowser' }
  | { readonly name: 'crossOrigin' }
  | { readonly name: 'unknown' };

export type PageName = Page['name'];
