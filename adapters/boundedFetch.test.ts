import { describe, expect, it } from 'vitest';
import { boundedFetch, type FetchBounds } from './boundedFetch.ts';
import { startHttpServer } from './testing/mcpServers.ts';

const bounds: FetchBounds = {
  maxBytes: 1_000,
  signal: new AbortController().signal,
  onTooLarge: () => {},
  route: async (url) => ({ url }),
  authorize: async ({ headers }) => headers,
};

describe('boundedFetch', () => {
  it('boundedFetch: connects to the given address without another lookup, and keeps the host', async () => {
    const url = await startHttpServer(({ headers: { host } }, response) => {
      response.end(host);
    });
    const { port } = new URL(url);
    const address = { address: '127.0.0.1', family: 4 };
    const fetch = boundedFetch({ ...bounds, route: async (target) => ({ url: target, address }) });
    // No resolver knows this name (RFC 6761).
    const response = await fetch(`http://mcp.example.invalid:${port}/`);
    expect(await response.text()).toBe(`mcp.example.invalid:${port}`);
  });

  it('boundedFetch: sends no request after its signal has ended, and none that its route refuses', async () => {
    let requests = 0;
    const url = await startHttpServer((_, response) => {
      requests += 1;
      response.end();
    });
    const ended = AbortSignal.abort(new Error('over'));
    await expect(boundedFetch({ ...bounds, signal: ended })(url)).rejects.toThrow('over');
    const refuse = () => Promise.reject(new Error('not there'));
    await expect(boundedFetch({ ...bounds, route: refuse })(url)).rejects.toThrow('not there');
    expect(requests).toBe(0);
  });

  it('boundedFetch: counts the bytes of all responses, and tells where they exceed the bound', async () => {
    const url = await startHttpServer((_, response) => {
      response.end('x'.repeat(600));
    });
    const told: Error[] = [];
    const fetch = boundedFetch({ ...bounds, onTooLarge: (error) => told.push(error) });
    expect(await (await fetch(url)).text()).toHaveLength(600);
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    expect(told).toHaveLength(1);
  });

  it('boundedFetch: follows no redirect, and answers a status without a body', async () => {
    const url = await startHttpServer(({ url: path }, response) => {
      if (path === '/there') response.writeHead(204).end();
      else if (path === '/made') response.writeHead(201, { location: '/made/1' }).end();
      else response.writeHead(302, { location: '/there' }).end();
    });
    await expect(boundedFetch(bounds)(url)).rejects.toThrow('redirects with the status 302');
    expect((await boundedFetch(bounds)(`${url}/there`)).status).toBe(204);
    expect((await boundedFetch(bounds)(`${url}/made`)).status).toBe(201);
  });
});
