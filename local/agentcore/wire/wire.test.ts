import { describe, expect, it } from 'vitest';
import { controlPlaneShapes } from '../../../adapters/sdkShapes.ts';
import { PLANES } from '../planes.ts';
import { ROLE, readyGateway, startEmulator } from '../testing/emulator.ts';
import { Router } from './router.ts';
import { writeOutput } from './writeOutput.ts';

const authorization =
  'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/bedrock-agentcore/aws4_request, Signature=0';

async function start() {
  const emulator = await startEmulator();
  const send = (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = { authorization },
  ) => fetch(`${emulator.agentCore.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
  return { ...emulator, send };
}

describe('Dispatcher', () => {
  it('returns timestamps in the format of the model, with a request id', async () => {
    const emulator = await start();
    const gatewayId = await readyGateway(emulator);
    const response = await emulator.send('GET', `/gateways/${gatewayId}/`);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({ createdAt: '2026-01-01T00:00:00.000Z' });
  });

  it('returns an error with its type in a header, and message, reason and fields in the body', async () => {
    const { send } = await start();
    const response = await send('POST', '/gateways/', JSON.stringify({ name: '-', roleArn: ROLE }));
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
    expect(await response.json()).toMatchObject({
      message: expect.stringMatching(
        /^2 validation errors detected: Value at 'name' failed to satisfy constraint/,
      ),
      reason: 'FieldValidationFailed',
      fieldList: [{ name: 'name' }, { name: 'authorizerType' }],
    });
  });

  it('returns 501 and the name of an operation that is not emulated', async () => {
    const { send } = await start();
    const response = await send('POST', '/payments/managers/m-0123456789/connectors', '{}');
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      message: expect.stringContaining('CreatePaymentConnector'),
    });
  });

  it.each([
    ['an unknown path', 'GET', '/nothing/here', undefined, 501, 'OperationNotEmulatedException'],
    ['a body that is not JSON', 'POST', '/gateways/', '{', 400, 'SerializationException'],
    ['a body that is not an object', 'POST', '/gateways/', '[]', 400, 'SerializationException'],
    [
      'a number that is not numeric',
      'GET',
      '/gateways/?maxResults=many',
      undefined,
      400,
      'SerializationException',
    ],
  ])('rejects %s', async (_title, method, path, body, status, type) => {
    const { send } = await start();
    const response = await send(method, path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(type);
  });

  it.each([
    ['no signature', {}, 'MissingAuthenticationTokenException'],
    [
      'a signature for another service',
      { authorization: authorization.replace('bedrock-agentcore/', 's3/') },
      'IncompleteSignatureException',
    ],
  ])('rejects a request with %s', async (_title, headers, type) => {
    const { send } = await start();
    const response = await send('GET', '/gateways/', undefined, { ...headers });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe(type);
  });

  it('accepts paths with and without a trailing slash', async () => {
    const { send } = await start();
    expect((await send('GET', '/gateways')).status).toBe(200);
    expect((await send('GET', '/gateways/')).status).toBe(200);
  });
});

describe('Router', () => {
  const router = new Router(PLANES);

  it('finds every operation of all planes by the service and its own route', () => {
    const missed = PLANES.flatMap(({ shapes, signingName, prefix }) =>
      shapes.operationNames
        .filter((name) => {
          const operation = shapes.operation(name);
          const path = operation?.path.replace(/\{[^}]+\}/g, 'some-value') ?? '';
          return router.find(operation?.method ?? '', path, signingName)?.name !== `${prefix}${name}`;
        })
        .map((name) => `${prefix}${name}`),
    );
    expect(missed).toEqual([]);
  });

  it('takes the slashes of the ARN at the end of a path into its label', () => {
    const arn = 'arn:aws:agent-registry:us-east-1:123456789012:registry/abcdefghijkl';
    for (const path of [arn, encodeURIComponent(arn), `arn%3Aaws${arn.slice(7)}`]) {
      const route = router.find('GET', `/tags/${path}`, 'agent-registry');
      expect(route).toMatchObject({
        name: 'AgentRegistry.ListTagsForResource',
        labels: { resourceArn: arn },
      });
    }
  });

  it('decodes an ARN in a label', () => {
    const arn = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij';
    expect(router.find('GET', `/tags/${encodeURIComponent(arn)}`)?.labels).toEqual({ resourceArn: arn });
  });

  it('prefers a literal to a label', () => {
    expect(router.find('POST', '/identities/GetOauth2CredentialProvider')?.operation.name).toBe(
      'GetOauth2CredentialProvider',
    );
  });
});

describe('writeOutput', () => {
  const output = controlPlaneShapes.operation('DeleteGateway')?.output;
  const write = (value: object) => output && writeOutput(output, value);

  it('throws on a member that the model lacks and on a missing required member', () => {
    expect(write({ gatewayId: 'a', status: 'DELETING' })).toEqual({ gatewayId: 'a', status: 'DELETING' });
    expect(() => write({ gatewayId: 'a', status: 'DELETING', secret: 1 })).toThrow(/no member secret/);
    expect(() => write({ gatewayId: 'a' })).toThrow(/status is required/);
  });
});
