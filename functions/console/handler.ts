import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { callLimits, clientSettings } from '../../adapters/clientSettings.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { S3UploadHistory } from '../../adapters/s3UploadHistory.ts';
import { StepFunctionsExecutions } from '../../adapters/stepFunctionsExecutions.ts';
import { setting } from '../runtime/environment.ts';
import { parseConsoleSettings } from './consolePorts.ts';
import { createHandler } from './createHandler.ts';

const [bucket, owner] = [setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')];
const s3 = new S3Client(clientSettings(callLimits.requestDetails));

export const handler = createHandler({
  reads: {
    ledger: new DynamoLedger(setting('LEDGER_TABLE')),
    bucket: new S3SpecBucket(bucket, owner, s3),
    uploads: new S3UploadHistory(bucket, owner, s3),
    executions: new StepFunctionsExecutions(
      setting('STATE_MACHINES'),
      new SFNClient(clientSettings(callLimits.stepFunctions)),
    ),
  },
  settings: parseConsoleSettings(setting('CONSOLE')),
  clock: Date.now,
});
