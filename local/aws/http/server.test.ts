import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { type HttpServer, startHttpServer } from './server.ts';

describe('an HTTP server of the embedded AWS', () => {
  const clock = new SimulatedClock();
  let server: HttpServer;
  let arrival: PromiseWithResolvers<void>;
  let departure: PromiseWithResolvers<void>;

  beforeEach(async () => {
    arrival = Promise.withResolvers();
    departure = Promise.withResolvers();
    server = await startHttpServer({
      clock,
      answer: async ({ path, body }) => {
        if (path === '/slow') {
          arrival.resolve();
          await departure.promise;
        }
        if (path === '/broken') throw new Error('broken');
        return { status: 200, body: `${path} ${body.toString()}` };
      },
      refuse: (error) => ({ status: 500, body: String(error) }),
    });
  });
  afterEach(() => server.close());

  it('listens on the loopback interface', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${server.url}/a%20b?c=d`, { method: 'POST', body: 'text' });
    expect(await response.text()).toBe('/a%20b text');
  });

  it('answers HEAD with the length of the GET response and no body', async () => {
    const response = await fetch(`${server.url}/four`, { method: 'HEAD' });
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['6', '']);
  });

  it('formats errors for its protocol', async () => {
    const response = await fetch(`${server.url}/broken`);
    expect([response.status, await response.text()]).toEqual([500, 'Error: broken']);
  });

  it('stops simulated time during a request', async () => {
    let fired = false;
    clock.after(1, () => {
      fired = true;
    });
    const response = fetch(`${server.url}/slow`);
    await arrival.promise;
    const advance = clock.advance(10);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(fired).toBe(false);
    departure.resolve();
    await Promise.all([response, advance]);
    expect(fired).toBe(true);
  });

  it('survives a caller that disconnects during a call', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf');
    await fetch(server.url);
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await fetch(server.url)).status).toBe(200);
    await clock.advance(1);
  });
});
