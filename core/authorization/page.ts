import type { Identity } from './approver.ts';
import type { AuthorizationRequest } from './request.ts';

/** How far a target has come after consent. */
export type TargetProgress = 'working' | 'ready' | 'failed';

/** Why a person has to try once more. */
export type RetryReason =
  /** The provider said something other than yes or no. */
  | 'provider'
  /** The service did not take the consent, or the link had lapsed. */
  | 'lapsed'
  /** The service could not take the consent just now; the same step is tried again in a moment. */
  | 'handingOver'
  /** The consent was being handed over when everything stopped; whether it arrived is to be found out. */
  | 'cutShort'
  /** The service gave no fresh link in time. */
  | 'service'
  /** The service gives no fresh link, and lets nobody start the operation again. */
  | 'stuck';

/** A page that a person sees. */
export type Page =
  | {
      readonly name: 'waiting';
      readonly request: AuthorizationRequest;
      /** Who looks at it, where a login stands in front of the pages. */
      readonly visitor?: Identity | undefined;
    }
  /** The way to a fresh link is to delete the target and make it again. */
  | { readonly name: 'replace'; readonly request: AuthorizationRequest }
  | { readonly name: 'preparing'; readonly request: AuthorizationRequest; readonly isFirst: boolean }
  | { readonly name: 'trouble'; readonly request: AuthorizationRequest; readonly trouble: RetryReason }
  | {
      readonly name: 'completed';
      readonly request: AuthorizationRequest;
      readonly progress: TargetProgress;
      readonly reasons: readonly string[];
    }
  | { readonly name: 'finishing'; readonly request: AuthorizationRequest }
  | { readonly name: 'refused'; readonly request: AuthorizationRequest }
  | { readonly name: 'askedAgain'; readonly request: AuthorizationRequest }
  | { readonly name: 'expired'; readonly request: AuthorizationRequest }
  | { readonly name: 'withdrawn'; readonly request: AuthorizationRequest }
  | { readonly name: 'notYours'; readonly visitor: Identity | undefined }
  /** `correlation` finds the error in the log; by itself it tells nothing. */
  | { readonly name: 'failure'; readonly correlation: string }
  | { readonly name: 'wrongBrowser' }
  | { readonly name: 'notFromHere' }
  | { readonly name: 'unknown' };

export type PageName = Page['name'];
