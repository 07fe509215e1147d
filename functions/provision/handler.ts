import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { changeCommands, getCommands } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { SecretsManagerSecrets } from '../../adapters/secretsManagerSecrets.ts';
import { setting } from '../environment.ts';
import { step } from '../step.ts';
import { parseTurnEvent } from '../turn.ts';
import { provision } from './provision.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  controlPlane: new AgentCoreControlPlane({ ...getCommands, ...changeCommands }),
  secrets: new SecretsManagerSecrets(),
  catalogue: resourceShapes,
  authorizationUrl: setting('AUTHORIZATION_URL'),
};

/** Makes the calls that poll decided on: create, update, delete and rollback. */
export const handler = step(parseTurnEvent, (event) => provision(event, ports));
