import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type LocalEndpoint, readEndpoint, writeEndpoint } from '../start/endpointFile.ts';
import { destinationOf } from './destination.ts';

const endpoint: LocalEndpoint = {
  s3: 'http://127.0.0.1:41234',
  bucket: 'gateloop-spec',
  dynamodb: 'http://127.0.0.1:41235',
  stepFunctions: 'http://127.0.0.1:41236',
  ledger: 'gateloop-ledger',
  events: 'http://127.0.0.1:41235',
  pages: 'http://127.0.0.1:4700',
  bus: 'gateloop',
  secretsManager: 'http://127.0.0.1:5',
  logs: 'http://127.0.0.1:7',
  agentCore: 'http://127.0.0.1:6',
  clock: { simulated: 0, real: 0, speed: 1 },
  region: 'us-east-1',
  pid: process.pid,
};
const openData = () => mkdtempSync(join(tmpdir(), 'gateloop-endpoint-'));

it('destinationOf: finds the npm start on the data directory until that start ends', async () => {
  const data = openData();
  const takeAway = writeEndpoint(data, endpoint, {});
  const { bucket, client } = destinationOf({ data });
  expect([bucket, await client.config.region()]).toEqual(['gateloop-spec', 'us-east-1']);
  expect(await client.config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 41234 });
  takeAway();
  expect(existsSync(join(data, 'endpoint.json'))).toBe(false);
  expect(() => destinationOf({ data })).toThrow(`Nothing runs on the data directory ${data}`);
});

it('destinationOf: ignores the endpoint file of a killed npm start', () => {
  const data = openData();
  // Greater than the largest process id of Linux.
  writeEndpoint(data, { ...endpoint, pid: 2 ** 22 + 1 }, {});
  expect(readEndpoint(data)).toBeUndefined();
});

it('destinationOf: finds the one start on another folder of workspaces, and asks which of several', () => {
  const data = openData();
  const start = (folder: string) => writeEndpoint(join(data, 'folders', folder), endpoint, {});
  const takeAway = start('orders');
  expect(destinationOf({ data }).bucket).toBe('gateloop-spec');
  start('payments');
  expect(() => destinationOf({ data })).toThrow(
    `2 starts run, each on a folder of workspaces. Name one with --data: ${join(data, 'folders/orders')}, ${join(data, 'folders/payments')}.`,
  );
  expect(readEndpoint(data)).toBeUndefined();
  expect(destinationOf({ data: join(data, 'folders/payments') }).bucket).toBe('gateloop-spec');
  takeAway();
  expect(destinationOf({ data }).bucket).toBe('gateloop-spec');
});
