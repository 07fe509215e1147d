import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { identityOf } from './httpPayload.ts';

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
    [{ email: 'ada@example.com', email_verified: 'false', sub: '1' }, { name: '1' }],
    [{ preferred_username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ username: 'ada', sub: '1' }, { name: 'ada' }],
    [{ sub: '1' }, { name: '1' }],
    [{ email: '', sub: '' }, undefined],
  ])('reads the person from the claims %j', (claims, identity) => {
    expect(identityOf(eventWith(claims))).toEqual(identity);
  });

  it('returns undefined without a login, whatever the headers contain', () => {
    const headers = { 'x-amzn-oidc-identity': 'ada', authorization: 'Bearer eyJ…' };
    expect(identityOf(eventWith(undefined, headers))).toBeUndefined();
  });
});
