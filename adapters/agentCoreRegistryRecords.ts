import {
  BedrockAgentCoreControlClient,
  GetRegistryRecordCommand,
  UpdateRegistryRecordStatusCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Answer } from '../core/decide/record.ts';
import { isJsonObject, type JsonValue } from '../core/manifest/json.ts';
import type { RecordId, RegistryRecord, RegistryRecords } from '../core/ports/registryRecords.ts';
import { isException, rejection } from './awsError.ts';

/** Records of AgentCore's registries. */
export class AgentCoreRegistryRecords implements RegistryRecords {
  readonly #client: BedrockAgentCoreControlClient;

  constructor(client = new BedrockAgentCoreControlClient()) {
    this.#client = client;
  }

  async get({ registryId, recordId }: RecordId): Promise<RegistryRecord | undefined> {
    try {
      const answer = await this.#client.send(new GetRegistryRecordCommand({ registryId, recordId }));
      const { name = recordId, description, descriptorType = '', descriptors, status = '' } = answer;
      // Plain JSON: descriptors hold texts and no dates or bytes.
      const plain: JsonValue = JSON.parse(JSON.stringify(descriptors ?? {}));
      return {
        registryId,
        recordId,
        name,
        ...(description !== undefined && { description }),
        descriptorType,
        descriptors: isJsonObject(plain) ? plain : {},
        status,
      };
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  async decide(
    { registryId, recordId }: RecordId,
    status: 'APPROVED' | 'REJECTED',
    statusReason: string,
  ): Promise<Answer> {
    try {
      await this.#client.send(
        new UpdateRegistryRecordStatusCommand({ registryId, recordId, status, statusReason }),
      );
      return { kind: 'accepted' };
    } catch (error) {
      return rejection(error);
    }
  }
}
