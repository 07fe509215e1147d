import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { ledgerTableDefinition } from '../local/aws/ledgerTable.ts';
import { DynamoLedger } from './dynamoLedger.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeLedgerContract } from './testing/ledgerContract.ts';

async function openLedger(): Promise<DynamoLedger> {
  const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
  return new DynamoLedger('ledger', new DynamoDBClient(settings('DYNAMODB')));
}

describeLedgerContract('DynamoLedger', openLedger);

describe('DynamoLedger', () => {
  it('throws the error of DynamoDB when the table does not exist', async () => {
    const { settings } = await startEmbeddedServices({ tables: [] });
    const ledger = new DynamoLedger('missing', new DynamoDBClient(settings('DYNAMODB')));
    const taking = ledger.takeLease({ workspace: 'payments', holder: 'one', now: 0, duration: 1 });
    await expect(taking).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
