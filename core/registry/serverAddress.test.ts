import { describe, expect, it } from 'vitest';
import { serverAddress } from './serverAddress.ts';

const addressIn = (server: unknown) =>
  serverAddress({
    mcpServer: { data: typeof server === 'string' ? server : JSON.stringify(server) },
  });
const http = (url: unknown) => ({ remotes: [{ type: 'streamable-http', url }] });
const reasonOf = (server: unknown) => {
  const address = addressIn(server);
  return 'reason' in address ? address.reason : address.endpoint;
};

describe('serverAddress', () => {
  it('serverAddress: returns the URL of the Streamable HTTP remote', () => {
    const remotes = [
      { type: 'sse', url: 'https://mcp.example.com/sse' },
      { type: 'streamable-http', url: 'https://MCP.example.com:443/mcp?qualifier=DEFAULT' },
    ];
    expect(addressIn({ name: 'com.example/weather', version: '1.0.0', remotes })).toEqual({
      endpoint: 'https://mcp.example.com/mcp?qualifier=DEFAULT',
      host: 'mcp.example.com',
    });
  });

  it('serverAddress: returns the first URL that a gateway can reach', () => {
    const remotes = [
      { type: 'streamable-http', url: 'https://{tenant}.example.com/mcp' },
      { type: 'streamable-http', url: 'https://mcp.example.com/mcp' },
    ];
    expect(addressIn({ remotes })).toMatchObject({ host: 'mcp.example.com' });
  });

  it.each([
    ['text that is not JSON', '{', 'no server definition that can be read'],
    ['a list', '[]', 'no server definition that can be read'],
    [
      'JSON that is too deep',
      '['.repeat(50_000) + ']'.repeat(50_000),
      'no server definition that can be read',
    ],
    [
      'text longer than the API allows',
      JSON.stringify({ a: 'x'.repeat(102_400) }),
      'no server definition that can be read',
    ],
    ['local packages only', { packages: [{ registryType: 'npm' }] }, 'names no remote server'],
    ['remotes that are not a list', { remotes: { type: 'streamable-http' } }, 'names no remote server'],
    ['SSE only', { remotes: [{ type: 'sse', url: 'https://a.example.com' }] }, 'server-sent events'],
    ['a number', http(7), 'not a URL'],
    ['a URL that is too long', http(`https://a.example.com/${'x'.repeat(2048)}`), 'not a URL'],
    ['plain http', http('http://a.example.com/mcp'), 'not https'],
    ['a script', http('javascript:alert(1)'), 'not https'],
    ['a password', http('https://user:hunter2@a.example.com/mcp'), 'a user or password'],
    ['a token', http(`https://a.example.com/mcp?key=ghp_${'a'.repeat(36)}`), 'a credential'],
    ['a reference', http(`https://a.example.com/\${gateways.a.gatewayId}`), 'a placeholder'],
    ['a placeholder', http('https://a.example.com/{tenant}'), 'a placeholder'],
    ['a user alone', http('https://user@a.example.com/mcp'), 'a user or password'],
    ['a password alone', http('https://:hunter2@a.example.com/mcp'), 'a user or password'],
    ['a fragment', http('https://a.example.com/mcp#x'), 'a fragment'],
    ['a link-local address', http('https://169.254.169.254/latest'), 'without a public host name'],
    ['a numeric address', http('https://2852039166/latest'), 'without a public host name'],
    ['IPv6', http('https://[::1]/mcp'), 'without a public host name'],
    ['localhost', http('https://localhost/mcp'), 'without a public host name'],
    ['a name with an underscore', http('https://a_b.example.com/mcp'), 'without a public host name'],
    ['a name that ends with a dot', http('https://a.example.com./mcp'), 'without a public host name'],
    ['a top-level domain of one letter', http('https://a.example.c/mcp'), 'without a public host name'],
    ['a private network', http('https://vault.corp.internal/mcp'), 'without a public host name'],
  ])('serverAddress: rejects %s', (_what, server, reason) => {
    expect(reasonOf(server)).toContain(reason);
  });

  it('serverAddress: accepts an address of the maximum length', () => {
    const url = 'https://a.example.com/'.padEnd(2048, 'x');
    expect(addressIn(http(url))).toEqual({ endpoint: url, host: 'a.example.com' });
  });

  it('serverAddress: reports the first address where none can be reached', () => {
    const remotes = ['http://a.example.com', 'https://localhost'].map((url) => http(url).remotes[0]);
    expect(reasonOf({ remotes })).toContain('not https');
  });

  it.each([
    ['no definition', '{'],
    ['no remote', {}],
    ['SSE only', { remotes: [{ type: 'sse', url: 'https://a.example.com' }] }],
  ])('serverAddress: shows how to add an address to a record with %s', (_title, server) => {
    expect(addressIn(server)).toMatchObject({ remedy: expect.stringContaining('"streamable-http"') });
  });

  it('serverAddress: says how to correct a rejected address', () => {
    const remedy = expect.stringContaining('public https address');
    expect(addressIn(http(7))).toMatchObject({ remedy });
    expect(addressIn(http('http://a.example.com'))).toMatchObject({ remedy });
  });

  it('serverAddress: returns a look-alike host name in ASCII', () => {
    // The first letter is Cyrillic.
    expect(addressIn(http('https://аpple.com/mcp'))).toMatchObject({ host: 'xn--pple-43d.com' });
  });

  it('serverAddress: gives a reason where the record describes no MCP server', () => {
    expect(serverAddress({ custom: { data: '{}' } })).toHaveProperty('reason');
    expect(serverAddress({})).toHaveProperty('reason');
  });
});
