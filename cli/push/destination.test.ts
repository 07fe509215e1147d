import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type LocalEndpoint, readEndpoint, writeEndpoint } from '../start/endpointFile.ts';
import { destinationOf } from './destination.ts';

const endpoint: LocalEndpoint = {
  s3: 'http://127.0.0.1:41234',
  bucket: 'gateloop-spec',
  region: 'us-east-1',
  pid: process.pid,
};
const openData = () => mkdtempSync(join(tmpdir(), 'gateloop-endpoint-'));

it('leads a push to the start that runs on the same data, and is gone with it', async () => {
  const data = openData();
  const takeAway = writeEndpoint(data, endpoint);
  const { bucket, client } = destinationOf({ data });
  expect([bucket, await client.config.region()]).toEqual(['gateloop-spec', 'us-east-1']);
  expect(await client.config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 41234 });
  takeAway();
  expect(existsSync(join(data, 'endpoint.json'))).toBe(false);
  expect(() => destinationOf({ data })).toThrow(`No npm start runs on ${data}`);
});

it('is not believed where a start was killed', () => {
  const data = openData();
  // Beyond the largest process id of Linux.
  writeEndpoint(data, { ...endpoint, pid: 2 ** 22 + 1 });
  expect(readEndpoint(data)).toBeUndefined();
});
