import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable, Transform } from 'node:stream';

/** Where a request goes. */
export interface Route {
  /** The URL to connect to. */
  readonly url: URL;
  /** The header `host`; by default that of the requested URL. */
  readonly host?: string;
  /** The one address to connect to, in place of a lookup. */
  readonly address?: { readonly address: string; readonly family: number };
}

export interface FetchBounds {
  /** The bytes of all response bodies together. */
  readonly maxBytes: number;
  /** Ends every request. */
  readonly signal: AbortSignal;
  /** Is told before the reader of a body is: a parser between them may hide the cause. */
  readonly onTooLarge: (error: ResponseTooLarge) => void;
  /** Finds where a request goes; what it throws fails the request. */
  readonly route: (url: URL) => Promise<Route>;
  /** @returns the headers of a request, with those that prove the caller */
  readonly authorize: (request: OutgoingRequest) => Promise<Readonly<Record<string, string>>>;
}

export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response has exceeded `maxBytes`. */
export class ResponseTooLarge extends Error {}

/**
 * A `fetch` for endpoints of strangers: connects where `route` says, follows no redirect, decompresses nothing, reuses no
 * connection, and reads a bounded number of bytes. The global `fetch` cannot be told which address to connect to.
 */
export function boundedFetch({ maxBytes, signal, onTooLarge, route, authorize }: FetchBounds) {
  let remaining = maxBytes;
  const limited = () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        remaining -= chunk.length;
        if (remaining >= 0) return done(null, chunk);
        const error = new ResponseTooLarge(`The responses exceed ${maxBytes} bytes.`);
        onTooLarge(error);
        done(error);
      },
    });
  return async (target: string | URL, init: RequestInit = {}): Promise<Response> => {
    signal.throwIfAborted();
    const url = new URL(target);
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? init.body : '';
    const { url: address, host = url.host, address: pinned } = await route(url);
    const headers = {
      ...Object.fromEntries(new Headers(init.headers)),
      host,
      'accept-encoding': 'identity',
    };
    const authorized = await authorize({ url, method, headers, body });
    const signals = [signal, ...(init.signal ? [init.signal] : [])];
    const response = await send(address, pinned, method, authorized, body, AbortSignal.any(signals));
    const { statusCode = 500, headers: received } = response;
    // A 201 may name what it has created.
    if (received.location !== undefined && statusCode >= 300 && statusCode < 400) {
      response.destroy();
      throw new Error(`The server redirects with the status ${statusCode}.`);
    }
    const stream = response.pipe(limited());
    // The reader of the body gets the error; without a listener here, one that nobody reads would end the process.
    response.on('error', (error) => stream.destroy(error));
    return toResponse(response, stream);
  };
}

function send(
  url: URL,
  pinned: Route['address'],
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const lookup: LookupFunction | undefined =
    pinned &&
    ((_hostname, { all }, done) => (all ? done(null, [pinned]) : done(null, pinned.address, pinned.family)));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(url, { method, headers, signal, agent: false, ...(lookup && { lookup }) })
    .on('response', resolve)
    .on('error', reject)
    .end(body);
  return promise;
}

/** The statuses that have no body, for which `Response` accepts none. */
const WITHOUT_BODY = new Set([204, 205, 304]);

function toResponse(response: IncomingMessage, stream: Readable): Response {
  const { statusCode: status = 500, headers } = response;
  const shown = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) shown.set(name, String(value));
  if (WITHOUT_BODY.has(status)) {
    stream.resume();
    return new Response(null, { status, headers: shown });
  }
  // Node's type of a web stream and the one of the DOM differ in members that neither uses here.
  return new Response(Readable.toWeb(stream) as ReadableStream, { status, headers: shown });
}
