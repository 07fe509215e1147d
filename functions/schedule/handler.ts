import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { listDueWorkspaces, parseScheduleEvent, startDueWorkspaces } from './listDueWorkspaces.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
};

/** Lists the workspaces of a drift pass, or starts those that have a synchronization due. */
export const handler = lambdaStep(
  parseScheduleEvent,
  async (event): Promise<unknown> =>
    event.reason === 'drift' ? listDueWorkspaces(event, ports) : startDueWorkspaces(event, ports),
);
