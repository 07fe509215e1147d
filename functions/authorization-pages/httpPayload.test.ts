import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { identityOf } from './httpPayload.ts';

/** An event as the API makes it; `visitorOf` reads nothing else of it. */
const eventWith = (claims?: object, headers = {}) =>
  ({
    headers,
    requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) },
  }) as unknown as APIGatewayProxyEventV2;

describe('Who has logged in', () => {
  it.each([
    [
      { email: 'ada@example.com', sub: '1' },
      { name: 'ada@example.com', email: 'ada@example.com' },
    ],
    [
      { email: 'ada@example.com', email_verified: 'true' },
      { name: 'ada@example.com', email: 'ada@example.com' },
    ],
    // Anybody can type any address where nobody checks it.
    [{ email: 'ada@example.com', email_verified: 'false', sub: '1' }, { name: '1' }],
    [{ preferred_username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ sub: '1' }, { name: '1' }],
    [{ email: '', sub: '' }, undefined],
  ])('is told by the claims %j', (claims, visitor) => {
    expect(identityOf(eventWith(claims))).toEqual(visitor);
  });

  it('is nobody without a login, whatever headers say', () => {
    const headers = { 'x-amzn-oidc-identity': 'ada', authorization: 'Bearer eyJ…' };
    expect(identityOf(eventWith(undefined, headers))).toBeUndefined();
  });
});
