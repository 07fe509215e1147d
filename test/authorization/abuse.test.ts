import { afterEach, describe, expect, it } from 'vitest';
import { hashId } from '../../core/authorization/hashId.ts';
import { PAGES_URL } from '../system/system.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const completions = () => fixture.calls('CompleteResourceTokenAuth');
const idOf = (link: string) => link.slice(link.lastIndexOf('/') + 1);
const request = async () => (await fixture.ledger.readRequest(hashId(idOf(fixture.link()))))?.request;

describe('a link scanner', () => {
  it('changes nothing by opening every link, and sees no AWS link', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const before = await request();
    for (const step of ['', '/next', '/go', '/refuse', '/again', '/decide', '/return']) {
      const page = await fixture.browser().open(`${fixture.link()}${step}`);
      expect(page.html).not.toContain('request_uri');
      expect([...page.headers].join()).not.toMatch(/request_uri|set-cookie/);
    }
    expect(await request()).toEqual(before);
    expect(completions()).toBe(0);
  });
});

describe('the form of a request page', () => {
  it('does nothing when another site submits it', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const before = await request();
    for (const step of ['', '/refuse']) {
      const page = await fixture.browser().submit(`${fixture.link()}${step}`, {}, 'https://evil.example');
      expect([page.status, page.title]).toEqual([403, 'That click came from another site']);
    }
    expect(await request()).toEqual(before);
  });

  it('leads to one consent when it is submitted twice', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    await Promise.all([browser.submit(fixture.link()), browser.submit(fixture.link())]);
    expect((await fixture.consent(browser)).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('can be submitted again after the back button', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    await fixture.openProvider(browser);
    await browser.open(fixture.link());
    expect((await fixture.consent(browser)).title).toContain('is ready');
  });
});

describe('two tabs', () => {
  it('of one browser can both be at the login: the first to return completes the request, and the other shows so', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const one = await fixture.openProvider(browser);
    expect(await fixture.openProvider(browser)).toBe(one);
    const back = await fixture.decide(one, 'grant');
    expect((await fixture.followRefreshes(browser, await browser.open(back))).title).toContain('is ready');
    expect((await browser.open(back)).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('with different AWS links do not mix up their sessions', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: { reissueLinks: 'onRead' } });
    const browser = fixture.browser();
    const one = await fixture.decide(await fixture.openProvider(browser), 'grant');
    const other = await fixture.openProvider(browser);
    // Only the latest session counts. The page of the earlier one leads to it.
    expect((await browser.open(one)).title).toBe('Please do that once more');
    const back = await fixture.decide(other, 'grant');
    expect((await fixture.followRefreshes(browser, await browser.open(back))).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('can hold two requests at once, each with its own cookie', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const mine = await fixture.openProvider(browser);
    const first = fixture;
    fixture = await ConsentFixture.start({ system: system() });
    const theirs = await fixture.openProvider(browser);
    expect(browser.cookies.size).toBe(2);
    expect(
      (await fixture.followRefreshes(browser, await browser.open(await fixture.decide(mine, 'grant')))).title,
    ).toContain('is ready');
    expect(
      (await fixture.followRefreshes(browser, await browser.open(await fixture.decide(theirs, 'grant'))))
        .title,
    ).toContain('is ready');
    expect(
      [first.closedEvents(), fixture.closedEvents()].map((each) => each.map(({ outcome }) => outcome)),
    ).toEqual([['completed'], ['completed']]);
    await first.close();
  });
});

describe('the callback from the provider', () => {
  it('completes only in the browser that started the authorization', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const back = await fixture.decide(await fixture.openProvider(fixture.browser()), 'grant');
    const thief = fixture.browser();
    expect((await thief.open(back)).title).toBe('Please start again in this browser');
    // A cookie of another browser does not help: it belongs to another session.
    await thief.submit(fixture.link());
    expect((await thief.open(back)).title).toBe('Please start again in this browser');
    expect(completions()).toBe(0);
    expect((await request())?.state).toBe('open');
  });

  it('completes no session that came back in another browser, or before a consent, and a click gives a new one', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: { updateWhilePending: true } });
    const holder = fixture.browser();
    const victim = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(holder), 'grant');
    expect((await victim.open(back)).title).toBe('Please start again in this browser');
    expect((await holder.open(back)).title).toBe('Please log in once more');
    expect((await holder.open(fixture.link())).text).toContain('came back in another browser');
    const early = await fixture.openProvider(holder);
    const callback = new URL(back);
    callback.searchParams.set('session_id', new URL(early).searchParams.get('request_uri') ?? '');
    expect((await holder.open(callback.href)).title).toBe('AWS has no consent from you');
    await fixture.decide(early, 'grant');
    expect((await holder.open(callback.href)).title).toBe('AWS has no consent from you');
    await fixture.settle();
    const causes = fixture.events.filter((event) => event['detail-type'] === 'Authorization Voided');
    expect(causes.map(({ detail }) => detail.cause)).toEqual(['wrongBrowser', 'noConsent']);
    expect((await fixture.resourceRecord())?.state).toBe('awaiting-authorization');
    // One call was made, too early.
    expect(completions()).toBe(1);
    expect((await fixture.consent(holder)).title).toContain('is ready');
  });

  it('stays void in a new request about the same target', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const holder = fixture.browser();
    const authorizationUrl = await fixture.openProvider(holder);
    await holder.submit(`${fixture.link()}/refuse`);
    await fixture.browser().open(await fixture.decide(authorizationUrl, 'grant'));
    const refused = fixture.link();
    await holder.submit(`${refused}/again`);
    await fixture.settle();
    expect(fixture.link()).not.toBe(refused);
    holder.providerUrl = undefined;
    await fixture.followRefreshes(holder, await holder.submit(fixture.link()), 20);
    expect(holder.providerUrl).toBeUndefined();
    expect(completions()).toBe(0);
  });

  it('completes only the session that the browser started', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    await fixture.openProvider(browser);
    for (const forged of ['', 'urn:ietf:params:oauth:request_uri:forged', `urn:${'x'.repeat(2000)}`]) {
      const page = await browser.open(
        `${PAGES_URL}/authorizations/return?session_id=${encodeURIComponent(forged)}`,
      );
      expect([page.status, page.title]).toEqual([404, 'This link is not valid']);
    }
    expect(completions()).toBe(0);
  });

  it('completes once, however often it is repeated', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'grant');
    const pages = await Promise.all([browser.open(back), browser.open(back), browser.open(back)]);
    for (const page of pages) expect(page.title).toMatch(/Almost done|Thank you/);
    await fixture.settle();
    expect((await browser.open(back)).title).toContain('is ready');
    expect((await fixture.browser().open(back)).title).toBe('Please start again in this browser');
    expect(completions()).toBe(1);
    expect(fixture.closedEvents()).toHaveLength(1);
  });

  it('does not close the request for an error other than access_denied', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const back = new URL(await fixture.decide(await fixture.openProvider(browser), 'grant'));
    back.searchParams.set('error', 'server_error');
    expect((await browser.open(back.href)).title).toBe('The login did not work');
    expect((await request())?.state).toBe('open');
  });

  it('offers another try after the link expired', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: { expiredLink: 'fails' } });
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'grant');
    await fixture.advance(15 * 60_000);
    expect((await browser.open(back)).title).toBe('Please do that once more');
    expect((await fixture.consent(browser)).title).toContain('is ready');
  });
});

describe('two people', () => {
  it.each(['accepted', 'rejected'] as const)(
    'can both start, each with a link of their own, and the first consent completes the request; updates of a pending target: %s',
    async (updates) => {
      const behaviors = { updateWhilePending: updates === 'accepted' };
      fixture = await ConsentFixture.start({ system: system(), behaviors });
      const [one, other] = [fixture.browser(), fixture.browser()];
      const first = await fixture.openProvider(other);
      const page = await fixture.followRefreshes(one, await one.submit(fixture.link()));
      if (updates === 'rejected') {
        expect(page.title).toBe('AWS is still holding an old link');
        const done = await fixture.followRefreshes(
          other,
          await other.open(await fixture.decide(first, 'grant')),
        );
        expect(done.title).toContain('is ready');
        expect((await one.submit(fixture.link())).text).toContain('said yes');
        return;
      }
      expect(one.providerUrl).not.toBe(first);
      const back = await fixture.decide(one.providerUrl ?? '', 'grant');
      expect((await fixture.followRefreshes(one, await one.open(back))).title).toContain('is ready');
      const late = await other.submit(fixture.link());
      expect(late.text).toContain('said yes');
      expect(completions()).toBe(1);
    },
  );
});

describe('a request id', () => {
  it('that is malformed or unknown gets a page that says so', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    for (const id of ['x', '0'.repeat(32), 'a'.repeat(64), '..%2f..', '%00', '<script>']) {
      const page = await fixture.browser().open(`${PAGES_URL}/authorizations/${id}`);
      expect([id, page.status, page.title]).toEqual([id, 404, 'This link is not valid']);
    }
    // Without an id there is no route: the API itself answers.
    expect((await fixture.browser().open(`${PAGES_URL}/authorizations/`)).status).toBe(404);
  });
});

describe('every page', () => {
  it('forbids scripts, frames, caches and referrers, and hides its cookie from scripts', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const { headers } = await fixture.browser().open(fixture.link());
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
