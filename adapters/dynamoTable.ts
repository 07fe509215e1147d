import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isException } from './awsError.ts';

/** What is stored: any members beside the key, none of them undefined. */
export type Item = Readonly<Record<string, unknown>>;

/** Partition key and sort key of the ledger's table. */
export interface Key {
  readonly workspace: string;
  readonly item: string;
}

/** What must hold of an item for a write to take place, in DynamoDB's language. */
export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

export interface UpdateExpression extends Condition {
  readonly UpdateExpression: string;
}

/**
 * One DynamoDB table of plain objects, with the five operations that the ledger needs. The SDK's document client would
 * bring all of DynamoDB's, three times the size.
 */
export class DynamoTable {
  readonly #table: { readonly TableName: string };
  readonly #client: DynamoDBClient;

  constructor(table: string, client: DynamoDBClient) {
    this.#table = { TableName: table };
    this.#client = client;
  }

  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ ...this.#table, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && unmarshall(Item);
  }

  async put(item: Key & Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ ...this.#table, Item: toAttributes(item) }));
  }

  /** Every item of a partition whose sort key begins with `prefix`. */
  async *query(workspace: string, prefix: string): AsyncGenerator<Item> {
    let startKey: QueryCommand['input']['ExclusiveStartKey'];
    do {
      const page = await this.#client.send(
        new QueryCommand({
          ...this.#table,
          KeyConditionExpression: 'workspace = :workspace AND begins_with(#item, :prefix)',
          ExpressionAttributeNames: { '#item': 'item' },
          ExpressionAttributeValues: marshall({ ':workspace': workspace, ':prefix': prefix }),
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
      );
      for (const item of page.Items ?? []) yield unmarshall(item);
      startKey = page.LastEvaluatedKey;
    } while (startKey);
  }

  /** @returns whether the condition held */
  update(key: Key, expression: UpdateExpression): Promise<boolean> {
    const { ExpressionAttributeValues: values, ...rest } = expression;
    return conditionHeld(
      this.#client.send(
        new UpdateItemCommand({
          ...this.#table,
          Key: marshall(key),
          ...rest,
          ExpressionAttributeValues: toAttributes(values),
        }),
      ),
    );
  }

  /** @returns whether the condition held */
  delete(key: Key, { ExpressionAttributeValues: values, ...rest }: Condition): Promise<boolean> {
    return conditionHeld(
      this.#client.send(
        new DeleteItemCommand({
          ...this.#table,
          Key: marshall(key),
          ...rest,
          ExpressionAttributeValues: toAttributes(values),
        }),
      ),
    );
  }
}

function toAttributes(values: Item) {
  return marshall(values, { removeUndefinedValues: true });
}

async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isException(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
