import { once } from 'node:events';
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings } from './clientSettings.ts';

describe('clientSettings', () => {
  it.each<[string, boolean]>([
    ['never responds', false],
    ['stops in the middle of its response', true],
  ])('clientSettings: ends each attempt at its timeout when the service %s', async (_, responds) => {
    const server = createServer((_request, response) => {
      if (responds) response.writeHead(200, { 'content-length': '100' }).write('{');
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client = new DynamoDBClient({
      ...clientSettings({ requestTimeout: 20, maxAttempts: 2 }),
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    });
    const call = client.send(new GetItemCommand({ TableName: 'ledger', Key: { workspace: { S: 'a' } } }));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 2 } });
  });
});
