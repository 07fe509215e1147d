import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { localOnly } from '../../localAccess.ts';
import type { Clock } from '../../simulation/clock.ts';
import { AwsError } from './awsError.ts';

/** A complete HTTP request. */
export interface HttpRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface HttpServer {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  close(): Promise<void>;
}

/** An object of S3 in one PUT may be 5 GB; a larger one here is a mistake. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;
/** SDK clients keep idle connections; a server that closes them first makes their next request fail. */
const KEEP_ALIVE_MS = 10 * 60_000;

/**
 * Serves on the loopback interface, and answers this machine only. The clock is busy from the first byte of a request to the end of its response.
 *
 * @param answer handles a call; its errors go to `refuse`
 * @param refuse formats an error for the service's protocol
 */
export async function startHttpServer({
  clock,
  answer,
  refuse,
  port = 0,
}: {
  clock: Clock;
  answer: (call: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  refuse: (error: unknown, call: HttpRequest | undefined) => HttpResponse;
  port?: number;
}): Promise<HttpServer> {
  const listener: RequestListener = async (request, response) => {
    const done = clock.busy();
    response.on('close', done);
    let call: HttpRequest | undefined;
    try {
      call = await readRequest(request);
      send(response, call, await answer(call));
    } catch (error) {
      send(response, call, refuse(error, call));
    }
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, localOnly(listener));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const boundPort = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://127.0.0.1:${boundPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(request: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new AwsError('EntityTooLarge', `The body is larger than ${MAX_BODY_BYTES} bytes.`, 413);
    }
    chunks.push(chunk);
  }
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: queryAt < 0 ? url : url.slice(0, queryAt),
    query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt + 1)),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

function send(
  response: ServerResponse,
  call: HttpRequest | undefined,
  { status, headers, body = '' }: HttpResponse,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  // A response to HEAD has the length of the GET response and no body.
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  response.end(call?.method === 'HEAD' ? undefined : bytes);
}
