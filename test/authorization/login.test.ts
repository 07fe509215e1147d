import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Login } from '../../infra/deployment.ts';
import type { IdentityProvider } from '../../local/agentcore/consent/identityProvider.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';
import { fetchIdToken, startCompanyIdentityProvider } from './identityProviderLogin.ts';

const DAY = 24 * 3_600_000;
const AUDIENCE = 'gateloop';

let identity: IdentityProvider;
beforeAll(async () => {
  identity = await startCompanyIdentityProvider();
});
afterAll(() => identity.close());

let fixture: ConsentFixture;
afterEach(() => fixture.close());

/** A system behind a login. */
const behindLogin = (answersFrom: Login['answersFrom']) =>
  sharedSystem(() => {
    const { issuer } = identity;
    const identitySource = '$request.header.Authorization';
    return { login: { issuer, audience: [AUDIENCE], identitySource, answersFrom } };
  });
const forAnybody = behindLogin('anybody');
const forOwners = behindLogin('owners');

/** The browser of a person who has logged in. */
async function browserOf(person: string, audience = AUDIENCE) {
  const browser = fixture.browser();
  browser.token = await fetchIdToken(identity, person, audience);
  return browser;
}

describe('a login in front of the pages', () => {
  it('names the person who consented on the page and in the event, and shows the owner no warning', async () => {
    fixture = await ConsentFixture.start({ system: forAnybody() });
    const browser = await browserOf('Platform@example.com');
    const page = await browser.open(fixture.link());
    expect(page.text).toContain('You are logged in as Platform@example.com.');
    expect(page.text).not.toContain('sent to another person');
    const result = await fixture.consent(browser);
    expect(result.title).toBe('Done: “issues” is ready');
    expect(result.text).toContain('Platform@example.com said yes');
    expect(fixture.closedEvents()).toMatchObject([{ outcome: 'completed', by: 'Platform@example.com' }]);
  });

  it('warns a person who is not the owner, and lets them answer under their own name', async () => {
    fixture = await ConsentFixture.start({ system: forAnybody() });
    const browser = await browserOf('bob@example.com');
    expect((await browser.open(fixture.link())).text).toContain(
      'You are logged in as bob@example.com. This request was sent to another person',
    );
    await browser.submit(`${fixture.link()}/refuse`);
    expect(fixture.closedEvents()).toMatchObject([{ outcome: 'refused', by: 'bob@example.com' }]);
  });

  it('lets only owners answer when the setting says so', async () => {
    fixture = await ConsentFixture.start({ system: forOwners() });
    const bob = await browserOf('bob@example.com');
    const turnedAway = { status: 403, title: 'This request is for another person' };
    expect(await bob.open(fixture.link())).toMatchObject(turnedAway);
    for (const step of ['', '/refuse', '/decide', '/again'])
      expect(await bob.submit(`${fixture.link()}${step}`)).toMatchObject(turnedAway);
    // The callback URL of the owner's login does not work for another person either.
    const lead = await browserOf('lead@example.com');
    const back = await fixture.decide(await fixture.openProvider(lead), 'grant');
    expect(await bob.open(back)).toMatchObject(turnedAway);
    expect(fixture.calls('CompleteResourceTokenAuth')).toBe(0);
    // Nor for the owner any more: a login that came back for two people does not count.
    expect((await lead.open(back)).title).toBe('Please log in once more');
    fixture.gateloop.agentCore.setBehaviors({ updateWhilePending: true });
    expect((await fixture.consent(lead)).title).toBe('Done: “issues” is ready');
    expect(fixture.closedEvents()).toMatchObject([{ outcome: 'completed', by: 'lead@example.com' }]);
  });

  // This test stays last: it advances time until every token is too old.
  it('rejects requests with no token, or one that is forged, for another application, or expired', async () => {
    fixture = await ConsentFixture.start({ system: forAnybody() });
    const turnedAway = { status: 401, title: '' };
    expect(await fixture.browser().open(fixture.link())).toMatchObject(turnedAway);
    expect(await fixture.browser().submit(`${fixture.link()}/refuse`)).toMatchObject(turnedAway);
    const other = await browserOf('ada@example.com', 'another-application');
    expect(await other.open(fixture.link())).toMatchObject(turnedAway);
    const browser = await browserOf('ada@example.com');
    const [header = '', , signature = ''] = browser.token?.split('.') ?? [];
    const claims = { iss: identity.issuer, aud: AUDIENCE, sub: 'eve', exp: 4_102_444_800 };
    const forged = fixture.browser();
    forged.token = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    expect(await forged.open(fixture.link())).toMatchObject(turnedAway);
    // Headers that a browser sets itself prove nothing.
    expect(
      await fixture.browser().open(fixture.link(), { 'x-amzn-oidc-identity': 'ada@example.com' }),
    ).toMatchObject(turnedAway);
    expect((await browser.open(fixture.link())).title).toBe('May agents use “issues” for you?');
    await fixture.advance(2 * DAY);
    expect(await browser.open(fixture.link())).toMatchObject(turnedAway);
    expect(fixture.closedEvents()).toEqual([]);
  });
});
