import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { LedgerRow, LedgerRows } from '../core/ports/collectedStorage.ts';
import { storedFormats } from '../core/storage/storedFormats.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { LEASE } from './dynamoLeases.ts';
import { DynamoTable, fromAttributes } from './dynamoTable.ts';
import { ledgerTable } from './ledgerTable.ts';

/** Reads the whole table of the ledger, a page of 1 MB at a time, and deletes single items of it. */
export class DynamoLedgerRows implements LedgerRows {
  readonly #name: string;
  readonly #client: DynamoDBClient;
  readonly #table: DynamoTable;

  constructor(name: string, client = new DynamoDBClient(clientSettings(callLimits.dynamoDb))) {
    this.#name = name;
    this.#client = client;
    this.#table = new DynamoTable(name, storedFormats.ledger.format, client);
  }

  async *scanRows(): AsyncGenerator<LedgerRow> {
    const { partitionKey, sortKey, timeToLiveAttribute } = ledgerTable;
    const pages = paginateScan({ client: this.#client }, { TableName: this.#name, ConsistentRead: true });
    for await (const { Items = [] } of pages)
      for (const attributes of Items) {
        const item = fromAttributes(attributes);
        const deleteAt = item[timeToLiveAttribute];
        yield {
          partition: String(item[partitionKey]),
          item: String(item[sortKey]),
          text: JSON.stringify(item),
          ...(typeof deleteAt === 'number' && { deleteAt: deleteAt * 1000 }),
        };
      }
  }

  async deleteRow({ partition, item, text }: LedgerRow): Promise<boolean> {
    return this.#table.replace({ workspace: partition, item }, JSON.parse(text), undefined);
  }

  async deleteLease(workspace: string, holder: string): Promise<boolean> {
    return this.#table.delete(
      { workspace, item: LEASE },
      { condition: 'holder = :holder AND attribute_not_exists(dirtyMark)', values: { ':holder': holder } },
    );
  }
}
