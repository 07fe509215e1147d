/** The ledger's table, as CreateTable takes it. */
export function ledgerTableDefinition(TableName: string) {
  return {
    TableName,
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
}
