import { scheduler } from 'node:timers/promises';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import {
  changeCommands,
  changeTagsCommands,
  getCommands,
  listPartsCommands,
} from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { SecretsManagerSecrets } from '../../adapters/secretsManagerSecrets.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  controlPlane: new AgentCoreControlPlane({
    ...getCommands,
    ...listPartsCommands,
    ...changeCommands,
    ...changeTagsCommands,
  }),
  secrets: new SecretsManagerSecrets(),
  catalog: resourceShapes,
  authorizationUrl: setting('AUTHORIZATION_URL'),
  clock: Date.now,
  sleep: (ms) => scheduler.wait(ms),
});
