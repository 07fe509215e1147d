import { describe, expect, it } from 'vitest';
import { serverAddress } from './serverAddress.ts';

const addressIn = (server: unknown) =>
  serverAddress({
    mcp: { server: { inlineContent: typeof server === 'string' ? server : JSON.stringify(server) } },
  });
const http = (url: unknown) => ({ remotes: [{ type: 'streamable-http', url }] });
const reasonOf = (server: unknown) => {
  const address = addressIn(server);
  return 'reason' in address ? address.reason : address.endpoint;
};

describe("the address of a record's server", () => {
  it('is that of its Streamable HTTP remote', () => {
    const remotes = [
      { type: 'sse', url: 'https://mcp.example.com/sse' },
      { type: 'streamable-http', url: 'https://MCP.example.com:443/mcp?qualifier=DEFAULT' },
    ];
    expect(addressIn({ name: 'com.example/weather', version: '1.0.0', remotes })).toEqual({
      endpoint: 'https://mcp.example.com/mcp?qualifier=DEFAULT',
      host: 'mcp.example.com',
    });
  });

  it('is the first that a gateway can reach', () => {
    const remotes = [
      { type: 'streamable-http', url: 'https://{tenant}.example.com/mcp' },
      { type: 'streamable-http', url: 'https://mcp.example.com/mcp' },
    ];
    expect(addressIn({ remotes })).toMatchObject({ host: 'mcp.example.com' });
  });

  it.each([
    ['no JSON', '{', 'no server definition that can be read'],
    ['a list', '[]', 'no server definition that can be read'],
    ['nested without end', '['.repeat(50_000) + ']'.repeat(50_000), 'no server definition that can be read'],
    [
      'longer than the API allows',
      JSON.stringify({ a: 'x'.repeat(102_400) }),
      'no server definition that can be read',
    ],
    ['local packages only', { packages: [{ registryType: 'npm' }] }, 'names no remote server'],
    ['remotes that are no list', { remotes: { type: 'streamable-http' } }, 'names no remote server'],
    ['SSE only', { remotes: [{ type: 'sse', url: 'https://a.example.com' }] }, 'server-sent events'],
    ['a number', http(7), 'no URL'],
    ['a URL without end', http(`https://a.example.com/${'x'.repeat(2048)}`), 'no URL'],
    ['plain http', http('http://a.example.com/mcp'), 'not https'],
    ['a script', http('javascript:alert(1)'), 'not https'],
    ['a password', http('https://user:hunter2@a.example.com/mcp'), 'a user or password'],
    ['a token', http(`https://a.example.com/mcp?key=ghp_${'a'.repeat(36)}`), 'a credential'],
    ['a reference', http(`https://a.example.com/\${gateways.a.gatewayId}`), 'a placeholder'],
    ['a placeholder', http('https://a.example.com/{tenant}'), 'a placeholder'],
    ['a fragment', http('https://a.example.com/mcp#x'), 'a fragment'],
    ['an address of the link', http('https://169.254.169.254/latest'), 'no public host name'],
    ['a number for an address', http('https://2852039166/latest'), 'no public host name'],
    ['IPv6', http('https://[::1]/mcp'), 'no public host name'],
    ['this machine', http('https://localhost/mcp'), 'no public host name'],
    ['an inner network', http('https://vault.corp.internal/mcp'), 'no public host name'],
  ])('is refused: %s', (_what, server, fault) => {
    expect(reasonOf(server)).toContain(fault);
  });

  it('shows a name that only looks like another as what it is', () => {
    // The first letter is Cyrillic.
    expect(addressIn(http('https://аpple.com/mcp'))).toMatchObject({ host: 'xn--pple-43d.com' });
  });

  it('is missing where the record describes no MCP server', () => {
    expect(serverAddress({ custom: { inlineContent: '{}' } })).toHaveProperty('reason');
    expect(serverAddress({})).toHaveProperty('reason');
  });
});
