import {
  type BedrockAgentCoreControlClient,
  CreateGatewayCommand,
  CreateGatewayTargetCommand,
  GetGatewayCommand,
  GetGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { type Clock, sleep } from '../local/simulation/clock.ts';

/** A script that creates targets without Gateloop. */
export interface Script {
  readonly name: ScriptName;
  /** How many targets it creates at a time. */
  readonly atOnce: number;
}

export type ScriptName = 'helper' | 'script';

/** Between two Gets of one resource in ms. Both scripts begin with a Get at once. */
const INTERVAL_MS = 2000;
/** The service grants five writes a second. */
const BETWEEN_WRITES_MS = 200;
const THROTTLED_MS = 1000;

/**
 * `helper`: the way of `GatewayClient` in AWS's starter toolkit for Python, which creates one target, sleeps 2 s between
 * its Gets, and goes on with the next. `script`: what twenty lines with a pool of five do.
 */
export const scripts: readonly Script[] = [
  { name: 'helper', atOnce: 1 },
  { name: 'script', atOnce: 5 },
];

interface Account {
  readonly clock: Clock;
  readonly control: BedrockAgentCoreControlClient;
}

/** @returns the id of a gateway that is READY */
export async function createGateway({ clock, control }: Account): Promise<string> {
  const { gatewayId = '' } = await control.send(
    new CreateGatewayCommand({
      name: 'scripted',
      roleArn: 'arn:aws:iam::123456789012:role/gateway',
      protocolType: 'MCP',
      authorizerType: 'AWS_IAM',
    }),
  );
  const get = new GetGatewayCommand({ gatewayIdentifier: gatewayId });
  await untilReady(clock, async () => (await control.send(get)).status);
  return gatewayId;
}

/** Creates targets on a gateway, and resolves when a Get has shown the last one READY. */
export async function createTargets(
  account: Account,
  { atOnce }: Script,
  gatewayIdentifier: string,
  targets: number,
): Promise<void> {
  const { clock } = account;
  let next = 1;
  let writeAt = clock.now();
  const worker = async () => {
    while (next <= targets) {
      const name = `target-${next}`;
      next += 1;
      const wait = writeAt - clock.now();
      writeAt = Math.max(writeAt, clock.now()) + BETWEEN_WRITES_MS;
      if (wait > 0) await sleep(clock, wait);
      await createTarget(account, gatewayIdentifier, name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function createTarget({ clock, control }: Account, gatewayIdentifier: string, name: string) {
  const create = new CreateGatewayTargetCommand({
    gatewayIdentifier,
    name,
    targetConfiguration: {
      mcp: {
        lambda: {
          lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:tools',
          toolSchema: {
            inlinePayload: [
              { name: 'lookup', description: 'Looks up', inputSchema: { type: 'object', properties: {} } },
            ],
          },
        },
      },
    },
    credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
  });
  const { targetId = '' } = await retried(clock, () => control.send(create));
  const get = new GetGatewayTargetCommand({ gatewayIdentifier, targetId });
  await untilReady(clock, async () => (await retried(clock, () => control.send(get))).status);
}

async function untilReady(clock: Clock, status: () => Promise<string | undefined>): Promise<void> {
  while ((await status()) !== 'READY') await sleep(clock, INTERVAL_MS);
}

async function retried<Result>(clock: Clock, call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ThrottlingException') throw error;
      await sleep(clock, THROTTLED_MS);
    }
  }
}
