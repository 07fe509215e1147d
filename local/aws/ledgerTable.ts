import { ledgerTable } from '../../adapters/ledgerTable.ts';

const { partitionKey, sortKey } = ledgerTable;

/** @returns the input of DynamoDB's CreateTable for the ledger */
export function ledgerTableDefinition(TableName: string) {
  return {
    TableName,
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  };
}
