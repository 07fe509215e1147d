import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Turns an event of an HTTP API (payload format 2.0) into the request that the browser made. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
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
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  const cookies = response.headers.getSetCookie();
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length > 0 && { cookies }),
    body: await response.text(),
  };
}

/** Who logged in, where the API has a JWT authorizer: the claim that people know themselves by. */
export function personOf({ requestContext }: APIGatewayProxyEventV2): string | undefined {
  // The type of events without an authorizer has no such member; the API adds it where there is one.
  const { authorizer } = requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  const { email, preferred_username: username, sub } = authorizer?.jwt?.claims ?? {};
  const known = [email, username, sub].find((claim) => typeof claim === 'string' && claim !== '');
  return typeof known === 'string' ? known : undefined;
}
