import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import { type AgentCore, startAgentCore } from '../../../local/agentcore/server.ts';
import { SimulatedClock } from '../../../local/simulation/clock.ts';
import { Store } from '../../../local/simulation/store.ts';
import { TransitionRecorder } from '../legalTransitions.ts';
import { type ApiResponse, connect } from './sdkClients.ts';

export type { ApiResponse };

/** The subject of the contract tests: the emulator in this process, or a service at an endpoint. */
export interface Subject {
  /** Sends an operation of either plane with the SDK's client. */
  call(operation: string, input: object): Promise<ApiResponse>;
  /** Repeats a read until the predicate accepts its response, in simulated or real time. */
  until(read: () => Promise<ApiResponse>, isDone: (response: ApiResponse) => boolean): Promise<ApiResponse>;
  /** A resource name that is unique in the account. */
  readonly name: string;
  readonly roleArn: string;
  /** Advances time, consents without a browser, forces statuses. Reading it at an endpoint throws `RowNotRun`. */
  readonly emulator?: { readonly agentCore: AgentCore; readonly clock: SimulatedClock };
  close(): Promise<void>;
}

/** No request rates: the tests send hundreds of calls at one simulated time. Separate tests cover the rates. */
const UNLIMITED = { ratePerSecond: {} };

/** Opens an emulator in this process, with simulated time. */
export async function openSubject(options: Partial<AgentCoreOptions> = {}): Promise<Subject> {
  const clock = new SimulatedClock();
  const store = new Store(':memory:');
  const transitions = new TransitionRecorder();
  const agentCore = await startAgentCore({
    clock,
    store,
    seed: 1,
    onChange: transitions.onChange,
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
      let response = await read();
      await clock.until(async () => {
        response = await read();
        return isDone(response);
      });
      return response;
    },
    async close() {
      clients.close();
      await agentCore.close();
      store.close();
      if (transitions.illegal.length > 0)
        throw new Error(`illegal transitions: ${transitions.illegal.join('; ')}`);
    },
  };
}
