import { randomBytes } from 'node:crypto';
import { AgentCoreRegistryRecords } from '../../adapters/agentCoreRegistryRecords.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { StepFunctionsTasks } from '../../adapters/stepFunctionsTasks.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { handleRegistryApproval } from './registryApproval.ts';
import { parseRegistryApprovalEvent } from './registryApprovalEvent.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  records: new AgentCoreRegistryRecords(),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
  waitingTasks: new StepFunctionsTasks(),
  // 128 bits, as for every durable link.
  newId: () => randomBytes(16).toString('hex'),
};

/** Takes in what registries and other systems say, and carries out what people answer. */
export const handler = lambdaStep(parseRegistryApprovalEvent, (event) =>
  handleRegistryApproval(event, ports),
);
