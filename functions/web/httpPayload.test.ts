import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { groupsOf, identityOf, parseHttpEvent, toLambdaResult, toRequest } from './httpPayload.ts';

/** The parts of an event that `identityOf` reads. */
const eventWith = (claims?: object, headers = {}) =>
  ({
    headers,
    requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) },
  }) as unknown as APIGatewayProxyEventV2;

describe('identityOf', () => {
  it.each([
    [
      { email: 'ada@example.com', sub: '1' },
      { name: 'ada@example.com', email: 'ada@example.com' },
    ],
    [
      { email: 'ada@example.com', email_verified: 'true' },
      { name: 'ada@example.com', email: 'ada@example.com' },
    ],
    // The provider has not verified the e-mail address.
    [
      { email: 'ada@example.com', email_verified: 'True' },
      { name: 'ada@example.com', email: 'ada@example.com' },
    ],
    [{ preferred_username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ sub: '1' }, { name: '1' }],
    [{ email: '', sub: '' }, undefined],
  ])('reads the person from the claims %j', (claims, identity) => {
    expect(identityOf(eventWith(claims))).toEqual(identity);
  });

  it.each(['false', 'False', 'FALSE', '', '0', 'no', 'null', false, { toString: null }, ['true']])(
    'identityOf: takes no e-mail address that the provider does not call verified: %j',
    (verified) => {
      const claims = { email: 'ada@example.com', email_verified: verified, sub: '1' };
      expect(identityOf(eventWith(claims))).toEqual({ name: '1' });
    },
  );

  it('cuts a long name at 200 characters', () => {
    expect(identityOf(eventWith({ sub: 's'.repeat(201) }))).toEqual({ name: 's'.repeat(200) });
  });

  it('returns undefined without a login, whatever the headers contain', () => {
    const headers = { 'x-amzn-oidc-identity': 'ada', authorization: 'Bearer eyJ…' };
    expect(identityOf(eventWith(undefined, headers))).toBeUndefined();
  });
});

/** An event of an HTTP API: a browser opens a page with a query. */
const pageEvent = {
  rawPath: '/authorizations/return',
  rawQueryString: 'session_id=s1',
  headers: { accept: 'text/html', 'x-absent': undefined },
  requestContext: {
    domainName: 'pages.example.com',
    requestId: 'call-1',
    timeEpoch: 1000,
    http: { method: 'GET', sourceIp: '203.0.113.9' },
  },
  isBase64Encoded: false,
};
const httpEvent = (change: object = {}) => ({ ...pageEvent, ...change });
const requestOf = (change: object) => toRequest(parseHttpEvent(httpEvent(change)));
const post = {
  requestContext: { ...pageEvent.requestContext, http: { method: 'POST', sourceIp: '203.0.113.9' } },
};

describe('parseHttpEvent', () => {
  it('returns an event of an HTTP API as it is', () => {
    expect(parseHttpEvent(pageEvent)).toBe(pageEvent);
  });

  it.each([
    ['that is no mapping', 'text'],
    ['without a context', httpEvent({ requestContext: undefined })],
    ['without headers', httpEvent({ headers: undefined })],
    ['without a path', httpEvent({ rawPath: '' })],
    ['without a method', httpEvent({ requestContext: { ...pageEvent.requestContext, http: undefined } })],
    ['without an id', httpEvent({ requestContext: { ...pageEvent.requestContext, requestId: '' } })],
    ['without a time', httpEvent({ requestContext: { ...pageEvent.requestContext, timeEpoch: 'now' } })],
  ])('refuses an event %s', (_, event) => {
    expect(() => parseHttpEvent(event)).toThrow(
      expect.objectContaining({ code: 'InvalidEvent', retryable: false }),
    );
  });
});

describe('toRequest', () => {
  it('makes the request of the browser, with its query, headers and cookies', () => {
    const request = requestOf({ cookies: ['one=1', 'two=2'] });
    expect(request.method).toBe('GET');
    expect(request.url).toBe('https://pages.example.com/authorizations/return?session_id=s1');
    expect(Object.fromEntries(request.headers)).toEqual({ accept: 'text/html', cookie: 'one=1; two=2' });
  });

  it.each([undefined, []])('adds no query and no cookie where the browser sent none: %j', (cookies) => {
    const request = requestOf({ rawQueryString: '', cookies });
    expect(request.url).toBe('https://pages.example.com/authorizations/return');
    expect(request.headers.has('cookie')).toBe(false);
  });

  it.each([
    ['as text', 'answer=jö', false],
    ['in Base64', Buffer.from('answer=jö').toString('base64'), true],
  ])('decodes a form that the API passes on %s', async (_, body, isBase64Encoded) => {
    const request = requestOf({ ...post, body, isBase64Encoded });
    expect(request.method).toBe('POST');
    expect(await request.text()).toBe('answer=jö');
  });

  it('toRequest: passes on headers and cookies of any alphabet as the bytes that the browser sent', () => {
    const request = requestOf({ headers: { referer: 'https://例え.jp' }, cookies: ['a=🦊'] });
    const sent = (name: string) => Buffer.from(request.headers.get(name) ?? '', 'latin1').toString('utf8');
    expect(sent('referer')).toBe('https://例え.jp');
    expect(sent('cookie')).toBe('a=🦊');
  });

  it.each(['TRACE', 'CONNECT', 'get', 'ODD'])(
    'toRequest: makes no GET or POST of the method %s',
    (method) => {
      const requestContext = { ...pageEvent.requestContext, http: { method, sourceIp: '203.0.113.9' } };
      expect(requestOf({ requestContext, body: 'answer=yes' }).method).toBe('OPTIONS');
    },
  );

  it('toRequest: leaves out headers that HTTP does not allow, and line breaks and zeros in the values of others', () => {
    const headers = {
      'a b': '1',
      '': '2',
      'x:y': '3',
      é: '4',
      'x-odd': 'a\r\nset-cookie: b\0',
      accept: '*/*',
    };
    expect(Object.fromEntries(requestOf({ headers }).headers)).toEqual({
      'x-odd': 'aset-cookie: b',
      accept: '*/*',
    });
  });

  it('toRequest: leaves out a body of more than 64 KB, which no form of the pages has', async () => {
    expect(await requestOf({ ...post, body: 'x'.repeat(65_536) }).text()).toHaveLength(65_536);
    expect(requestOf({ ...post, body: 'x'.repeat(65_537) }).body).toBeNull();
  });

  it('makes a POST without a body', async () => {
    expect(await requestOf(post).text()).toBe('');
  });

  it.each(['GET', 'HEAD'])('ignores the body of a %s, which a request cannot have', (method) => {
    const requestContext = { ...pageEvent.requestContext, http: { method, sourceIp: '203.0.113.9' } };
    expect(requestOf({ requestContext, body: 'answer=yes' }).body).toBeNull();
  });
});

describe('toLambdaResult', () => {
  it('returns the status, the headers and the body, with cookies in a separate list', async () => {
    const headers = new Headers({ 'cache-control': 'no-store', 'content-type': 'text/html' });
    headers.append('set-cookie', 'one=1');
    headers.append('set-cookie', 'two=2');
    expect(await toLambdaResult(new Response('<p>', { status: 410, headers }))).toEqual({
      statusCode: 410,
      headers: { 'cache-control': 'no-store', 'content-type': 'text/html' },
      cookies: ['one=1', 'two=2'],
      body: '<p>',
    });
  });

  it('returns no list of cookies for a response that sets none', async () => {
    const result = await toLambdaResult(new Response(null, { status: 303, headers: { location: '/' } }));
    expect(result).toEqual({ statusCode: 303, headers: { location: '/' }, body: '' });
  });
});

describe('groupsOf', () => {
  it.each([
    ['[platform finance]', ['platform', 'finance']],
    ['[platform]', ['platform']],
    ['[]', []],
    ['platform', ['platform']],
    ['not platform', ['not platform']],
    [undefined, []],
    [7, []],
  ])('groupsOf: reads the claim %j', (claim, groups) => {
    const requestContext = {
      ...pageEvent.requestContext,
      authorizer: { jwt: { claims: { 'cognito:groups': claim } } },
    };
    const event = parseHttpEvent(httpEvent({ requestContext }));
    expect(groupsOf(event, 'cognito:groups')).toEqual(groups);
    expect(groupsOf(event, 'constructor')).toEqual([]);
  });
});
