import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { LedgerScan } from '../core/ports/copyStore.ts';
import { callLimits, clientSettings } from './clientSettings.ts';

/** Reads the whole table of the ledger, a page of 1 MB at a time. */
export class DynamoLedgerScan implements LedgerScan {
  readonly #table: string;
  readonly #client: DynamoDBClient;

  constructor(table: string, client = new DynamoDBClient(clientSettings(callLimits.dynamoDb))) {
    this.#table = table;
    this.#client = client;
  }

  async *scanTexts(): AsyncGenerator<string> {
    const pages = paginateScan({ client: this.#client }, { TableName: this.#table, ConsistentRead: true });
    for await (const { Items = [] } of pages) for (const item of Items) yield JSON.stringify(item);
  }
}
