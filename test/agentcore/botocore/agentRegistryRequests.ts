import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest } from '@smithy/types';
import * as agentRegistry from '../../../adapters/agentRegistry/index.ts';
import { agentRegistryShapes as shapes } from '../../../adapters/sdkShapes.ts';
import type { Shape, StructureShape } from '../../../core/api/shapes.ts';

/** A request that the client makes, and the input from which botocore makes the same one. */
export interface ClientRequest {
  readonly operation: string;
  /** JSON; a blob is `{ "$bytes": base64 }`. */
  readonly input: unknown;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly signingName: string;
  /** The JSON value of the body; null without a body. */
  readonly body: unknown;
}

/** Unions of this API have at most two members, so that two inputs of all members contain each. */
const VARIANTS = 2;

/** A text that an encoder must escape differently in a label, a query and a body. */
const TEXT = "a/b c:d+e~é&'";

/** The requests of all operations: with all members, once for each variant of unions, and with the required ones. */
export async function clientRequests(): Promise<ClientRequest[]> {
  const requests: ClientRequest[] = [];
  for (const name of shapes.operationNames) {
    const operation = shapes.operation(name);
    if (!operation) throw new Error(`the client has no operation ${name}`);
    for (let variant = 0; variant <= VARIANTS; variant += 1) {
      const sample = sampleOf(operation.input, variant % VARIANTS, variant === VARIANTS);
      // The client would generate another one.
      const token = operation.input.members.has('clientToken') && { clientToken: 'token' };
      requests.push(await clientRequest(name, { ...token, ...sample }));
    }
  }
  return requests;
}

function sampleOf(shape: StructureShape, variant: number, requiredOnly: boolean): Record<string, unknown> {
  const members = [...shape.members.values()];
  const chosen =
    shape.type === 'union'
      ? [members[variant % members.length]]
      : members.filter(({ required }) => required || !requiredOnly);
  return Object.fromEntries(
    chosen.flatMap((member) =>
      member ? [[member.name, sampleValue(member.shape, variant, requiredOnly)] as const] : [],
    ),
  );
}

function sampleValue(shape: Shape, variant: number, requiredOnly: boolean): unknown {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return sampleOf(shape, variant, requiredOnly);
    case 'list':
      return [sampleValue(shape.element, variant, requiredOnly)];
    case 'map':
      return { [TEXT]: sampleValue(shape.value, variant, requiredOnly) };
    case 'boolean':
      return variant === 0;
    case 'number':
      return 7;
    case 'blob':
      return new TextEncoder().encode(TEXT);
    case 'document':
      return { owner: TEXT, isInternal: true };
    case 'string':
      return TEXT;
    default:
      throw new Error(`no sample for a member of type ${shape.type}: the requests had none so far`);
  }
}

async function clientRequest(operation: string, input: Record<string, unknown>): Promise<ClientRequest> {
  let sent: HttpRequest | undefined;
  const client = new agentRegistry.AgentRegistryControlClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
    requestHandler: {
      handle: async (request: HttpRequest) => {
        sent = request;
        return { response: new HttpResponse({ statusCode: 204, headers: {} }) };
      },
    },
  });
  // The client names its command classes after the operations.
  const commands = agentRegistry as unknown as Readonly<Record<string, new (input: object) => never>>;
  const Command = commands[`${operation}Command`];
  if (!Command) throw new Error(`the client has no command ${operation}Command`);
  await client.send(new Command(input));
  client.destroy();
  if (!sent) throw new Error(`${operation} sent no request`);
  const body = typeof sent.body === 'string' ? sent.body : new TextDecoder().decode(sent.body);
  return {
    operation,
    input: JSON.parse(JSON.stringify(input, encodeBlob)),
    method: sent.method,
    path: sent.path,
    query: Object.fromEntries(
      Object.entries(sent.query ?? {}).map(([name, value]) => [name, [value ?? ''].flat()]),
    ),
    signingName: /\/([^/]+)\/aws4_request/.exec(sent.headers.authorization ?? '')?.[1] ?? '',
    body: body === '' ? null : JSON.parse(body),
  };
}

function encodeBlob(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;
}
