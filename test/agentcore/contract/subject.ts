import { randomBytes } from 'node:crypto';
import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import { type AgentCore, startAgentCore } from '../../../local/agentcore/server.ts';
import { SimulatedClock } from '../../../local/simulation/clock.ts';
import { Store } from '../../../local/simulation/store.ts';
import { TransitionWatch } from '../legalTransitions.ts';
import { CleanUp } from './cleanUp.ts';

/** An answer, as far as the tables look into it. */
export type ApiResponse = Readonly<Record<string, unknown>>;

/** What the contract is tested on: the emulator, or an AWS account. */
export interface Subject {
  /** Sends an operation of either plane through the SDK's own client. */
  call(operation: string, input: object): Promise<ApiResponse>;
  /** Reads until the answer is as wanted; simulated or real time passes meanwhile. */
  until(read: () => Promise<ApiResponse>, isDone: (answer: ApiResponse) => boolean): Promise<ApiResponse>;
  /** A name that nothing else on the account has. */
  readonly name: string;
  readonly roleArn: string;
  /** Only on the emulator: to let time pass, to consent without a browser, to force a state. */
  readonly emulator?: { readonly agentCore: AgentCore; readonly clock: SimulatedClock };
  close(): Promise<void>;
}

/** Set to `aws` to run the suite on the account of the default credentials, with GATELOOP_CONTRACT_ROLE as its role. */
export const onAws = process.env.GATELOOP_CONTRACT === 'aws';

type Send = (command: object) => Promise<object>;

export function openSubject(options: Partial<AgentCoreOptions> = {}): Promise<Subject> {
  return onAws ? openAws() : openEmulator(options);
}

/** Rates are off: they have tests of their own, and hundreds of calls in no simulated time would hit them. */
const UNLIMITED = { ratePerSecond: {} };

async function openEmulator(options: Partial<AgentCoreOptions>): Promise<Subject> {
  const clock = new SimulatedClock();
  const store = new Store(':memory:');
  const watch = new TransitionWatch();
  const agentCore = await startAgentCore({
    clock,
    store,
    seed: 1,
    onChange: watch.onChange,
    ...options,
    behaviors: { unreachable: 'accepted', ...options.behaviors },
    quotas: { ...UNLIMITED, ...options.quotas },
  });
  const clients = connect({
    endpoint: agentCore.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
  return {
    call: clients.call,
    name: 'contract',
    roleArn: 'arn:aws:iam::123456789012:role/contract',
    emulator: { agentCore, clock },
    async until(read, isDone) {
      let answer = await read();
      await clock.until(async () => {
        answer = await read();
        return isDone(answer);
      });
      return answer;
    },
    async close() {
      clients.close();
      await agentCore.close();
      store.close();
      if (watch.illegal.length > 0) throw new Error(`illegal transitions: ${watch.illegal.join('; ')}`);
    },
  };
}

const POLL_MS = 3000;

async function openAws(): Promise<Subject> {
  const clients = connect({});
  const cleanUp = new CleanUp();
  return {
    async call(operation, input) {
      const answer = await clients.call(operation, input);
      cleanUp.recordCreated(operation, input, answer);
      return answer;
    },
    name: `contract${randomBytes(4).toString('hex')}`,
    roleArn: process.env.GATELOOP_CONTRACT_ROLE ?? '',
    async until(read, isDone) {
      for (;;) {
        const answer = await read();
        if (isDone(answer)) return answer;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async close() {
      await cleanUp.run(clients.call);
      clients.close();
    },
  };
}

function connect(configuration: controlPlane.BedrockAgentCoreControlClientConfig) {
  const control = new controlPlane.BedrockAgentCoreControlClient(configuration);
  const data = new dataPlane.BedrockAgentCoreClient(configuration as dataPlane.BedrockAgentCoreClientConfig);
  const planes: readonly [Readonly<Record<string, unknown>>, Send][] = [
    [controlPlane, control.send.bind(control) as unknown as Send],
    [dataPlane, data.send.bind(data) as unknown as Send],
  ];
  return {
    async call(operation: string, input: object): Promise<ApiResponse> {
      for (const [commands, send] of planes) {
        // The SDK names its commands after the operations; a table of operations cannot name classes.
        const Command = commands[`${operation}Command`] as (new (input: object) => object) | undefined;
        if (!Command) continue;
        const { $metadata: _, ...answer } = Object(await send(new Command(input)));
        return answer;
      }
      throw new Error(`neither plane of the SDK has the operation ${operation}`);
    },
    close() {
      control.destroy();
      data.destroy();
    },
  };
}
