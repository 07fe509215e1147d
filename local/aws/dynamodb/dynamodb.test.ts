import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { type LocalDynamodb, startDynamodb } from './dynamodb.ts';

const TableName = 'ledger';
const TABLE = {
  TableName,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};

describe('the local DynamoDB', () => {
  let directory: string;
  let dynamodb: LocalDynamodb;
  let client: DynamoDBClient;

  const start = async () => {
    dynamodb = await startDynamodb({ clock: new SimulatedClock(), directory, tables: [TABLE] });
    client = new DynamoDBClient({
      endpoint: dynamodb.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    });
  };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gateloop-dynamodb-'));
    await start();
  });
  afterEach(async () => {
    await dynamodb.close();
    rmSync(directory, { recursive: true });
  });

  const Key = { pk: { S: 'workspace#payments' }, sk: { S: 'lease' } };
  const take = (owner: string, now: number) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #owner = :owner, expiresAt = :until REMOVE dirty ADD generation :one',
        ConditionExpression: 'attribute_not_exists(#owner) OR expiresAt < :now OR #owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': { S: owner },
          ':now': { N: String(now) },
          ':until': { N: String(now + 60) },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

  it('lets one of many callers take a lease, and another once it expired', async () => {
    const attempts = await Promise.allSettled(['a', 'b', 'c', 'd'].map((owner) => take(owner, 100)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = attempts.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { name: 'ConditionalCheckFailedException' } });
    expect((await take('late', 200)).Attributes).toMatchObject({
      owner: { S: 'late' },
      generation: { N: '2' },
    });
  });

  it('keeps tables and their data across a restart', async () => {
    await take('a', 100);
    await dynamodb.close();
    await start();
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toMatchObject({
      owner: { S: 'a' },
    });
  });

  it('queries by a prefix of the sort key', async () => {
    for (const sk of ['target#a', 'target#b', 'gateway#c']) {
      await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'w' }, sk: { S: sk } } }));
    }
    const { Items } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: 'w' }, ':prefix': { S: 'target#' } },
      }),
    );
    expect(Items?.map(({ sk }) => sk?.S)).toEqual(['target#a', 'target#b']);
  });

  it('survives a caller that disconnects during a call', async () => {
    const socket = connect(Number(new URL(dynamodb.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"half":');
    await client.send(new GetItemCommand({ TableName, Key }));
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
  });

  it('closes and restarts during reads, of connected and of disconnected callers', async () => {
    const items = Array.from({ length: 30 }, (_, index) => ({
      pk: { S: 'w' },
      sk: { S: `target#${index}` },
      text: { S: 'x'.repeat(3000) },
    }));
    await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName, Item }))));
    const query = () =>
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'w' } },
      });
    for (let round = 0; round < 10; round += 1) {
      const listening = Array.from({ length: 4 }, () => client.send(query()));
      const hangUp = new AbortController();
      const gone = Array.from({ length: 4 }, () => client.send(query(), { abortSignal: hangUp.signal }));
      const ends = Promise.allSettled([...listening, ...gone]);
      await Promise.race(listening);
      hangUp.abort();
      await dynamodb.close();
      await ends;
      await start();
    }
    expect((await client.send(query())).Count).toBe(30);
  });

  it('rejects transactions with a message', async () => {
    const write = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: Key } }] });
    await expect(client.send(write)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
