import type { CallResult } from './controlPlane.ts';

/** The data plane of AgentCore, which completes a person's authorization. */
export interface AuthorizationSessions {
  /**
   * Confirms to the service that the user of the session consented.
   *
   * @param sessionUri the `session_id` of the OAuth callback
   * @param userId from the `authorizationData` of the same link
   */
  complete(sessionUri: string, userId: string): Promise<CallResult>;
}
