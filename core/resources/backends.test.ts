import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { backendKey, backendsOf } from './backends.ts';

const ARN = 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/search-AB12CD34EF';
const runtimeUrl = (qualifier: string) =>
  `https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/${encodeURIComponent(ARN)}/invocations?qualifier=${qualifier}`;
const gatewayUrl = (id: string) => `https://${id}.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp`;

const target = (endpoint: string): JsonObject => ({
  targetConfiguration: { mcp: { mcpServer: { endpoint } } },
});
const record = (url: string): JsonObject => ({
  descriptors: { mcpServer: { source: { fromUrl: { url } } } },
});

const runtime = { kind: 'agentRuntime', id: 'search-AB12CD34EF', arn: ARN };

describe('backendsOf', () => {
  it('backendsOf: finds the runtime behind the endpoint of a target, and behind the source of a record', () => {
    expect(backendsOf(target(runtimeUrl('DEFAULT')))).toEqual([runtime]);
    expect(backendsOf(record(runtimeUrl('DEFAULT')))).toEqual([runtime]);
    expect(backendsOf(record(runtimeUrl('production')))).toEqual([{ ...runtime, endpoint: 'production' }]);
  });

  it('backendsOf: finds the gateway behind the source of a record, by the id in its host', () => {
    const id = 'my-tools-2-0a1b2c3d4e';
    expect(backendsOf(record(gatewayUrl(id)))).toEqual([{ kind: 'gateway', id }]);
  });

  // Only records are read from gateways: a target's own gateway is another matter.
  it.each([
    target(gatewayUrl('tools-0a1b2c3d4e')),
    target('https://mcp.example.com/mcp'),
    record('https://mcp.example.com/mcp'),
    record('http://tools-0a1b2c3d4e.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp'),
    record('https://tools-0a1b2c.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp'),
    record('https://example.com/?to=https://tools-0a1b2c3d4e.gateway.bedrock-agentcore'),
    record('s3://skills/a'),
    {},
  ])('backendsOf: finds none of AgentCore behind %j', (config) => {
    expect(backendsOf(config)).toEqual([]);
  });
});

describe('backendKey', () => {
  it('backendKey: tells gateways, runtimes and the endpoints of a runtime apart', () => {
    const keys = [
      record(gatewayUrl('tools-0a1b2c3d4e')),
      target(runtimeUrl('DEFAULT')),
      target(runtimeUrl('production')),
    ]
      .flatMap(backendsOf)
      .map(backendKey);
    expect(keys).toEqual(['gateway/tools-0a1b2c3d4e', ARN, `${ARN}/runtime-endpoint/production`]);
  });
});
