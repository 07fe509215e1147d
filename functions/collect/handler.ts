import { DynamoLedgerScan } from '../../adapters/dynamoLedgerScan.ts';
import { S3CopyStore } from '../../adapters/s3CopyStore.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  copies: new S3CopyStore(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  ledgerScan: new DynamoLedgerScan(setting('LEDGER_TABLE')),
  clock: Date.now,
});
