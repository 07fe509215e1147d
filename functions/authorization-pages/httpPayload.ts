import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Identity } from '../../core/authorization/approver.ts';

/** Turns an event of an HTTP API (payload format 2.0) into the request that the browser made. */
export function toRequest(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, requestContext, cookies, body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) headers.set(name, value);
  }
  // The API takes cookies out of the headers and gives them in a list of their own.
  if (cookies && cookies.length > 0) headers.set('cookie', cookies.join('; '));
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    ...(hasBody && { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/** Turns an answer into what the HTTP API takes from a function. */
export async function toLambdaResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  const cookies = response.headers.getSetCookie();
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length > 0 && { cookies }),
    body: await response.text(),
  };
}

/** Names are shown, kept and published; what is longer is no name. */
const MAX_NAME_LENGTH = 200;

/**
 * Who logged in, where the API has a JWT authorizer. The API puts claims there that it has verified, and nothing else
 * does: whatever a browser sends stands in headers, cookies and body.
 */
export function identityOf({ requestContext }: APIGatewayProxyEventV2): Identity | undefined {
  // The type of events without an authorizer has no such member; the API adds it where there is one.
  const { authorizer } = requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  const { email_verified: verified, ...claims } = authorizer?.jwt?.claims ?? {};
  // Providers with open registration vouch for the person, and not for what they typed as their address.
  const email = String(verified) === 'false' ? undefined : claimText(claims.email);
  const name =
    email ?? claimText(claims.preferred_username) ?? claimText(claims.username) ?? claimText(claims.sub);
  if (name === undefined) return undefined;
  return { name, ...(email !== undefined && { email }) };
}

function claimText(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim.slice(0, MAX_NAME_LENGTH) : undefined;
}
