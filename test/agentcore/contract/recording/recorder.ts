import { buffer } from 'node:stream/consumers';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface RecordedRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
}

export interface RecordedAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The name of the error in the API. */
  readonly error?: string;
  /** As the service sent it, with members that the SDK does not know. */
  readonly body: Json;
}

/** A request and its answer, as they passed between the SDK's client and the service. No header is kept. */
export interface RecordedCall {
  readonly operation: string;
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
}

/** Next to the HTTP handler, which is the lowest priority of the last step. */
export const RECORDER_PLACE = {
  step: 'deserialize',
  priority: 'low',
  name: 'recordCalls',
  override: true,
} as const;

/** Records the calls of SDK clients. Of a call that the client repeated, it keeps the last answer. */
export class Recorder {
  /** By the SDK's context of a call, which all attempts share. */
  readonly #calls = new Map<object, RecordedCall>();

  get calls(): readonly RecordedCall[] {
    return [...this.#calls.values()];
  }

  /** A middleware for `client.middlewareStack.add` with `RECORDER_PLACE`. */
  readonly middleware =
    <Arguments extends { readonly request: unknown }, Result extends { readonly response: unknown }>(
      next: (args: Arguments) => Promise<Result>,
      context: { readonly commandName?: string; readonly clientName?: string },
    ) =>
    async (args: Arguments): Promise<Result> => {
      const result = await next(args);
      // The SDK types both as unknown; its HTTP handler takes and returns these.
      const request = args.request as HttpRequest;
      const response = result.response as HttpResponse;
      const bytes = await bodyOf(response);
      // The SDK's deserializer, which runs next, takes the bytes in place of the consumed stream.
      response.body = bytes;
      this.#calls.set(context, {
        operation: operationOf(context),
        request: recordedRequest(request),
        answer: recordedAnswer(response.statusCode, response.headers, Buffer.from(bytes).toString('utf8')),
      });
      return result;
    };
}

/** Two services have operations of the same names. */
function operationOf({
  commandName = '',
  clientName = '',
}: {
  commandName?: string;
  clientName?: string;
}): string {
  return `${clientName.startsWith('AgentRegistry') ? 'AgentRegistry.' : ''}${commandName.replace(/Command$/, '')}`;
}

async function bodyOf({ body }: HttpResponse): Promise<Uint8Array> {
  return body === undefined ? new Uint8Array() : new Uint8Array(await buffer(body));
}

function recordedRequest({ method, path, query, body }: HttpRequest): RecordedRequest {
  // The SDK sends JSON as text or as its bytes.
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
  return {
    method,
    path,
    ...(query && Object.keys(query).length > 0 && { query }),
    ...(text !== '' && { body: parsed(text) }),
  };
}

/** @param headers with names in lower case */
export function recordedAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): RecordedAnswer {
  // Some front ends append the namespace, as in `ValidationException:http://internal.amazon.com/`.
  const error = headers['x-amzn-errortype']?.split(':')[0];
  return { status, ...(error !== undefined && { error }), body: text === '' ? null : parsed(text) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A proxy in between may answer in HTML.
  }
}
