import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fetch, postJson, publicFetch } from './postJson.ts';

const URL = 'https://hook.example.com/in';

/** A network that responds with the statuses in turn, or throws where one is no number, and records the requests. */
function network(...responses: readonly unknown[]) {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    const response = responses[requests.length] ?? 200;
    requests.push({ url, init });
    if (typeof response !== 'number') throw response;
    return new Response(null, { status: response });
  };
  return { fetch, requests, post: () => postJson(URL, '{"a":1}', { 'webhook-id': 'msg_1' }, fetch) };
}

describe('postJson', () => {
  it('posts the body as JSON with the given headers, a timeout, and no redirects', async () => {
    const { requests, post } = network();
    expect(await post()).toBeUndefined();
    expect(requests).toEqual([
      {
        url: URL,
        init: {
          method: 'POST',
          headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json' },
          body: '{"a":1}',
          redirect: 'error',
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  it.each([
    ['the status 500', 500, 'status 500'],
    ['the status 429', 429, 'status 429'],
    ['a broken connection', new TypeError('fetch failed'), 'TypeError'],
    ['a thrown value that is no error', 'cut', 'Error'],
  ])(
    'gives up after three attempts that end with %s, and returns the reason',
    async (_, response, reason) => {
      const { requests, post } = network(response, response, response);
      expect(await post()).toBe(reason);
      expect(requests).toHaveLength(3);
    },
  );

  it('returns the reason of the last attempt', async () => {
    expect(await network(500, 503, 502).post()).toBe('status 502');
    expect(await network(500, 429, 404).post()).toBe('status 404');
  });

  it.each([300, 400, 404, 499])('makes one attempt if the receiver responds with %d', async (status) => {
    const { requests, post } = network(status);
    expect(await post()).toBe(`status ${status}`);
    expect(requests).toHaveLength(1);
  });

  it.each([200, 204, 299])('takes the status %d for an accepted message', async (status) => {
    const { requests, post } = network(status);
    expect(await post()).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it('makes no request without TLS', async () => {
    const { requests, fetch } = network();
    expect(await postJson('http://hook.example.com/https://', '{}', {}, fetch)).toBe('NotHttps');
    expect(requests).toEqual([]);
  });
});

/** A server on the loopback interface, which counts the connections to it. */
async function listen() {
  const seen = { connections: 0, port: 0 };
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.destroy();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address === 'object' && address) seen.port = address.port;
  return seen;
}

describe('publicFetch', () => {
  it.each(['localhost', '127.0.0.1', '[::ffff:7f00:1]', '2130706433'])(
    'publicFetch: opens no connection to a webhook at %s',
    async (host) => {
      const server = await listen();
      const failure = await postJson(`https://${host}:${server.port}/in`, '{}', {}, publicFetch());
      expect(failure).toBe('AddressNotPublic');
      expect(server.connections).toBe(0);
    },
  );

  it.each([
    ['10.1.2.3', 4],
    ['169.254.169.254', 4],
    ['fd00:ec2::254', 6],
  ])('publicFetch: refuses a name that leads to %s at its lookup, once', async (address, family) => {
    let lookups = 0;
    const resolve = async () => {
      lookups += 1;
      return [{ address, family }];
    };
    expect(await postJson(URL, '{}', {}, publicFetch(resolve))).toBe('AddressNotPublic');
    expect(lookups).toBe(1);
  });
});
