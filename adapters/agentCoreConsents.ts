import { BedrockAgentCoreClient, CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import type { Answer } from '../core/decide/record.ts';
import type { Consents } from '../core/ports/consents.ts';
import { rejection } from './awsError.ts';
import { whenNeeded } from './whenNeeded.ts';

/** Consents at the AgentCore data plane. */
export class AgentCoreConsents implements Consents {
  readonly #client: () => BedrockAgentCoreClient;

  constructor(client?: BedrockAgentCoreClient) {
    this.#client = whenNeeded(() => client ?? new BedrockAgentCoreClient());
  }

  async complete(sessionUri: string, userId: string): Promise<Answer> {
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
