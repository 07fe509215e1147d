import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { DynamoLedgerRows } from '../../adapters/dynamoLedgerRows.ts';
import { S3ObjectVersions } from '../../adapters/s3ObjectVersions.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  objects: new S3ObjectVersions(setting('SPEC_BUCKET'), setting('SPEC_BUCKET_OWNER')),
  ledgerRows: new DynamoLedgerRows(setting('LEDGER_TABLE')),
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  clock: Date.now,
});
