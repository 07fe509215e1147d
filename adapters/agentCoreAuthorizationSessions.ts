import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import type { AuthorizationSessions } from '../core/ports/authorizationSessions.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import { rejection } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** The authorization sessions of the AgentCore data plane. */
export class AgentCoreAuthorizationSessions implements AuthorizationSessions {
  readonly #client: () => BedrockAgentCoreClient;

  constructor(client?: BedrockAgentCoreClient) {
    this.#client = lazy(() => client ?? new BedrockAgentCoreClient(clientSettings(callLimits.agentCore)));
  }

  async complete(sessionUri: string, userId: string): Promise<CallResult> {
    try {
      await this.#client().send(
        new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId } }),
      );
      return { kind: 'accepted' };
    } catch (error) {
      return rejection(error);
    }
  }
}
