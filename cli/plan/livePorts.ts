import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AgentRegistryControlClient } from '../../adapters/agentRegistry/index.ts';
import { AgentRegistryRecords } from '../../adapters/agentRegistryRecords.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { SecretsManagerVersions } from '../../adapters/secretsManagerSecrets.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SecretVersionReader } from '../../core/ports/secrets.ts';
import { type Destination, destinationOf, type PushTo } from '../push/destination.ts';
import { embeddedCredentials, runningEndpoint, simulatedNow } from '../start/endpointFile.ts';
import type { LedgerReads } from './ledgerView.ts';
import { type RoleRights, SimulatedRoleRights } from './roleRights.ts';

/** Where a plan reads the present state. It calls nothing that writes. */
export interface LivePorts {
  readonly ledger: LedgerReads;
  readonly agentCore: BedrockAgentCoreControlClient;
  readonly agentRegistry: AgentRegistryControlClient;
  readonly secrets: SecretVersionReader;
  readonly records: RegistryRecords;
  /** ms since the epoch, as Gateloop counts. */
  readonly now: () => number;
  /** Absent where no IAM decides, as on the embedded AWS. */
  readonly roles?: RoleRights;
  /** Whether it is known that EventBridge gets the management events of AgentCore. */
  readonly hasTrail: boolean;
}

/** The bucket of a workspace, and the state that its plan is compared with. */
export interface PlanDestination extends Destination {
  readonly live: LivePorts;
}

/**
 * @param environment of a bucket whose name does not tell it
 * @throws CommandError `NotFollowed` when no `npm start` runs on the data directory
 */
export function planDestinationOf(to: PushTo, environment?: string): PlanDestination {
  return { ...destinationOf(to), live: livePortsOf(to, environment) };
}

/** The service grants ten reads a second to an account, which Gateloop uses too. */
const READ_ATTEMPTS = 5;

function livePortsOf(to: PushTo, environment = 'main'): LivePorts {
  if ('bucket' in to) {
    const { region, environment: named = environment } = bucketPlace(to.bucket);
    const settings = region === undefined ? {} : { region };
    const agentCore = new BedrockAgentCoreControlClient({ ...settings, maxAttempts: READ_ATTEMPTS });
    const agentRegistry = new AgentRegistryControlClient({ ...settings, maxAttempts: READ_ATTEMPTS });
    return {
      ledger: new DynamoLedger(`gateloop-${named}-ledger`, new DynamoDBClient(settings)),
      agentCore,
      agentRegistry,
      secrets: new SecretsManagerVersions(new SecretsManagerClient(settings)),
      records: new AgentRegistryRecords(agentRegistry),
      now: Date.now,
      roles: new SimulatedRoleRights(() => agentCore.config.region()),
      hasTrail: false,
    };
  }
  const endpoint = runningEndpoint(to.data);
  const settings = { region: endpoint.region, credentials: embeddedCredentials };
  const agentCore = new BedrockAgentCoreControlClient({ ...settings, endpoint: endpoint.agentCore });
  const agentRegistry = new AgentRegistryControlClient({ ...settings, endpoint: endpoint.agentCore });
  return {
    ledger: new DynamoLedger(
      endpoint.ledger,
      new DynamoDBClient({ ...settings, endpoint: endpoint.dynamodb }),
    ),
    agentCore,
    agentRegistry,
    secrets: new SecretsManagerVersions(
      new SecretsManagerClient({ ...settings, endpoint: endpoint.secretsManager }),
    ),
    records: new AgentRegistryRecords(agentRegistry),
    now: () => simulatedNow(endpoint),
    hasTrail: true,
  };
}
