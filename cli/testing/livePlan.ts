import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AgentRegistryControlClient } from '../../adapters/agentRegistry/index.ts';
import { AgentRegistryRecords } from '../../adapters/agentRegistryRecords.ts';
import { SecretsManagerVersions } from '../../adapters/secretsManagerSecrets.ts';
import { emulatorSettings, type System } from '../../test/system/system.ts';
import type { LivePorts } from '../plan/livePorts.ts';

/** The present state of a system under simulated time, for plans. */
export function liveOf({ gateloop: { aws, agentCore, clock }, ledger }: System): LivePorts {
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER = '' } = aws.environment;
  const client = new BedrockAgentCoreControlClient(emulatorSettings(agentCore.url));
  const registry = new AgentRegistryControlClient(emulatorSettings(agentCore.url));
  return {
    ledger,
    agentCore: client,
    agentRegistry: registry,
    secrets: new SecretsManagerVersions(
      new SecretsManagerClient(emulatorSettings(AWS_ENDPOINT_URL_SECRETS_MANAGER)),
    ),
    records: new AgentRegistryRecords(registry),
    now: () => clock.now(),
    hasTrail: false,
  };
}
