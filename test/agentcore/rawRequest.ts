import type { OperationShape } from '../../core/api/shapes.ts';
import { AGENT_REGISTRY } from './contract/operations.ts';

/** An authorization header in the form that the emulator requires. It does not verify the signature. */
export function authorizationFor(service = 'bedrock-agentcore'): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** The service for which requests of an operation are signed, by its name or that of its input. */
export function serviceOf(name: string): string {
  return name.startsWith(AGENT_REGISTRY) ? 'agent-registry' : 'bedrock-agentcore';
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Sends an input without an SDK client, which would correct or reject it. */
export async function sendRaw(
  endpoint: string,
  operation: OperationShape,
  input: Readonly<Record<string, unknown>>,
): Promise<RawResponse> {
  const { url, body } = requestOf(endpoint, operation, input);
  const response = await fetch(url, {
    method: operation.method,
    headers: {
      authorization: authorizationFor(serviceOf(operation.input.name)),
      'content-type': 'application/json',
    },
    ...(operation.method !== 'GET' && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

function requestOf(endpoint: string, operation: OperationShape, input: Readonly<Record<string, unknown>>) {
  const body: Record<string, unknown> = { ...input };
  let path = operation.path;
  const query = new URLSearchParams();
  for (const { name, location } of operation.input.members.values()) {
    if (!location || location.in === 'header' || !(name in input)) continue;
    const value = input[name];
    delete body[name];
    if (location.in === 'path')
      path = path.replace(new RegExp(`\\{${location.name}\\+?\\}`), () => encodeURIComponent(textOf(value)));
    else
      for (const entry of Array.isArray(value) ? value : [value]) query.append(location.name, textOf(entry));
  }
  const search = query.size === 0 ? '' : `?${query}`;
  return { url: `${endpoint}${path}${search}`, body };
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
