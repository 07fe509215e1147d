import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AgentCoreRegistryRecords } from '../../adapters/agentCoreRegistryRecords.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { SecretsManagerVersions } from '../../adapters/secretsManagerSecrets.ts';
import { LEDGER_TABLE } from '../../local/gateloop.ts';
import { emulatorSettings, type System } from '../../test/system/system.ts';
import type { LivePorts } from '../plan/livePorts.ts';

/** The present state of a system under simulated time, for plans. */
export function liveOf({ gateloop: { aws, agentCore, clock } }: System): LivePorts {
  const { AWS_ENDPOINT_URL_DYNAMODB = '', AWS_ENDPOINT_URL_SECRETS_MANAGER = '' } = aws.environment;
  const client = new BedrockAgentCoreControlClient(emulatorSettings(agentCore.url));
  return {
    ledger: new DynamoLedger(LEDGER_TABLE, new DynamoDBClient(emulatorSettings(AWS_ENDPOINT_URL_DYNAMODB))),
    agentCore: client,
    secrets: new SecretsManagerVersions(
      new SecretsManagerClient(emulatorSettings(AWS_ENDPOINT_URL_SECRETS_MANAGER)),
    ),
    records: new AgentCoreRegistryRecords(client),
    now: () => clock.now(),
    hasTrail: false,
  };
}
