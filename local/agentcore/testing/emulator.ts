import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { onTestFinished } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import type { AgentCoreOptions } from '../options.ts';
import { type AgentCore, startAgentCore } from '../server.ts';

export interface TestEmulator {
  readonly agentCore: AgentCore;
  readonly clock: SimulatedClock;
  readonly store: Store;
  readonly control: BedrockAgentCoreControl;
  readonly data: BedrockAgentCoreClient;
}

/** Credentials that no account has. */
export const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' };

/** An emulator in memory with clients that never retry; all of it ends with the test. */
export async function startEmulator(options: Partial<AgentCoreOptions> = {}): Promise<TestEmulator> {
  const clock = new SimulatedClock();
  const store = options.store ?? new Store(':memory:');
  const agentCore = await startAgentCore({ clock, seed: 1, ...options, store });
  const client = { endpoint: agentCore.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
  const control = new BedrockAgentCoreControl(client);
  const data = new BedrockAgentCoreClient(client);
  onTestFinished(async () => {
    control.destroy();
    data.destroy();
    await agentCore.close();
    if (!options.store) store.close();
  });
  return { agentCore, clock, store, control, data };
}

export const ROLE = 'arn:aws:iam::123456789012:role/gateway';

/** A gateway that is READY. */
export async function readyGateway(
  { control, clock }: Pick<TestEmulator, 'control' | 'clock'>,
  name = 'payments',
): Promise<string> {
  const { gatewayId = '' } = await control.createGateway({
    name,
    roleArn: ROLE,
    authorizerType: 'AWS_IAM',
    protocolType: 'MCP',
  });
  await clock.until(async () => {
    const { status } = await control.getGateway({ gatewayIdentifier: gatewayId });
    return status === 'READY';
  });
  return gatewayId;
}

/** A target that needs nothing from outside. */
export const LAMBDA_TARGET = {
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:ledger',
        toolSchema: {
          inlinePayload: [
            {
              name: 'balance',
              description: 'Balance of an account',
              inputSchema: { type: 'object' as const },
            },
          ],
        },
      },
    },
  },
  credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' as const }],
};

/** A target whose tools the service fetches from a server. */
export const MCP_TARGET = {
  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/mcp' } } },
};
