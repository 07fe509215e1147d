import { describe, expect, it } from 'vitest';
import { hashId } from './hashId.ts';
import { isLinkUsable, LINK_VALIDITY, observeLink, readAuthorizationLink } from './linkExpiry.ts';

const STARTED_AT = 1_000_000;
const NOW = STARTED_AT + 60_000;
const URL_WITH_SESSION = 'https://login.example.com/authorize?request_uri=urn%3Asession%3A1&state=x';

const targetWith = (oauth2: Record<string, string>) => ({ authorizationData: { oauth2 } });

describe('readAuthorizationLink', () => {
  it('readAuthorizationLink: names the session by the hash of request_uri', () => {
    const target = targetWith({ authorizationUrl: URL_WITH_SESSION, userId: 'u1' });
    expect(readAuthorizationLink(target)).toEqual({
      url: URL_WITH_SESSION,
      userId: 'u1',
      session: hashId('urn:session:1'),
    });
  });

  it('readAuthorizationLink: names the session by the hash of a URL without request_uri', () => {
    const url = 'https://login.example.com/authorize';
    const target = targetWith({ authorizationUrl: url, userId: 'u1' });
    expect(readAuthorizationLink(target)?.session).toBe(hashId(url));
  });

  it.each([
    ['without authorization data', { status: 'READY' }],
    ['without a user id', targetWith({ authorizationUrl: URL_WITH_SESSION })],
    ['without a URL', targetWith({ userId: 'u1' })],
    ['with text that is not a URL', targetWith({ authorizationUrl: 'login', userId: 'u1' })],
  ])('readAuthorizationLink: returns undefined for a target %s', (_title, target) => {
    expect(readAuthorizationLink(target)).toBeUndefined();
  });
});

describe('observeLink and isLinkUsable', () => {
  const link = { session: 's2' };

  it('observeLink: dates the first link of an operation to the start of the operation', () => {
    const observedLinks = [{ session: 's1', issuedAt: STARTED_AT - 1 }];
    expect(observeLink(link, { observedLinks, operationStartedAt: STARTED_AT }, NOW)).toEqual({
      session: 's2',
      issuedAt: STARTED_AT,
    });
  });

  it('observeLink: dates a link to now where another link of the same operation was observed', () => {
    const observedLinks = [
      { session: 's0', issuedAt: STARTED_AT - 1 },
      { session: 's1', issuedAt: STARTED_AT },
    ];
    const observed = observeLink(link, { observedLinks, operationStartedAt: STARTED_AT }, NOW);
    expect(observed.issuedAt).toBe(NOW);
  });

  it('observeLink: keeps the earliest time of a link that was observed before', () => {
    const observedLinks = [
      { session: 's2', issuedAt: STARTED_AT + 5 },
      { session: 's2', issuedAt: STARTED_AT + 3 },
    ];
    const observed = observeLink(link, { observedLinks, operationStartedAt: STARTED_AT }, NOW);
    expect(observed.issuedAt).toBe(STARTED_AT + 3);
  });

  it('isLinkUsable: accepts a link for less than nine minutes', () => {
    const observed = { session: 's', issuedAt: NOW };
    expect(LINK_VALIDITY).toBe(540_000);
    expect(isLinkUsable(observed, NOW + LINK_VALIDITY - 1)).toBe(true);
    expect(isLinkUsable(observed, NOW + LINK_VALIDITY)).toBe(false);
  });
});
