import { randomBytes } from 'node:crypto';
import { AgentCoreRegistryRecords } from '../../adapters/agentCoreRegistryRecords.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { StepFunctionsTaskCallbacks } from '../../adapters/stepFunctionsTaskCallbacks.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { applyDecision, applyExternalDecision } from './applyDecision.ts';
import { handleRecordEvent } from './handleRecordEvent.ts';
import { parseRegistryApprovalEvent } from './registryApprovalEvent.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  records: new AgentCoreRegistryRecords(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  taskCallbacks: new StepFunctionsTaskCallbacks(),
  newId: () => randomBytes(16).toString('hex'),
};

/** Handles the events of registries and of other systems, and applies the decisions of people to records. */
export const handler = lambdaStep(parseRegistryApprovalEvent, (event) => {
  if (event.action === 'applyDecision') return applyDecision(event.reference, ports);
  return 'record' in event
    ? handleRecordEvent(event.record, event.now, ports)
    : applyExternalDecision(event.decision, event.now, ports);
});
