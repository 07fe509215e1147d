import { randomUUID } from 'node:crypto';
import { scheduler } from 'node:timers/promises';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { listCommands } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { StepFunctionsStarter } from '../../adapters/stepFunctionsStarter.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  starter: new StepFunctionsStarter(setting('RECONCILE_STATE_MACHINE')),
  newId: randomUUID,
  controlPlane: new AgentCoreControlPlane(listCommands),
  deploymentId: setting('DEPLOYMENT_ID'),
  sleep: (ms) => scheduler.wait(ms),
  random: Math.random,
  clock: Date.now,
});
