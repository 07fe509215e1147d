import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { ledgerTableDefinition } from '../local/aws/ledgerTable.ts';
import { DynamoLedger } from './dynamoLedger.ts';
import { DynamoTable } from './dynamoTable.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeLedgerContract } from './testing/ledgerContract.ts';

async function openLedger(): Promise<DynamoLedger> {
  const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
  return new DynamoLedger('ledger', new DynamoDBClient(settings('DYNAMODB')));
}

describeLedgerContract('DynamoLedger', openLedger);

describe('DynamoLedger', () => {
  it('rejects an item of another format, and does not overwrite it', async () => {
    const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
    const client = new DynamoDBClient(settings('DYNAMODB'));
    const ledger = new DynamoLedger('ledger', client);
    const newer = new DynamoTable('ledger', 2, client);
    await newer.put({ workspace: 'payments', item: 'workspace', record: { latencies: {}, shape: 'new' } });
    const reading = ledger.readWorkspace('payments');
    await expect(reading).rejects.toMatchObject({ code: 'UnsupportedFormat', retryable: false });
    await expect(reading).rejects.toThrow(/payments\/workspace .* has format 2; .* reads format 1/);
    await ledger.writeWorkspace('payments', { latencies: {} });
    expect(await newer.get({ workspace: 'payments', item: 'workspace' })).toMatchObject({
      record: { shape: 'new' },
    });
  });

  it('throws the error of DynamoDB when the table does not exist', async () => {
    const { settings } = await startEmbeddedServices({ tables: [] });
    const ledger = new DynamoLedger('missing', new DynamoDBClient(settings('DYNAMODB')));
    const taking = ledger.takeLease({ workspace: 'payments', holder: 'one', now: 0, duration: 1 });
    await expect(taking).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
