import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoLedger } from './dynamoLedger.ts';
import { startServices } from './testing/embeddedServices.ts';
import { ledgerContract } from './testing/ledgerContract.ts';

const TABLE = {
  TableName: 'ledger',
  AttributeDefinitions: [
    { AttributeName: 'workspace', AttributeType: 'S' },
    { AttributeName: 'item', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'workspace', KeyType: 'HASH' },
    { AttributeName: 'item', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

async function openLedger(): Promise<DynamoLedger> {
  const { settings } = await startServices({ tables: [TABLE] });
  return new DynamoLedger('ledger', new DynamoDBClient(settings('DYNAMODB')));
}

describe('the ledger on DynamoDB', () => {
  ledgerContract(openLedger);

  it('passes on what is wrong with the table itself', async () => {
    const { settings } = await startServices({ tables: [] });
    const ledger = new DynamoLedger('missing', new DynamoDBClient(settings('DYNAMODB')));
    const taking = ledger.takeLease({ workspace: 'payments', holder: 'one', now: 0, duration: 1 });
    await expect(taking).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
