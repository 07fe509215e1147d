import type { CallResult } from './controlPlane.ts';

/** The data plane's part in a person's consent. */
export interface AuthorizationSessions {
  /**
   * Tells the service that the session's consent is the user's own.
   *
   * @param sessionUri the `session_id` that the browser came back with
   * @param userId from the `authorizationData` of the same link
   */
  complete(sessionUri: string, userId: string): Promise<CallResult>;
}
