import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { type ConsoleSettings, parseConsoleSettings } from './consolePorts.ts';
import { createHandler } from './createHandler.ts';

const settings: ConsoleSettings = {
  environment: 'main',
  readers: {
    operators: ['ops@example.com'],
    groups: { claim: 'cognito:groups', operators: ['platform'], workspaces: {} },
  },
  links: [],
};

/** Asks the handler for the fleet, as the HTTP API does, with the claims that it has verified. */
async function askWith(claims: Record<string, string> | undefined) {
  const bucket = new InMemorySpecBucket();
  bucket.upload('payments', 'manifest.yaml', 'gateways: {}');
  const uploads = {
    listVersions: async () => [],
    readMetadata: async () => ({}),
    listOutcomes: async () => [],
    readOutcome: async () => undefined,
  };
  const executions = { list: async () => [], describe: async () => undefined, history: async () => [] };
  const reads = { ledger: new InMemoryLedger(), bucket, uploads, executions };
  const handler = createHandler({ reads, settings, clock: () => 0 });
  const event = {
    ...{ version: '2.0', routeKey: 'GET /', rawPath: '/', rawQueryString: '', isBase64Encoded: false },
    // A browser can send any header: none of them says who it is.
    headers: { 'x-amzn-oidc-identity': 'ops@example.com' },
    requestContext: {
      ...{ domainName: 'console.example.com', requestId: 'call-1', timeEpoch: 1_000_000 },
      http: { method: 'GET', path: '/', sourceIp: '203.0.113.9' },
      ...(claims && { authorizer: { jwt: { claims } } }),
    },
  };
  const { statusCode, body = '' } = await handler(event, { functionName: 'console' } as Context);
  return [statusCode, body.includes('payments')];
}

describe('createHandler of the console', () => {
  it.each([
    [{ email: 'ops@example.com' }, [200, true]],
    [{ email: 'ops@example.com', email_verified: 'false', sub: '1' }, [200, false]],
    [{ sub: '1', 'cognito:groups': '[staff platform]' }, [200, true]],
    [{ sub: '1', 'cognito:groups': 'not platform' }, [200, false]],
    [{ sub: '1', groups: '[platform]' }, [200, false]],
    [{}, [401, false]],
    [undefined, [401, false]],
  ])('createHandler of the console: answers %j with %j', async (claims, answer) => {
    expect(await askWith(claims)).toEqual(answer);
  });

  it('parseConsoleSettings: reads what the deployment writes, and refuses anything else', () => {
    expect(parseConsoleSettings(JSON.stringify(settings))).toEqual(settings);
    for (const text of ['{}', '[]', 'null', '{"readers":"everybody"}'])
      expect(() => parseConsoleSettings(text)).toThrow(expect.objectContaining({ code: 'SettingInvalid' }));
  });
});
