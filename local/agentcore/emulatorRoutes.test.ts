import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readyGateway, startEmulator } from './testing/emulator.ts';

async function start() {
  const emulator = await startEmulator();
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.agentCore.url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return { status: response.status, text: await response.text() };
  };
  return { ...emulator, send };
}

describe('emulatorRoutes', () => {
  it('POST /reset empties the account', async () => {
    const emulator = await start();
    await readyGateway(emulator);
    await emulator.send('POST', '/_emulator/reset');
    expect((await emulator.control.listGateways({})).items).toEqual([]);
    expect(emulator.agentCore.calls()).toEqual({ ListGateways: 1 });
    await readyGateway(emulator);
  });

  it('changes behaviors, latencies, quotas and faults while the emulator runs', async () => {
    const { send, agentCore, control } = await start();
    await send('PATCH', '/_emulator/behaviors', { expiredLink: 'staysPending' });
    await send('PATCH', '/_emulator/latencies', { CreateGateway: { min: 1, max: 2 } });
    await send('PATCH', '/_emulator/quotas', { targetsPerGateway: 7 });
    await send('PUT', '/_emulator/faults', [{ fault: 'throttle', operation: 'ListGateways' }]);
    expect(agentCore.service.context.settings.behaviors.expiredLink).toBe('staysPending');
    expect(agentCore.service.context.settings.latencies.CreateGateway).toEqual({ min: 1, max: 2 });
    expect(agentCore.service.context.settings.quotas).toMatchObject({
      targetsPerGateway: 7,
      gatewaysPerAccount: 1000,
    });
    await expect(control.listGateways({})).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(JSON.parse((await send('GET', '/_emulator/state')).text)).toMatchObject({
      injectedFaults: [{ fault: 'throttle' }],
    });
  });

  it.each([
    ['PATCH', '/_emulator/behaviors', { expiredLink: 'explodes' }, 'Use fails, staysPending'],
    ['PATCH', '/_emulator/behaviors', { lapsed: 'fails' }, 'There is no behavior lapsed'],
    ['PATCH', '/_emulator/latencies', { CreateGateway: { min: 1 } }, 'CreateGateway cannot be'],
    ['PATCH', '/_emulator/quotas', { targets: 7 }, 'There is no quota targets'],
    ['PATCH', '/_emulator/quotas', { targetsPerGateway: -1 }, 'cannot be -1'],
    ['PATCH', '/_emulator/quotas', { ratePerSecond: null }, 'ratePerSecond cannot be null'],
    ['PATCH', '/_emulator/quotas', { constructor: 1 }, 'There is no quota constructor'],
    ['PATCH', '/_emulator/behaviors', { toString: 1 }, 'There is no behavior toString'],
    [
      'PATCH',
      '/_emulator/behaviors',
      { expiredLink: { toString: 1 } },
      'The behavior expiredLink cannot be {',
    ],
    ['PUT', '/_emulator/faults', [{ fault: 'toString' }], 'fault of rule 0 cannot be'],
    ['PUT', '/_emulator/faults', [{ fault: 'explode' }], 'cannot be'],
    ['PUT', '/_emulator/faults', [{ operation: 'GetGateway' }], 'names no fault'],
    ['PUT', '/_emulator/faults', [{ fault: 'disconnect', wen: 'after' }], 'has no member wen'],
    ['PUT', '/_emulator/faults', {}, 'list of rules'],
  ])('rejects %s %s with the body %j', async (method, path, body, message) => {
    const { send } = await start();
    const { status, text } = await send(method, path, body);
    expect(status).toBe(400);
    expect(text).toContain(message);
  });

  it('GET / shows the resources and escapes their texts', async () => {
    const emulator = await start();
    await readyGateway(emulator);
    await emulator.control.getGateway({ gatewayIdentifier: 'unknown-abcdefghij' }).catch(() => {});
    const { id } = emulator.agentCore.service.gateways.list()[0] ?? { id: '' };
    emulator.agentCore.forceStatus({ kind: 'gateway', id, status: 'FAILED' }, ['<script>']);
    const { text } = await emulator.send('GET', '/');
    expect(text).toContain('payments');
    expect(text).toContain('FAILED');
    expect(text).not.toContain('<script>');
  });

  it('POST /_emulator/reset changes nothing for a page of another site, nor for a name that leads here', async () => {
    const emulator = await start();
    await readyGateway(emulator);
    const statusOf = (path: string, headers: Record<string, string>, method = 'POST') =>
      new Promise((resolve) => {
        request(emulator.agentCore.url + path, { method, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    const foreign = [
      { origin: 'https://evil.example.com' },
      { origin: 'null', 'content-type': 'application/json' },
      { 'sec-fetch-site': 'cross-site' },
      { host: 'rebound.example.com' },
    ];
    for (const headers of foreign) {
      expect(await statusOf('/_emulator/reset', headers)).toBe(403);
      expect(await statusOf('/gateways/', headers)).toBe(403);
      expect(await statusOf('/', { host: 'rebound.example.com' }, 'GET')).toBe(403);
    }
    expect(emulator.agentCore.service.gateways.list()).toHaveLength(1);
    expect((await emulator.send('POST', '/_emulator/reset')).status).toBe(200);
    expect(emulator.agentCore.service.gateways.list()).toHaveLength(0);
  });
});
