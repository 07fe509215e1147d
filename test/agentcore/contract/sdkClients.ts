import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import { RECORDER_PLACE, type Recorder } from './recording/recorder.ts';

/** A response of the API. The contract tables compare parts of it. */
export type ApiResponse = Readonly<Record<string, unknown>>;

type Send = (command: object) => Promise<object>;

/** Connects the SDK's clients of both planes. @param recorder records all calls */
export function connect(
  configuration: controlPlane.BedrockAgentCoreControlClientConfig,
  recorder?: Recorder,
) {
  const control = new controlPlane.BedrockAgentCoreControlClient(configuration);
  const data = new dataPlane.BedrockAgentCoreClient(configuration as dataPlane.BedrockAgentCoreClientConfig);
  if (recorder) {
    control.middlewareStack.add(recorder.middleware, RECORDER_PLACE);
    data.middlewareStack.add(recorder.middleware, RECORDER_PLACE);
  }
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
