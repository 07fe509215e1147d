import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { unsupportedFormat } from '../core/storage/storedDocument.ts';
import { isException } from './awsError.ts';
import { type LedgerKey, ledgerTable } from './ledgerTable.ts';

/** The attributes of an item, without its key and its format. */
export type Item = Readonly<Record<string, unknown>>;

/** A condition expression of DynamoDB. DynamoDB rejects the write when it is false. */
export interface Condition {
  /** Refers to an attribute that the same update sets as `#name`, because `name` may be a reserved word of DynamoDB. */
  readonly condition: string;
  /** The values of the condition's placeholders, such as `{ ':version': 3 }`. */
  readonly values: Item;
}

export interface Update extends Condition {
  /** Attributes to set; the update skips an attribute whose value is undefined. */
  readonly set?: Item;
  /** Attributes to remove. */
  readonly remove?: readonly string[];
}

/**
 * A DynamoDB table with the primary key of the ledger. It offers the operations that the ledger needs. Every item
 * has the attribute `format`, the version of its schema: a read of another format throws `UnsupportedFormat`, and an
 * update never overwrites an item of another format. The SDK's document client would bundle every operation of
 * DynamoDB, which is three times the code.
 */
export class DynamoTable {
  readonly #table: { readonly TableName: string };
  readonly #format: number;
  readonly #client: DynamoDBClient;

  constructor(table: string, format: number, client: DynamoDBClient) {
    this.#table = { TableName: table };
    this.#format = format;
    this.#client = client;
  }

  /** @throws GateloopError `UnsupportedFormat` */
  async get(key: LedgerKey): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ ...this.#table, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && this.#parse(unmarshall(Item));
  }

  async put(item: LedgerKey & Item): Promise<void> {
    await this.#client.send(
      new PutItemCommand({ ...this.#table, Item: toAttributes({ ...item, format: this.#format }) }),
    );
  }

  /** Yields the items of a partition whose sort key begins with `prefix`. @throws GateloopError `UnsupportedFormat` */
  async *query(partition: string, prefix: string): AsyncGenerator<Item> {
    let startKey: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({
          ...this.#table,
          KeyConditionExpression: '#partition = :partition AND begins_with(#sort, :prefix)',
          ExpressionAttributeNames: {
            '#partition': ledgerTable.partitionKey,
            '#sort': ledgerTable.sortKey,
          },
          ExpressionAttributeValues: marshall({ ':partition': partition, ':prefix': prefix }),
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
      );
      for (const item of page.Items ?? []) yield this.#parse(unmarshall(item));
      startKey = page.LastEvaluatedKey;
    } while (startKey);
  }

  /**
   * Queries the index of due items.
   *
   * @returns the partition keys of the items whose time has come
   */
  async queryDue(dueFor: string, now: number): Promise<string[]> {
    const { name, partitionKey, sortKey } = ledgerTable.dueIndex;
    const found: string[] = [];
    let startKey: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({
          ...this.#table,
          IndexName: name,
          KeyConditionExpression: '#for = :for AND #at <= :now',
          ExpressionAttributeNames: { '#for': partitionKey, '#at': sortKey },
          ExpressionAttributeValues: marshall({ ':for': dueFor, ':now': now }),
          ExclusiveStartKey: startKey,
        }),
      );
      for (const item of page.Items ?? []) found.push(String(unmarshall(item)[ledgerTable.partitionKey]));
      startKey = page.LastEvaluatedKey;
    } while (startKey);
    return found;
  }

  /** @returns whether the condition was true and DynamoDB wrote the item */
  async update(key: LedgerKey, update: Update): Promise<boolean> {
    return (await this.#update(key, update, 'NONE')) !== undefined;
  }

  /** Updates an item as `update` does. @returns the item as it was before; undefined where the condition was false */
  async exchange(key: LedgerKey, update: Update): Promise<Item | undefined> {
    const updated = await this.#update(key, update, 'ALL_OLD');
    return updated && unmarshall(updated.Attributes ?? {});
  }

  #update(
    key: LedgerKey,
    { set = {}, remove = [], condition, values }: Update,
    returned: 'NONE' | 'ALL_OLD',
  ): Promise<UpdateItemCommandOutput | undefined> {
    const attributes = Object.entries({ ...set, format: this.#format }).filter(
      ([, value]) => value !== undefined,
    );
    const names = [...attributes.map(([name]) => name), ...remove];
    const assignments = attributes.map(([name]) => `#${name} = :new_${name}`);
    const removals = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
    const newValues = Object.fromEntries(attributes.map(([name, value]) => [`:new_${name}`, value]));
    return ifConditionHolds(
      this.#client.send(
        new UpdateItemCommand({
          ...this.#table,
          ReturnValues: returned,
          Key: marshall(key),
          UpdateExpression: `SET ${assignments.join(', ')}${removals}`,
          ConditionExpression: `(attribute_not_exists(#format) OR #format = :new_format) AND (${condition})`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: toAttributes({ ...newValues, ...values }),
        }),
      ),
    );
  }

  /** @returns whether the condition was true and DynamoDB wrote the item */
  async delete(
    key: LedgerKey,
    { condition, values }: Partial<Condition> & Pick<Condition, 'condition'>,
  ): Promise<boolean> {
    const deleted = await ifConditionHolds(
      this.#client.send(
        new DeleteItemCommand({
          ...this.#table,
          Key: marshall(key),
          ConditionExpression: condition,
          // DynamoDB rejects an empty map.
          ...(values && { ExpressionAttributeValues: toAttributes(values) }),
        }),
      ),
    );
    return deleted !== undefined;
  }

  #parse(item: Item): Item {
    if (item.format === this.#format) return item;
    const { partitionKey, sortKey } = ledgerTable;
    const name = `${String(item[partitionKey])}/${String(item[sortKey])}`;
    throw unsupportedFormat(`The item ${name} of the ledger's table`, item.format, this.#format);
  }
}

function toAttributes(values: Item) {
  return marshall(values, { removeUndefinedValues: true });
}

async function ifConditionHolds<Result>(write: Promise<Result>): Promise<Result | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isException(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}
