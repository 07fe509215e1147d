import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { LEDGER_TABLE, SPEC_BUCKET } from '../../local/gateloop.ts';
import { emulatorSettings, type System, startThreadedSystem, uploadWorkspace, writesIn } from './system.ts';

const WORKSPACE = 'payments';
const READY = { payments: 'ready', 'payments/find': 'ready', 'payments/list': 'ready' };

let system: System<DynamoLedger>;
let client: DynamoDBClient;
beforeEach(async () => {
  system = await startThreadedSystem();
  client = new DynamoDBClient(
    emulatorSettings(system.gateloop.aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? ''),
  );
  uploadWorkspace(system, WORKSPACE, ['find', 'list']);
  await system.settle();
  await system.reconcile(WORKSPACE);
  expect(system.states(WORKSPACE)).toEqual(READY);
});
afterEach(async () => {
  client.destroy();
  await system.close();
});

/** Changes an item of the ledger as a script of an operator might. */
async function change(item: string, attributes: PutItemCommand['input']['Item']): Promise<void> {
  const key = { TableName: LEDGER_TABLE, Key: { workspace: { S: WORKSPACE }, item: { S: item } } };
  const { Item } = await client.send(new GetItemCommand(key));
  if (!Item) throw new RangeError(`The ledger has no item ${item}.`);
  await client.send(new PutItemCommand({ TableName: LEDGER_TABLE, Item: { ...Item, ...attributes } }));
}

async function setAside(): Promise<readonly unknown[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: LEDGER_TABLE }));
  return Items.map((item) => unmarshall(item)).flatMap(({ item, content }) =>
    String(item).startsWith('setAside#') ? [content] : [],
  );
}

describe('a workspace whose stored data was broken by another client', () => {
  it('converges with its resources, keeps copies of the broken items, and tells their places', async () => {
    await change('lease', { holder: { N: '42' }, expiresAt: { S: 'tomorrow' } });
    await change('workspace', { record: { S: 'garbage' } });
    await change('resource#gateway/payments', { record: { NULL: true }, version: { S: 'two' } });
    await change('resource#gatewayTarget/payments/find', { record: { M: {} }, format: { S: 'garbage' } });
    const { buckets } = system.gateloop.aws;
    for (const { key } of buckets.list(SPEC_BUCKET, { prefix: prefixes.desired }))
      buckets.put(SPEC_BUCKET, key, '{');
    const events: unknown[] = [];
    const unlisten = system.gateloop.aws.onActivity((activity) => {
      if (activity.kind === 'event' && activity.event['detail-type'] === 'Stored Data Unreadable')
        events.push(activity.event.detail.place);
    });
    const calls = await system.callsDuring(() => system.reconcile(WORKSPACE));
    unlisten();
    expect(Object.keys(writesIn(calls)).filter((name) => /^(Create|Delete)/.test(name))).toEqual([]);
    expect(system.states(WORKSPACE)).toEqual(READY);
    expect(await setAside()).toHaveLength(4);
    const places = [
      'bucket: desired/deployment.json',
      expect.stringMatching(/^bucket: desired\/parsed\/payments\/[0-9a-f]{64}-/),
      'bucket: desired/parsed/payments/schemas.json',
      expect.stringMatching(/^bucket: desired\/parsed\/payments\/schemas\/[0-9a-f]{64}\./),
      expect.stringMatching(/^bucket: desired\/parsed\/payments\/schemas\/[0-9a-f]{64}\./),
      `ledger: ${WORKSPACE}/lease`,
      `ledger: ${WORKSPACE}/resource#gateway/payments`,
      `ledger: ${WORKSPACE}/resource#gatewayTarget/payments/find`,
      `ledger: ${WORKSPACE}/workspace`,
    ];
    expect(events.sort()).toEqual(places);
    expect(
      system
        .outcome(WORKSPACE)
        .problems.map(({ file }) => file)
        .sort(),
    ).toEqual(places);
    // Nothing is broken any more.
    const quiet = await system.callsDuring(() => system.reconcile(WORKSPACE));
    expect(writesIn(quiet)).toEqual({});
    expect(await setAside()).toHaveLength(4);
  });
});
