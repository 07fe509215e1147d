import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGateloop } from '../../local/gateloop.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';
import { serveConsole } from './console.ts';
import { reservePort } from './reservePort.ts';

describe('serveConsole', () => {
  it('serveConsole: shows the outbox to this machine, and to the hosts that the user allows', async () => {
    const reserved = await reservePort(0);
    const gateloop = await startGateloop({
      clock: () => new SimulatedClock(),
      authorizationUrl: `http://127.0.0.1:${reserved.port}`,
      schedules: false,
    });
    onTestFinished(async () => {
      await reserved.close();
      await gateloop.close();
    });
    serveConsole(gateloop, reserved.server, ['box.example.com']);
    const statusOf = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        request({ host: '127.0.0.1', port: reserved.port, path: '/outbox.json', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ host: 'box.example.com' })).toBe(200);
    expect(await statusOf({ host: 'rebound.example.com' })).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example.com' })).toBe(403);
  });
});
