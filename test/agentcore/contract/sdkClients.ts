import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import * as agentRegistry from '../../../adapters/agentRegistry/index.ts';
import { AGENT_REGISTRY } from './operations.ts';
import { RECORDER_PLACE, type Recorder } from './recording/recorder.ts';

/** A response of the API. The contract tables compare parts of it. */
export type ApiResponse = Readonly<Record<string, unknown>>;

type Send = (command: object) => Promise<object>;

/** Connects the clients of all planes. @param recorder records all calls */
export function connect(
  configuration: controlPlane.BedrockAgentCoreControlClientConfig,
  recorder?: Recorder,
) {
  const control = new controlPlane.BedrockAgentCoreControlClient(configuration);
  const data = new dataPlane.BedrockAgentCoreClient(configuration as dataPlane.BedrockAgentCoreClientConfig);
  const registry = new agentRegistry.AgentRegistryControlClient(configuration);
  if (recorder) {
    control.middlewareStack.add(recorder.middleware, RECORDER_PLACE);
    data.middlewareStack.add(recorder.middleware, RECORDER_PLACE);
    registry.middlewareStack.add(recorder.middleware, RECORDER_PLACE);
  }
  const planes: readonly [Readonly<Record<string, unknown>>, Send][] = [
    [controlPlane, control.send.bind(control) as unknown as Send],
    [dataPlane, data.send.bind(data) as unknown as Send],
  ];
  const registryPlane: typeof planes = [[agentRegistry, registry.send.bind(registry) as unknown as Send]];
  return {
    async call(operation: string, input: object): Promise<ApiResponse> {
      const isRegistry = operation.startsWith(AGENT_REGISTRY);
      const name = isRegistry ? operation.slice(AGENT_REGISTRY.length) : operation;
      for (const [commands, send] of isRegistry ? registryPlane : planes) {
        // The SDK names its command classes after the operations.
        const Command = commands[`${name}Command`] as (new (input: object) => object) | undefined;
        if (!Command) continue;
        const { $metadata: _, ...response } = Object(await send(new Command(input)));
        return response;
      }
      throw new Error(`the SDK has no operation ${operation}`);
    },
    close() {
      control.destroy();
      data.destroy();
      registry.destroy();
    },
  };
}
