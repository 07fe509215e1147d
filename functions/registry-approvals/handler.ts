import { randomBytes } from 'node:crypto';
import { AgentRegistryRecords } from '../../adapters/agentRegistryRecords.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  records: new AgentRegistryRecords(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  newId: () => randomBytes(16).toString('hex'),
  clock: Date.now,
});
