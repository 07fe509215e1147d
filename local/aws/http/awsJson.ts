import { randomUUID } from 'node:crypto';
import { GateloopError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { AwsError } from './awsError.ts';
import { parseObject } from './requestMembers.ts';
import type { HttpRequest, HttpResponse } from './server.ts';

/** The operations of one service, by name; each takes the request's members and returns the response's. */
export type Operations = Readonly<Record<string, (input: JsonObject) => object | Promise<object>>>;

/**
 * Serves the AWS JSON protocols (1.0 and 1.1), which name the operation in a header.
 *
 * @param services operations by the service's prefix in `X-Amz-Target`, such as `AWSStepFunctions`
 */
export async function handleAwsJson(
  services: Readonly<Record<string, Operations>>,
  call: HttpRequest,
): Promise<HttpResponse> {
  const [service = '', name = ''] = String(call.headers['x-amz-target'] ?? '').split('.');
  const operation = services[service]?.[name];
  if (!operation) {
    throw new AwsError('UnknownOperationException', `The embedded AWS has no operation ${service}.${name}.`);
  }
  const input = parseObject(call.body.toString('utf8') || '{}', 'the request');
  return jsonResponse(200, await operation(input), call);
}

/** Formats an error for the AWS JSON protocols. */
export function awsJsonErrorResponse(error: unknown, call: HttpRequest | undefined): HttpResponse {
  if (error instanceof AwsError) {
    return jsonResponse(error.status, { __type: error.code, message: error.message }, call);
  }
  const message = error instanceof GateloopError ? error.message : String(error);
  return jsonResponse(500, { __type: 'InternalServerException', message }, call);
}

function jsonResponse(status: number, body: object, call: HttpRequest | undefined): HttpResponse {
  return {
    status,
    headers: {
      'content-type': String(call?.headers['content-type'] ?? 'application/x-amz-json-1.1'),
      'x-amzn-requestid': randomUUID(),
    },
    body: JSON.stringify(body),
  };
}
