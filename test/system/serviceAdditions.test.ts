import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem, writesIn } from './system.ts';

const ENDPOINT = 'https://mcp.example.com/mcp';

let system: System;
beforeAll(async () => {
  system = await startSystem({ agentCore: { behaviors: { unreachable: 'accepted' } } });
});
afterAll(() => system.close());

/** Each resource leaves out what the service fills in, and its gateway has a policy engine. */
const manifest = `owners: { default: { email: owner@example.com } }
settings: { selfHeal: true }
harnesses:
  coder:
    executionRoleArn: arn:aws:iam::123456789012:role/agent
    # Which model the service takes by default is not known.
    model: { bedrockModelConfig: { modelId: global.anthropic.claude-sonnet-4-6 } }
agentRuntimes:
  agent:
    roleArn: arn:aws:iam::123456789012:role/agent
    networkConfiguration: { networkMode: PUBLIC }
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:v1' }
registries:
  tools: {}
gateways:
  guarded:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    policyEngineConfiguration:
      arn: arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/rules-abcdefghij
      mode: ENFORCE
    targets:
      plain:
        targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } }
      headers:
        targetConfiguration: { mcp: { mcpServer: { endpoint: '${ENDPOINT}' } } }
        metadataConfiguration: { allowedRequestHeaders: [x-team] }
`;

describe('what the service adds to a resource by itself', () => {
  it('is no drift: a reconcile that compares every member writes nothing', async () => {
    system.upload('guarded', 'manifest.yaml', manifest);
    await system.settle();
    expect(system.outcome('guarded')).toMatchObject({ outcome: 'ready' });
    // Without records of what it applied, Gateloop compares the configurations.
    system.ledger.clear();
    const calls = await system.callsDuring(() => system.reconcile('guarded'));
    expect(writesIn(calls)).toEqual({});
    expect(system.outcome('guarded').outcome).toBe('ready');
  });
});
