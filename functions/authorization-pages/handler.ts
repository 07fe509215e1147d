import { randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { AgentCoreAuthorizationSessions } from '../../adapters/agentCoreAuthorizationSessions.ts';
import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { callLimits, clientSettings } from '../../adapters/clientSettings.ts';
import { getAuthorizedCommands } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3JsonStore } from '../../adapters/s3JsonStore.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3JsonStore(
    setting('SPEC_BUCKET'),
    setting('SPEC_BUCKET_OWNER'),
    new S3Client(clientSettings(callLimits.requestDetails)),
  ),
  controlPlane: new AgentCoreControlPlane(getAuthorizedCommands),
  authorizationSessions: new AgentCoreAuthorizationSessions(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  authorizationUrl: setting('AUTHORIZATION_URL'),
  answersFrom: setting('ANSWERS_FROM') === 'owners' ? 'owners' : 'anybody',
  newSecret: () => randomBytes(32).toString('hex'),
  clock: Date.now,
});
