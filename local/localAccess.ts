import type { IncomingHttpHeaders, RequestListener } from 'node:http';

/** Names of the loopback interface, which no DNS server can give another address (RFC 6761). */
const LOOPBACK = /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Names by which a server is reached besides those of the loopback interface: whole ones, without a port. */
export type AllowedHosts = readonly (string | RegExp)[];

/**
 * Lets a server on the loopback interface answer this machine alone. A site in the user's browser can send requests to it,
 * also without a preflight: as a form, as plain text, or without a type. And it can have its own name lead to 127.0.0.1 (DNS
 * rebinding), so that the browser takes this server for a part of the site. SDK clients send a loopback host and no origin.
 */
export function localOnly(listener: RequestListener, allowedHosts: AllowedHosts = []): RequestListener {
  return (request, response) => {
    const refusal = refusalOf(request.method ?? '', request.headers, allowedHosts);
    if (refusal === undefined) {
      listener(request, response);
      return;
    }
    // The rest of the body would arrive on the connection.
    response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ message: refusal }));
  };
}

/** @returns why a request must not be answered, and what to do */
export function refusalOf(
  method: string,
  { host = '', origin, ...headers }: IncomingHttpHeaders,
  allowedHosts: AllowedHosts = [],
): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const isKnown = allowedHosts.some((each) => (typeof each === 'string' ? each === name : each.test(name)));
  if (!LOOPBACK.test(name) && !isKnown)
    return 'This server answers requests to 127.0.0.1 and localhost only. To reach it by another name, start it with --allow-host.';
  const isOwn = origin === undefined || /^https?:\/\/(.*)$/.exec(origin)?.[1] === host.toLowerCase();
  const site = headers['sec-fetch-site'];
  // A person may follow a link of another site, as of a mail: only to read.
  const isLink = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  const isForeign = (site === 'cross-site' || site === 'same-site') && !isLink;
  return isOwn && !isForeign
    ? undefined
    : 'This request comes from a page of another site. Send it from a program, or from a page of this server.';
}
