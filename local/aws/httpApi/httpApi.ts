import { randomUUID } from 'node:crypto';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type { Gateloop } from '../../gateloop.ts';
import type { Claims } from './jwtAuthorizer.ts';

/**
 * The HTTP API: passes a browser's request to the function of the pages, in payload format 2.0. With a login in front of
 * the pages, it rejects requests without a valid token before any function runs.
 */
export async function answerPage({ aws, clock, login }: Gateloop, request: Request): Promise<Response> {
  const claims = await login?.claimsOf(request);
  if (login && !claims) {
    return new Response('{"message":"Unauthorized"}', {
      status: 401,
      headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
    });
  }
  const event = await eventOf(request, clock.now(), claims);
  const { failed, payload } = await aws.functions.invoke('authorization-pages', JSON.stringify(event));
  if (failed) {
    return new Response('{"message":"Internal Server Error"}', {
      status: 500,
      headers: { 'content-type': 'application/json' },
    });
  }
  // The function's own result, in the format that the API takes.
  return responseOf(JSON.parse(payload) as APIGatewayProxyStructuredResultV2);
}

async function eventOf(
  request: Request,
  now: number,
  claims: Claims | undefined,
): Promise<APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer> {
  const url = new URL(request.url);
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  const body = Buffer.from(await request.arrayBuffer());
  return {
    version: '2.0',
    routeKey: 'ANY /authorizations/{proxy+}',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    requestContext: {
      accountId: '123456789012',
      apiId: 'embedded',
      ...(claims && { authorizer: { principalId: '', integrationLatency: 0, jwt: { claims, scopes: [] } } }),
      domainName: url.host,
      domainPrefix: 'embedded',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: 'ANY /authorizations/{proxy+}',
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

function responseOf({
  statusCode = 200,
  headers = {},
  cookies = [],
  body,
}: APIGatewayProxyStructuredResultV2): Response {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) sent.set(name, String(value));
  for (const cookie of cookies) sent.append('set-cookie', cookie);
  return new Response(body ?? null, { status: statusCode, headers: sent });
}
