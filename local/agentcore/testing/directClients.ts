import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest } from '@smithy/types';
import { AgentRegistryControlClient } from '../../../adapters/agentRegistry/index.ts';
import type { DispatchResult, IncomingRequest } from '../dispatcher.ts';

/** A measurement adds the time of a call, so that its result may come later. */
export type Dispatch = (request: IncomingRequest) => DispatchResult | Promise<DispatchResult>;

/**
 * Clients of all planes that hand their requests to the emulator in this process: a connection costs a fifth of a call
 * over loopback, a signature another.
 */
export function directAgentCoreClients(dispatch: Dispatch, endpoint: string, accessKeyId: string) {
  const settings = (service: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'direct' },
    maxAttempts: 1,
    // The emulator reads from the signature who calls, and checks nothing else of it.
    signer: {
      sign: async (request: HttpRequest) => {
        request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
        return request;
      },
    },
    requestHandler: {
      handle: async (request: HttpRequest) => ({ response: await responseTo(request, dispatch) }),
    },
  });
  return {
    control: new BedrockAgentCoreControlClient(settings('bedrock-agentcore')),
    data: new BedrockAgentCoreClient(settings('bedrock-agentcore')),
    registry: new AgentRegistryControlClient(settings('agent-registry')),
  };
}

async function responseTo(
  { method, path, query = {}, headers, body }: HttpRequest,
  dispatch: Dispatch,
): Promise<HttpResponse> {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value ?? ''].flat().map((each): [string, string] => [name, each]),
    ),
  );
  const result = await dispatch({
    method,
    path,
    query: String(search),
    headers: new Headers(headers),
    body: typeof body === 'string' ? body : new TextDecoder().decode(body),
  });
  if (result === 'disconnect') throw connectionError('ECONNRESET', 'The emulator closed the connection.');
  // A client would wait in real time until its timeout.
  if (result === 'noResponse') throw connectionError('TimeoutError', 'The emulator sent no response.');
  const { status: statusCode, headers: received, body: text } = result;
  return new HttpResponse({ statusCode, headers: { ...received }, body: Buffer.from(text) });
}

function connectionError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
