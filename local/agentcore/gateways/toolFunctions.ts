import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../core/json.ts';

/**
 * A Lambda function that runs on this machine.
 *
 * @param event the arguments of the tool
 * @param custom what the gateway puts into `clientContext.custom`
 * @returns what the function returns
 * @throws what the function throws
 */
export type ToolFunction = (
  event: JsonObject,
  custom: Readonly<Record<string, string>>,
) => Promise<JsonValue>;

/** The tool of a Lambda target that a client calls. */
export interface CalledTool {
  readonly lambdaArn: string;
  readonly gatewayId: string;
  readonly targetId: string;
  /** As agents see it: `<target>___<tool>`. */
  readonly toolName: string;
}

/** What a client of MCP gets: the function's answer as text, or its error. */
export interface ToolAnswer {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly isError?: true;
}

/** Calls a function as a gateway does, by the developer guide's "Lambda function input format". */
export async function callFunction(
  invoke: ToolFunction,
  { gatewayId, targetId, toolName }: CalledTool,
  event: JsonObject,
  messageId: string,
): Promise<ToolAnswer> {
  const custom = {
    bedrockAgentCoreMessageVersion: '1.0',
    bedrockAgentCoreAwsRequestId: randomUUID(),
    bedrockAgentCoreMcpMessageId: messageId,
    bedrockAgentCoreGatewayId: gatewayId,
    bedrockAgentCoreTargetId: targetId,
    bedrockAgentCoreToolName: toolName,
  };
  try {
    return { content: [{ type: 'text', text: JSON.stringify(await invoke(event, custom)) ?? 'null' }] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { content: [{ type: 'text', text }], isError: true };
  }
}
