import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { listDueWorkspaces, parseScheduleEvent } from './listDueWorkspaces.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  specBucket: new S3SpecBucket(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
};

/** Lists the workspaces that a schedule has to reconcile. */
export const handler = lambdaStep(parseScheduleEvent, (event) => listDueWorkspaces(event, ports));
