import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Identity } from '../../core/authorization/approver.ts';
import { asText } from '../../core/json.ts';
import { defined } from '../../core/objects.ts';
import { invalidEvent, readMapping, readText } from '../runtime/eventFields.ts';

/** @throws GateloopError `InvalidEvent` */
export function parseHttpEvent(event: unknown): APIGatewayProxyEventV2 {
  const fields = readMapping(event, 'a request of an HTTP API');
  const context = readMapping(fields.requestContext, 'a "requestContext"');
  readMapping(fields.headers, '"headers"');
  const http = readMapping(context.http, 'an "http" in "requestContext"');
  readText(http.sourceIp, 'an address under "requestContext.http.sourceIp"');
  readText(context.requestId, 'an id under "requestContext.requestId"');
  readText(fields.rawPath, 'a path under "rawPath"');
  if (typeof context.timeEpoch !== 'number') {
    throw invalidEvent('a time in ms under "requestContext.timeEpoch"', context.timeEpoch);
  }
  // The HTTP API makes these events, in payload format 2.0; the fields that the pages read were checked above.
  return fields as unknown as APIGatewayProxyEventV2;
}

/** A `Request` refuses TRACE and takes `get` for GET. The pages have no route for any method but GET, HEAD and POST. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'OPTIONS';

/** A token of RFC 9110. `Headers` throws for any other name; no page reads one. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** The bytes of a form of the pages have at most 3 KB: one reason of 200 characters. */
const MAX_BODY = 64 * 1024;

/** Turns an event of an HTTP API (payload format 2.0) into the request that the browser made. */
export function toRequest(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, requestContext, cookies, body, isBase64Encoded } = event;
  const method = METHODS.has(requestContext.http.method) ? requestContext.http.method : OTHER_METHOD;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined && HEADER_NAME.test(name)) headers.set(name, byteString(value));
  }
  // The API moves cookies from the headers to a separate list.
  if (cookies && cookies.length > 0) headers.set('cookie', byteString(cookies.join('; ')));
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  // A longer body is no form of the pages, and a parser of forms makes an object for each of its fields: of 6 MB, millions.
  const isForm = body !== undefined && body.length <= MAX_BODY;
  const hasBody = isForm && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    ...(hasBody && { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/**
 * `Headers` holds bytes. A browser may send any but line breaks and zeros, and the API passes them on decoded as UTF-8.
 */
function byteString(value: string): string {
  return Buffer.from(value.replaceAll(/[\r\n\0]/g, ''), 'utf8').toString('latin1');
}

/** Turns a response into the result that the HTTP API expects from a function. */
export async function toLambdaResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  const cookies = response.headers.getSetCookie();
  return {
    statusCode: response.status,
    headers,
    ...defined({ cookies: cookies.length > 0 ? cookies : undefined }),
    body: await response.text(),
  };
}

/** Pages show names, the ledger stores them and events contain them, so a longer name is cut. */
const MAX_NAME_LENGTH = 200;

/**
 * Reads the logged-in person from the claims of the API's JWT authorizer. Only the API writes claims there, after it has
 * verified the token: a browser can set headers, cookies and the body only.
 */
export function identityOf(event: APIGatewayProxyEventV2): Identity | undefined {
  const { email_verified: verified, ...claims } = claimsOf(event);
  // A provider with open registration does not vouch for an e-mail address that it has not verified. The API passes claims
  // on as texts, in the spelling of the provider: only a claim that says true counts, and none at all.
  const isVerified = verified === undefined || verified === true || asText(verified).toLowerCase() === 'true';
  const email = isVerified ? claimText(claims.email) : undefined;
  const name =
    email ?? claimText(claims.preferred_username) ?? claimText(claims.username) ?? claimText(claims.sub);
  return name === undefined ? undefined : { name, ...defined({ email }) };
}

/**
 * @param claim the name of a claim with the person's groups
 * @returns the groups. The API writes a list as `[a b]`, which does not tell a name with a space from two names.
 */
export function groupsOf(event: APIGatewayProxyEventV2, claim: string): readonly string[] {
  const claims = claimsOf(event);
  const text = Object.hasOwn(claims, claim) ? asText(claims[claim]) : '';
  const [, list] = /^\[(.*)\]$/s.exec(text) ?? [];
  return (list === undefined ? [text] : list.split(' ')).filter((group) => group !== '');
}

function claimsOf({ requestContext }: APIGatewayProxyEventV2): Readonly<Record<string, unknown>> {
  // The type covers events without an authorizer only; the API adds this member where the route has one.
  const { authorizer } = requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  return authorizer?.jwt?.claims ?? {};
}

function claimText(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim.slice(0, MAX_NAME_LENGTH) : undefined;
}
