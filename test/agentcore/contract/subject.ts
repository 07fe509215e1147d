import { randomBytes } from 'node:crypto';
import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import type { AgentCoreOptions } from '../../../local/agentcore/options.ts';
import { type AgentCore, startAgentCore } from '../../../local/agentcore/server.ts';
import { SimulatedClock } from '../../../local/simulation/clock.ts';
import { Store } from '../../../local/simulation/store.ts';
import { TransitionRecorder } from '../legalTransitions.ts';

/** A response of the API. The contract tables compare parts of it. */
export type ApiResponse = Readonly<Record<string, unknown>>;

/** The subject of the contract tests: the emulator, or an AWS account. */
export interface Subject {
  /** Sends an operation of either plane with the SDK's client. */
  call(operation: string, input: object): Promise<ApiResponse>;
  /** Repeats a read until the predicate accepts its response, in simulated or real time. */
  until(read: () => Promise<ApiResponse>, isDone: (response: ApiResponse) => boolean): Promise<ApiResponse>;
  /** A resource name that is unique in the account. */
  readonly name: string;
  readonly roleArn: string;
  /** Absent on AWS: advances time, consents without a browser, forces statuses. */
  readonly emulator?: { readonly agentCore: AgentCore; readonly clock: SimulatedClock };
  close(): Promise<void>;
}

/** GATELOOP_CONTRACT=aws runs the suite on the account of the default credentials with the role GATELOOP_CONTRACT_ROLE. */
export const onAws = process.env.GATELOOP_CONTRACT === 'aws';

type Send = (command: object) => Promise<object>;

export function openSubject(options: Partial<AgentCoreOptions> = {}): Promise<Subject> {
  return onAws ? openAws() : openEmulator(options);
}

/** No request rates: the tests send hundreds of calls at one simulated time. Separate tests cover the rates. */
const UNLIMITED = { ratePerSecond: {} };

async function openEmulator(options: Partial<AgentCoreOptions>): Promise<Subject> {
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

type Call = (operation: string, input: object) => Promise<ApiResponse>;

type DeletionInput = (creation: ApiResponse, response: ApiResponse) => object;

/** The deletion for each creation: the operation, and its input from the creation's input and response. */
const DELETIONS: Readonly<Record<string, readonly [operation: string, input: DeletionInput]>> = {
  CreateGateway: ['DeleteGateway', (_creation, { gatewayId }) => ({ gatewayIdentifier: gatewayId })],
  CreateGatewayTarget: [
    'DeleteGatewayTarget',
    ({ gatewayIdentifier }, { targetId }) => ({ gatewayIdentifier, targetId }),
  ],
  CreateOauth2CredentialProvider: ['DeleteOauth2CredentialProvider', ({ name }) => ({ name })],
  CreateApiKeyCredentialProvider: ['DeleteApiKeyCredentialProvider', ({ name }) => ({ name })],
  CreateAgentRuntime: ['DeleteAgentRuntime', (_creation, { agentRuntimeId }) => ({ agentRuntimeId })],
  CreateHarness: ['DeleteHarness', (_creation, { harness }) => ({ harnessId: Object(harness).harnessId })],
  CreateRegistry: ['DeleteRegistry', (_creation, { registryArn }) => ({ registryId: registryArn })],
  CreateRegistryRecord: [
    'DeleteRegistryRecord',
    ({ registryId }, { recordArn }) => ({ registryId, recordId: recordArn }),
  ],
};

const RETRY_MS = 5000;
const MAX_ATTEMPTS = 60;

/** Records what the tests create on an account, and deletes it in reverse order, children before parents. */
class CleanUp {
  readonly #created: [operation: string, input: object][] = [];

  recordCreated(operation: string, input: object, response: ApiResponse): void {
    const [deletion, deletionInput] = DELETIONS[operation] ?? [];
    if (deletion && deletionInput) this.#created.push([deletion, deletionInput({ ...input }, response)]);
  }

  async run(call: Call): Promise<void> {
    for (const [operation, input] of this.#created.toReversed()) await deleteResource(call, operation, input);
  }
}

/** Retries: a resource rejects its deletion during its creation and until its children are deleted. */
async function deleteResource(call: Call, operation: string, input: object): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    try {
      await call(operation, input);
      return;
    } catch (error) {
      const { name } = Object(error);
      if (name === 'ResourceNotFoundException') return;
      if (!['ConflictException', 'ThrottlingException', 'ValidationException'].includes(name)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  throw new Error(
    `${operation} ${JSON.stringify(input)} failed for five minutes: delete the resource manually`,
  );
}

const POLL_MS = 3000;

async function openAws(): Promise<Subject> {
  const clients = connect({});
  const cleanUp = new CleanUp();
  return {
    async call(operation, input) {
      const response = await clients.call(operation, input);
      cleanUp.recordCreated(operation, input, response);
      return response;
    },
    name: `contract${randomBytes(4).toString('hex')}`,
    roleArn: process.env.GATELOOP_CONTRACT_ROLE ?? '',
    async until(read, isDone) {
      for (;;) {
        const response = await read();
        if (isDone(response)) return response;
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
        // The SDK names its command classes after the operations.
        const Command = commands[`${operation}Command`] as (new (input: object) => object) | undefined;
        if (!Command) continue;
        const { $metadata: _, ...response } = Object(await send(new Command(input)));
        return response;
      }
      throw new Error(`the SDK has no operation ${operation}`);
    },
    close() {
      control.destroy();
      data.destroy();
    },
  };
}
