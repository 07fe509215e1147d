import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { AgentRegistryRecords } from '../../adapters/agentRegistryRecords.ts';
import { getCommands, listCommands, tagCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { SecretsManagerVersions } from '../../adapters/secretsManagerSecrets.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import type { GivenGrants } from '../../core/iam/callerGrants.ts';
import type { HealLimits } from '../../core/reconcile/breaker.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

// The deployment has checked both.
const healLimits: HealLimits = JSON.parse(setting('HEAL_LIMITS'));
const callerGrants: GivenGrants = JSON.parse(setting('CALLER_GRANTS'));

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  controlPlane: new AgentCoreControlPlane({ ...getCommands, ...listCommands, ...tagCommand }),
  secrets: new SecretsManagerVersions(),
  records: new AgentRegistryRecords(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  catalog: resourceShapes,
  healLimits,
  callerGrants,
  clock: Date.now,
  random: Math.random,
  deploymentId: setting('DEPLOYMENT_ID'),
});
