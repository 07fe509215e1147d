import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { EventBridgeEvents } from '../../adapters/eventBridgeEvents.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { listChangedWorkspaces } from './listChangedWorkspaces.ts';
import { listDueWorkspaces, startDueWorkspaces } from './listDueWorkspaces.ts';
import { parseScheduleEvent } from './scheduleEvent.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  events: new EventBridgeEvents(setting('EVENT_BUS')),
};

/** Lists the workspaces of a drift pass or of a change by another client, or starts those with a synchronization due. */
export const handler = lambdaStep(parseScheduleEvent, async (event): Promise<unknown> => {
  if ('detail' in event) return listChangedWorkspaces(event, ports.ledger);
  return event.reason === 'drift' ? listDueWorkspaces(event, ports) : startDueWorkspaces(event, ports);
});
