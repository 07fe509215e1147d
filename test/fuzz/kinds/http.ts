import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import type { RequestState } from '../../../core/authorization/request.ts';
import type { RequestSubject } from '../../../core/authorization/requestSubject.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Tool } from '../../../core/schemas/schemaTypes.ts';
import { type RequestDetails, writeRequestDetails } from '../../../core/storage/requestDetails.ts';
import { compareTools } from '../../../core/toolContracts/compareTools.ts';
import { createHandler } from '../../../functions/authorization-pages/createHandler.ts';
import {
  ID,
  NOW,
  openPages,
  PAGE,
  subjects,
} from '../../../functions/authorization-pages/testing/openPages.ts';
import { fuzzKind } from '../fuzzKind.ts';
import { mutatedValue, oddTexts } from '../mutations.ts';
import { checkHtml, HTML_MARK, promise } from '../promises.ts';

/** A visit of the pages: requests of one browser, which keeps its cookies, about a request in some state. */
interface Visit {
  readonly kind: RequestSubject['kind'];
  readonly state: RequestState;
  readonly needsLogin: boolean;
  readonly requests: readonly HttpRequest[];
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | null;
  readonly isBase64: boolean;
  readonly claims: JsonValue;
}

const PATHS = [
  ...[PAGE, PAGE, `${PAGE}/next`, `${PAGE}/go`, `${PAGE}/refuse`, `${PAGE}/decide`, `${PAGE}/again`],
  ...[
    '/authorizations/return',
    `${PAGE}/`,
    '/',
    `/authorizations//${ID}`,
    `/authorizations/${ID.toUpperCase()}`,
  ],
];
const MULTIPART = `--b\r\ncontent-disposition: form-data; name="answer"\r\n\r\nyes\r\n--b--\r\n`;
const CONTENT_TYPES = [
  ...[
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/json',
  ],
  ...[
    'multipart/form-data; boundary=b',
    'multipart/form-data',
    'multipart/form-data; boundary=""',
    'text/plain',
  ],
];
const BODIES = [
  ...[
    'answer=yes',
    'answer=no&reason=later',
    'agree=replace',
    'answer=yes&answer=no',
    'answer[]=yes',
    '%',
    '=',
    '&&&',
  ],
  ...[
    MULTIPART,
    MULTIPART.slice(0, 40),
    '{"answer":"yes"}',
    `answer=no&reason=${encodeURIComponent(HTML_MARK)}`,
  ],
  ...[
    '__proto__=1&constructor=2',
    `answer=no&reason=${'x'.repeat(20_000)}`,
    'answer=yes&reason=%ff%fe',
    '\u0000',
  ],
];
const COOKIES = [
  ...['__Host-gateloop-0=1', `a=${'0'.repeat(64)}`, '=', ';;;', 'a="', `${'c'.repeat(5000)}=1`, '%=%'],
];
const odd = fc.constantFrom(...oddTexts);
/** HTTP carries no line break and no zero in the value of a header. */
const headerValue = odd.map((text) => text.replaceAll(/[\r\n\0]/g, ''));

const headers = fc
  .record(
    {
      'content-type': fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...CONTENT_TYPES) }, headerValue),
      origin: fc.oneof(
        fc.constantFrom('https://pages.example.com', 'https://evil.example', 'null'),
        headerValue,
      ),
      'sec-fetch-site': fc.oneof(fc.constantFrom('same-origin', 'cross-site', 'none'), headerValue),
      'content-length': fc.constantFrom('0', '10', '-1', 'x'),
      'transfer-encoding': fc.constantFrom('chunked'),
      'accept-language': headerValue,
      host: headerValue,
      cookie: headerValue,
      'x-forwarded-for': headerValue,
    },
    { requiredKeys: [] },
  )
  // Without undefined members: an input is a JSON value.
  .map((values): Record<string, string> => ({ ...values }));

const claims = mutatedValue([
  null,
  { email: 'ada@example.com', email_verified: 'true', sub: '1' },
  { preferred_username: `ada ${HTML_MARK}`, sub: HTML_MARK },
]);

const request: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.constantFrom(
    'GET',
    'GET',
    'GET',
    'POST',
    'POST',
    'POST',
    'HEAD',
    'PUT',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'get',
    'X-ODD',
  ),
  path: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PATHS) },
    { weight: 1, arbitrary: odd.map((text) => `/authorizations/${text}`) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...PATHS), odd).map((parts) => parts.join('/')) },
  ),
  query: fc.oneof(
    fc.constantFrom('', 'session_id=s1', 'session_id=s1&error=access_denied', 'session_id=s2', 'session_id'),
    odd.map((text) => `session_id=${encodeURIComponent(text.toWellFormed())}&error=${text}`),
  ),
  headers,
  cookies: fc.array(fc.oneof(fc.constantFrom(...COOKIES), headerValue), { maxLength: 2 }),
  body: fc.oneof(fc.constant(null), fc.constantFrom(...BODIES), odd),
  isBase64: fc.boolean(),
  claims,
});

const states: readonly RequestState[] = [
  'open',
  'open',
  'open',
  'completing',
  'completed',
  'refused',
  'expired',
  'withdrawn',
];

/** The texts of a request that come from manifests, registries and people. */
const markedSubjects: Readonly<Record<RequestSubject['kind'], RequestSubject>> = {
  authorization: {
    ...subjects.authorization,
    gateway: HTML_MARK,
    endpoint: `https://mcp.example.com/${HTML_MARK}`,
    provider: HTML_MARK,
    scopes: [HTML_MARK],
  },
  approval: { ...subjects.approval, target: HTML_MARK, unknown: HTML_MARK },
  deletion: subjects.deletion,
  record: {
    ...subjects.record,
    name: HTML_MARK,
    description: HTML_MARK,
    facts: { server: HTML_MARK, tools: [HTML_MARK] },
    importedBy: [HTML_MARK],
  },
};

const markedTool: Tool = {
  name: HTML_MARK,
  description: HTML_MARK,
  inputSchema: { properties: { [HTML_MARK]: { description: HTML_MARK, enum: [HTML_MARK] } } },
};
const markedDetails: { readonly [Kind in RequestDetails['kind']]: RequestDetails } = {
  approval: { kind: 'approval', changes: compareTools([], [markedTool]) },
  deletion: {
    kind: 'deletion',
    resources: [{ address: 'gatewayTarget/front/issues', tools: [HTML_MARK], unknown: HTML_MARK }],
  },
  record: {
    kind: 'record',
    submission: HTML_MARK,
    difference: {
      changes: [{ kind: 'added', label: HTML_MARK, path: HTML_MARK, after: HTML_MARK }],
      total: 1,
    },
  },
};

/** Of the Lambda runtime: the logger reads the names alone. */
const lambdaContext = { awsRequestId: 'call-1', functionName: 'authorization-pages' } as Context;

export const httpKind = fuzzKind<Visit>({
  name: 'http',
  fuzzed:
    'the authorization pages: requests of the HTTP API with odd methods, paths, headers, cookies, bodies and claims',
  share: 0.06,
  inputs: fc.record({
    kind: fc.constantFrom('authorization', 'approval', 'deletion', 'record'),
    state: fc.constantFrom(...states),
    needsLogin: fc.boolean(),
    requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  }),
  async check({ kind, state, needsLogin, requests }) {
    const pages = openPages({ kind });
    const subject = markedSubjects[kind];
    const marked =
      subject.kind === 'authorization'
        ? subject
        : { ...subject, details: await writeRequestDetails(markedDetails[subject.kind], pages.specBucket) };
    pages.changeRequest({ state, subject: marked, closedBy: HTML_MARK, reason: HTML_MARK });
    const handler = createHandler({
      ...pages,
      answersFrom: needsLogin ? 'owners' : 'anybody',
      clock: () => 0,
    });
    let kept: readonly string[] = [];
    for (const each of requests) {
      const result = await handler(eventOf(each, kept), lambdaContext);
      checkResult(result);
      kept = (result.cookies ?? []).map((cookie) => cookie.replace(/;.*/, ''));
    }
  },
});

/** The event that the HTTP API makes of a request, in payload format 2.0. */
function eventOf(request: HttpRequest, kept: readonly string[]): JsonObject {
  const { method, path, query, body, isBase64, claims: given } = request;
  return {
    version: '2.0',
    routeKey: 'ANY /authorizations/{proxy+}',
    rawPath: path,
    rawQueryString: query,
    headers: request.headers,
    cookies: [...kept, ...request.cookies],
    ...(body !== null && { body: isBase64 ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: isBase64,
    requestContext: {
      domainName: 'pages.example.com',
      requestId: 'call-1',
      timeEpoch: NOW,
      http: { method, path, sourceIp: '203.0.113.9' },
      ...(isJsonObject(given) && { authorizer: { jwt: { claims: given } } }),
    },
  };
}

const ALLOWED_LOCATION = /^(\/authorizations\/[0-9a-f]{32}|https:\/\/login\.example\.com\/)/;

interface HttpResult {
  readonly statusCode?: number | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: string | undefined;
}

function checkResult({ statusCode = 0, headers: answered = {}, body = '' }: HttpResult): void {
  promise(
    statusCode >= 200 && statusCode < 500,
    'a request gets an answer that is no error of Gateloop',
    statusCode,
  );
  checkHtml(body);
  const location = answered.location ?? '/authorizations/00000000000000000000000000000000';
  promise(
    ALLOWED_LOCATION.test(String(location)),
    'a page redirects to Gateloop or to the provider',
    location,
  );
  promise(answered['cache-control'] === 'no-store', 'no page is cached', answered);
  promise(
    String(answered['content-security-policy']).includes("default-src 'none'"),
    'scripts are forbidden',
    answered,
  );
}
