import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../../test/system/system.ts';
import { DEFAULT_BEHAVIORS } from '../agentcore/settings/behaviors.ts';
import type { Gateloop } from '../gateloop.ts';
import { serveConsole } from './serveConsole.ts';

const server = createServer();
let system: System;
let gateloop: Gateloop;
let port: number;
let origin: string;
// One system for all tests, because its start takes longer than they do. Each leaves the emulator as it found it.
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo); // A TCP server has a port.
  origin = `http://127.0.0.1:${port}`;
  // The functions run in this process, which starts them sooner.
  system = await startSystem({ authorizationUrl: origin });
  gateloop = system.gateloop;
  serveConsole(gateloop, server, ['box.example.com']);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await system.close();
});

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(origin + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers });

describe('serveConsole', () => {
  it('serveConsole: shows the outbox to this machine, and to the hosts that the user allows', async () => {
    const statusOf = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        request({ host: '127.0.0.1', port, path: '/outbox.json', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ host: 'box.example.com' })).toBe(200);
    expect(await statusOf({ host: 'rebound.example.com' })).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example.com' })).toBe(403);
  });

  it('serveConsole: sets switches and faults of the emulator by forms of its own page alone', async () => {
    const { settings, faults } = gateloop.agentCore.service.context;
    const evil = { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' };
    expect((await post('/emulator/faults', { fault: 'throttle' }, evil)).status).toBe(403);
    expect(faults.rules).toEqual([]);
    const own = { origin, 'sec-fetch-site': 'same-origin' };
    const set = await post(
      '/emulator/behaviors',
      { unreachable: 'accepted', expiredLinkFailsAfter: '9' },
      own,
    );
    expect([set.status, set.headers.get('location')]).toEqual([303, '/emulator']);
    expect(settings.behaviors).toMatchObject({ unreachable: 'accepted', expiredLinkFailsAfter: 9 });
    gateloop.agentCore.setBehaviors(DEFAULT_BEHAVIORS);
    await post('/emulator/faults', { fault: 'throttle', operation: '', times: '2' }, own);
    await post('/emulator/faults', { fault: 'slow', resource: '^ledger' }, own);
    expect(faults.rules).toEqual([
      { fault: 'throttle', times: 2 },
      { fault: 'slow', resource: '^ledger' },
    ]);
    await post('/emulator/faults/remove', { index: '0' }, own);
    expect(faults.rules).toEqual([{ fault: 'slow', resource: '^ledger' }]);
    await post('/emulator/faults/remove', { index: 'all' }, own);
    expect(faults.rules).toEqual([]);
  });

  it('serveConsole: says what is wrong with a form, and changes nothing', async () => {
    const refused = await post('/emulator/faults', { fault: 'slow', resource: '(' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('resource of rule 0 cannot be');
    expect((await post('/emulator/faults/remove', { index: '3' })).status).toBe(400);
    expect((await post('/emulator/behaviors', { unreachable: 'maybe' })).status).toBe(400);
    expect(gateloop.agentCore.service.context.settings.behaviors).toEqual(DEFAULT_BEHAVIORS);
  });

  it('serveConsole: answers an unchanged screen with 304', async () => {
    for (const path of ['/', '/inbox', '/outbox', '/emulator']) {
      const first = await fetch(origin + path);
      expect([path, first.status]).toEqual([path, 200]);
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
      expect([path, (await fetch(origin + path, { headers })).status]).toEqual([path, 304]);
    }
    expect((await fetch(`${origin}/workspaces/unknown`)).status).toBe(404);
    expect((await fetch(`${origin}/nothing`)).status).toBe(404);
  });
});
