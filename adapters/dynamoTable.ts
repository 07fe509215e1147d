import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isException } from './awsError.ts';
import { type LedgerKey, ledgerTable } from './ledgerTable.ts';

/** The attributes of an item, without its key and its format. */
export type Item = Readonly<Record<string, unknown>>;

/** `newer`: a later version of Gateloop has written the item. `broken`: no version has. */
export type ItemFormat = 'supported' | 'newer' | 'broken';

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

/** How often a conditional write is tried: each failure means that another execution won. */
export const MAX_ATTEMPTS = 10;

/** @param version the version that the caller read; 0 where it found no item */
export function expectVersion(version: number): Condition {
  return version === 0
    ? { condition: 'attribute_not_exists(#version)', values: {} }
    : { condition: '#version = :version', values: { ':version': version } };
}

/**
 * A DynamoDB table with the primary key of the ledger. It offers the operations that the ledger needs. Every item
 * has the attribute `format`, the version of its schema: an update never overwrites an item of another format. The SDK's document client would bundle every operation of
 * DynamoDB, which is three times the code.
 */
export class DynamoTable {
  readonly #table: { readonly TableName: string };
  /** The format that this version writes and reads. */
  readonly format: number;
  readonly #client: DynamoDBClient;

  constructor(table: string, format: number, client: DynamoDBClient) {
    this.#table = { TableName: table };
    this.format = format;
    this.#client = client;
  }

  /** @returns the item, whatever its format is: `formatOf` tells */
  async get(key: LedgerKey): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ ...this.#table, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && fromAttributes(Item);
  }

  /** @returns whether this version reads the item; a format that is no number is broken, and so is an older one */
  formatOf({ format }: Item): ItemFormat {
    if (format === this.format) return 'supported';
    return typeof format === 'number' && format > this.format ? 'newer' : 'broken';
  }

  async put(item: LedgerKey & Item): Promise<void> {
    await this.#client.send(
      new PutItemCommand({ ...this.#table, Item: toAttributes({ ...item, format: this.format }) }),
    );
  }

  /** Yields the items of a partition whose sort key begins with `prefix`, whatever their formats are. */
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
      for (const item of page.Items ?? []) yield fromAttributes(item);
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
      for (const item of page.Items ?? []) found.push(String(fromAttributes(item)[ledgerTable.partitionKey]));
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
    return updated && fromAttributes(updated.Attributes ?? {});
  }

  #update(
    key: LedgerKey,
    { set = {}, remove = [], condition, values }: Update,
    returned: 'NONE' | 'ALL_OLD',
  ): Promise<UpdateItemCommandOutput | undefined> {
    const attributes = Object.entries({ ...set, format: this.format }).filter(
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

  /**
   * Replaces an item that cannot be read, unless another step has written it since.
   *
   * @param before the item as it was read
   * @param after its new attributes; undefined deletes it
   */
  async replace(key: LedgerKey, before: Item, after: Item | undefined): Promise<boolean> {
    const compared = Object.keys(before).filter((name) => !(name in key) && isComparable(before[name]));
    const condition = {
      ...this.#table,
      ConditionExpression: [`attribute_exists(${ledgerTable.partitionKey})`]
        .concat(compared.map((_, index) => `#a${index} = :a${index}`))
        .join(' AND '),
      // DynamoDB rejects empty maps.
      ...(compared.length > 0 && {
        ExpressionAttributeNames: Object.fromEntries(compared.map((name, index) => [`#a${index}`, name])),
        ExpressionAttributeValues: toAttributes(
          Object.fromEntries(compared.map((name, index) => [`:a${index}`, before[name]])),
        ),
      }),
    };
    const item = after && toAttributes({ ...after, ...key, format: this.format });
    const replaced = await ifConditionHolds<unknown>(
      item
        ? this.#client.send(new PutItemCommand({ ...condition, Item: item }))
        : this.#client.send(new DeleteItemCommand({ ...condition, Key: marshall(key) })),
    );
    return replaced !== undefined;
  }
}

/**
 * Whether a condition can compare an attribute. Not a map, a list or a set: what steps write changes the version beside it as
 * well. Not a number that was rounded.
 */
function isComparable(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return typeof value !== 'object' || value === null;
}

/**
 * Copies of broken items hold what another client has written: larger numbers than JavaScript counts with, and maps with an
 * attribute `constructor`, which the SDK takes for instances of a class.
 */
function toAttributes(values: Item) {
  return marshall(values, {
    removeUndefinedValues: true,
    allowImpreciseNumbers: true,
    convertClassInstanceToMap: true,
  });
}

/** Reads each number as a `number`: of a large one the SDK makes a BigInt, or it throws, so that the item blocks its readers. */
export function fromAttributes(attributes: Record<string, AttributeValue>): Item {
  return unmarshall(attributes, { wrapNumbers: Number });
}

async function ifConditionHolds<Result>(write: Promise<Result>): Promise<Result | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isException(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}
