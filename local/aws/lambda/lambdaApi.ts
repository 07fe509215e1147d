import type { JsonValue } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import type { HttpRequest, HttpResponse } from '../http/server.ts';
import type { Functions } from './functions.ts';

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Whether a call is one of Lambda's API. */
export function isLambdaCall(call: HttpRequest): boolean {
  return INVOCATION.test(call.path);
}

/**
 * Serves Lambda's Invoke: synchronous, asynchronous (`Event`) and as a dry run.
 * @param enqueueInvocation stores an asynchronous invocation before it returns
 */
export async function handleLambda(
  functions: Functions,
  enqueueInvocation: (name: string, event: JsonValue) => void,
  call: HttpRequest,
): Promise<HttpResponse> {
  const name = decodeURIComponent(INVOCATION.exec(call.path)?.[1] ?? '');
  const payload = call.body.length > 0 ? call.body.toString('utf8') : '{}';
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'DryRun') return { status: 204 };
  const event = parseEvent(payload);
  if (type === 'Event') {
    enqueueInvocation(functions.find(name).name, event);
    return { status: 202 };
  }
  const { requestId, failed, payload: responsePayload } = await functions.invoke(name, payload);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
      ...(failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
    },
    body: responsePayload,
  };
}

/** Formats an error for the REST-JSON protocol. */
export function lambdaErrorResponse(error: unknown): HttpResponse {
  const isKnown = error instanceof AwsError;
  return {
    status: isKnown ? error.status : 500,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': isKnown ? error.code : 'ServiceException',
    },
    body: JSON.stringify({ Type: isKnown ? 'User' : 'Service', Message: String(error) }),
  };
}

function parseEvent(payload: string): JsonValue {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    );
  }
}
