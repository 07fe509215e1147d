import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { toolSourcesOf, watchReport } from './toolWatch.ts';

const gatewayUrl = 'https://payments-1.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp';
const server = { endpoint: 'https://mcp.example.com/mcp' };

function sources(
  config: JsonObject,
  gateway: JsonObject = { protocolType: 'MCP', authorizerType: 'AWS_IAM' },
) {
  return toolSourcesOf({ config, gateway, gatewayUrl });
}

function targetOf(mcpServer: JsonObject, rest: JsonObject = {}): JsonObject {
  return { targetConfiguration: { mcp: { mcpServer } }, ...rest };
}

describe('toolSourcesOf', () => {
  it('toolSourcesOf: finds the gateway, and a server without credentials', () => {
    expect(sources(targetOf(server, { credentialProviderConfigurations: [] }))).toEqual({
      gateway: { url: gatewayUrl, credentials: 'signature' },
      server: { url: server.endpoint },
      obstacles: {},
    });
  });

  it.each([
    ['NONE', 'none'],
    ['AWS_IAM', 'signature'],
    ['CUSTOM_JWT', 'token'],
    ['AUTHENTICATE_ONLY', 'token'],
  ])(
    'toolSourcesOf: calls a gateway with %s with credentials of the kind %s',
    (authorizerType, credentials) => {
      expect(sources(targetOf(server), { protocolType: 'MCP', authorizerType })?.gateway).toEqual({
        url: gatewayUrl,
        credentials,
      });
    },
  );

  it('toolSourcesOf: says why a source is missing', () => {
    const behind = targetOf(server, {
      credentialProviderConfigurations: [{ credentialProviderType: 'OAUTH' }],
    });
    expect(sources(behind)?.obstacles).toEqual({ server: 'credentials' });
    expect(sources(targetOf(server, { privateEndpoint: {} }))?.obstacles).toEqual({
      server: 'privateEndpoint',
    });
    expect(sources(targetOf(server), {})?.obstacles).toEqual({ gateway: 'noMcpEndpoint' });
    const newer = { protocolType: 'MCP', authorizerType: 'constructor' };
    expect(sources(targetOf(server), newer)?.obstacles).toEqual({ gateway: 'unknownAuthorizer' });
    expect(sources(targetOf({ ...server, listingMode: 'DYNAMIC' }))).toEqual({
      obstacles: { gateway: 'listedDynamically', server: 'listedDynamically' },
    });
  });

  it('toolSourcesOf: leaves out targets whose configuration names their tools', () => {
    expect(sources(targetOf({ ...server, mcpToolSchema: {} }))).toBeUndefined();
    expect(sources({ targetConfiguration: { mcp: { lambda: {} } } })).toBeUndefined();
  });

  it('toolSourcesOf: names what may cut the list of the gateway', () => {
    const gateway = { protocolType: 'MCP', authorizerType: 'NONE' };
    const partial = (more: JsonObject) => sources(targetOf(server), { ...gateway, ...more })?.partial;
    expect(partial({})).toBeUndefined();
    expect(partial({ policyEngineConfiguration: { mode: 'ENFORCE' } })).toBe('policyEngine');
    expect(partial({ policyEngineConfiguration: { mode: 'LOG_ONLY' } })).toBeUndefined();
    expect(partial({ interceptorConfigurations: [{}] })).toBe('interceptor');
  });
});

describe('watchReport', () => {
  it('watchReport: says one obstacle once', () => {
    const obstacles = { gateway: 'listedDynamically', server: 'listedDynamically' } as const;
    expect(watchReport([], obstacles, undefined)).toEqual({
      watched: false,
      reason: 'Not watched: the gateway lists its tools at each request, and synchronizes nothing.',
    });
  });

  it('watchReport: says nothing of a gateway that was not read', () => {
    expect(watchReport(['server'], {}, 'policyEngine')).toEqual({ watched: true, sources: ['server'] });
  });
});
