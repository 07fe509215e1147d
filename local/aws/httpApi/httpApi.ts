import { randomUUID } from 'node:crypto';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import { type FunctionEntry, functionCatalog } from '../../../functions/functionCatalog.ts';
import type { Gateloop } from '../../gateloop.ts';
import type { Claims } from './jwtAuthorizer.ts';

/**
 * The HTTP API: passes a browser's request to the function that serves its route, in payload format 2.0. With a login in front
 * of it, it rejects requests without a valid token before any function runs.
 */
export async function answerPage({ aws, clock, login }: Gateloop, request: Request): Promise<Response> {
  const route = routeOf(request);
  if (!route) return jsonResponse(404, 'Not Found');
  const claims = await login?.claimsOf(request);
  if (login && !claims) {
    return jsonResponse(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
  }
  const event = await eventOf(request, route.key, clock.now(), claims);
  const { failed, payload } = await aws.functions.invoke(route.function, JSON.stringify(event));
  if (failed) {
    return jsonResponse(500, 'Internal Server Error');
  }
  // The function's own result, in the format that the API takes.
  return responseOf(JSON.parse(payload) as APIGatewayProxyStructuredResultV2);
}

interface Route {
  /** Such as `GET /inbox/{proxy+}`. */
  readonly key: string;
  readonly function: string;
}

const routes: readonly Route[] = Object.entries<FunctionEntry>(functionCatalog).flatMap(
  ([name, { routes: keys = [] }]) => keys.map((key) => ({ key, function: name })),
);

/** @returns the route without a variable, or else the one with a greedy one; undefined where the API has none */
function routeOf({ method, url }: Request): Route | undefined {
  const { pathname } = new URL(url);
  return (
    routes.find(({ key }) => key === `${method} ${pathname}`) ??
    routes.find(({ key }) => {
      const [verb, path = ''] = key.split(' ');
      const [start = '', variable] = path.split('{proxy+}');
      const isGreedy = variable !== undefined && pathname.startsWith(start) && pathname !== start;
      return (verb === 'ANY' || verb === method) && isGreedy;
    })
  );
}

function jsonResponse(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ message }, { status, headers });
}

async function eventOf(
  request: Request,
  routeKey: string,
  now: number,
  claims: Claims | undefined,
): Promise<APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer> {
  const url = new URL(request.url);
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  const body = Buffer.from(await request.arrayBuffer());
  return {
    version: '2.0',
    routeKey,
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
      routeKey,
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
