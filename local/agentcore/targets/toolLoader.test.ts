import { describe, expect, it } from 'vitest';
import { readyGateway, startEmulator } from '../testing/emulator.ts';
import type { ObjectReader } from './toolLoader.ts';

const URI = 's3://schemas/ledger.json';
const OPEN_API = Buffer.from(
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Ledger', version: '1' },
    servers: [{ url: 'https://ledger.example.com' }],
    paths: { '/balance': { get: { operationId: 'balance', responses: { 200: { description: 'it' } } } } },
  }),
);

/** Creates a target with a schema in S3. @returns its settled status */
async function settle(readObject: ObjectReader | undefined) {
  const emulator = await startEmulator(readObject && { readObject });
  const gatewayIdentifier = await readyGateway(emulator);
  const { targetId = '' } = await emulator.control.createGatewayTarget({
    gatewayIdentifier,
    name: 'ledger',
    targetConfiguration: { mcp: { openApiSchema: { s3: { uri: URI } } } },
  });
  await emulator.clock.advance(12_000);
  const { status, statusReasons = [] } = await emulator.control.getGatewayTarget({
    gatewayIdentifier,
    targetId,
  });
  return { status, reasons: statusReasons.join() };
}

describe('ToolLoader', () => {
  it('fetches and reads a schema in S3', async () => {
    const fetched: string[] = [];
    const readObject = async (uri: string) => {
      fetched.push(uri);
      return OPEN_API;
    };
    expect(await settle(readObject)).toEqual({ status: 'READY', reasons: '' });
    expect(fetched).toEqual([URI]);
  });

  it.each<[string, ObjectReader | undefined, RegExp]>([
    ['does not exist', async () => undefined, /does not exist/],
    ['cannot be fetched', () => Promise.reject(new Error('access denied')), /access denied/],
    ['is larger than 10 MB', async () => new Uint8Array(10 * 1024 * 1024 + 1), /quota/],
    ['is not a valid schema', async () => Buffer.from('[]'), /./],
    ['has no S3 endpoint in the emulator', undefined, /no S3 endpoint/],
  ])('fails a target with a reason if its schema in S3 %s', async (_title, readObject, reason) => {
    const { status, reasons } = await settle(readObject);
    expect(status).toBe('FAILED');
    expect(reasons).toMatch(reason);
  });
});
