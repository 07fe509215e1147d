import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localOnly, refusalOf } from './localAccess.ts';

const host = '127.0.0.1:4700';

describe('refusalOf', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:4700',
    '127.8.0.1',
    'localhost:4700',
    'LOCALHOST',
    'specs.localhost:80',
    '[::1]:4700',
    'box.example.com:4700',
  ])('refusalOf: answers a request to %s', (each) => {
    expect(refusalOf('POST', { host: each }, ['box.example.com'])).toBeUndefined();
  });

  it.each([
    '',
    'rebound.example.com',
    'rebound.example.com:4700',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '127.0.0.1@example.com',
    'notlocalhost',
    '192.168.1.2:4700',
    '0.0.0.0:4700',
    'sub.box.example.com',
  ])('refusalOf: refuses a request to %j, which may lead elsewhere tomorrow', (each) => {
    expect(refusalOf('GET', { host: each }, ['box.example.com'])).toContain('--allow-host');
  });

  it('refusalOf: takes names of a pattern', () => {
    expect(refusalOf('GET', { host: 'a.example.com' }, [/^[a-z]\.example\.com$/])).toBeUndefined();
    expect(refusalOf('GET', { host: 'ab.example.com' }, [/^[a-z]\.example\.com$/])).toBeDefined();
  });

  it.each([
    {},
    { origin: `http://${host}` },
    { origin: `https://${host}`, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('refusalOf: answers a program, and a page of the server itself: %j', (headers) => {
    expect(refusalOf('POST', { host, ...headers })).toBeUndefined();
  });

  it.each([
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:5173' },
    { origin: 'http://localhost:4700' },
    { origin: `http://evil.example.com/http://${host}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('refusalOf: refuses a POST of another site: %j', (headers) => {
    expect(refusalOf('POST', { host, ...headers })).toContain('another site');
  });

  it('refusalOf: lets a person follow a link of another site, and no image or script of it', () => {
    const cross = { host, 'sec-fetch-site': 'cross-site' };
    expect(refusalOf('GET', { ...cross, 'sec-fetch-mode': 'navigate' })).toBeUndefined();
    expect(refusalOf('GET', { ...cross, 'sec-fetch-mode': 'no-cors' })).toContain('another site');
  });
});

describe('localOnly', () => {
  it('localOnly: answers 403 in place of the listener, and closes the connection', async () => {
    let answered = 0;
    const server = createServer(
      localOnly((_, response) => {
        answered += 1;
        response.end('answered');
      }),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo; // A TCP server has no other address.
    const statusOf = (headers: Record<string, string>) =>
      new Promise((done) => {
        const path = { host: '127.0.0.1', port, method: 'POST', headers, agent: false };
        sendRequest(path, (response) => {
          response.resume();
          done([response.statusCode, response.headers.connection]);
        }).end('body');
      });
    expect(await statusOf({ host: 'rebound.example.com' })).toEqual([403, 'close']);
    expect(await statusOf({ origin: 'https://evil.example.com' })).toEqual([403, 'close']);
    expect(answered).toBe(0);
    expect(await statusOf({})).toEqual([200, expect.anything()]);
    expect(answered).toBe(1);
  });
});
