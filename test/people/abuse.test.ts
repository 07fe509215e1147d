import { afterEach, describe, expect, it } from 'vitest';
import { referenceOf } from '../../core/authorization/reference.ts';
import { PAGES } from './browser.ts';
import { Scene, sharedSystem } from './scene.ts';

const system = sharedSystem();
let scene: Scene;
afterEach(() => scene.close());

const completions = () => scene.calls('CompleteResourceTokenAuth');
const idOf = (link: string) => link.slice(link.lastIndexOf('/') + 1);
const request = async () => (await scene.ledger.readRequest(referenceOf(idOf(scene.link()))))?.request;

describe('a link scanner', () => {
  it('that opens everything changes nothing and sees no link of AWS', async () => {
    scene = await Scene.start({ on: system() });
    const before = await request();
    for (const step of ['', '/next', '/go', '/refuse', '/again', '/decide', '/return']) {
      const page = await scene.browser().open(`${scene.link()}${step}`);
      expect(page.html).not.toContain('request_uri');
      expect([...page.headers].join()).not.toMatch(/request_uri|set-cookie/);
    }
    expect(await request()).toEqual(before);
    expect(completions()).toBe(0);
  });
});

describe('a button', () => {
  it('that another site presses does nothing', async () => {
    scene = await Scene.start({ on: system() });
    const before = await request();
    for (const step of ['', '/refuse']) {
      const page = await scene.browser().press(`${scene.link()}${step}`, {}, 'https://evil.example');
      expect([page.status, page.title]).toEqual([403, 'That came from somewhere else']);
    }
    expect(await request()).toEqual(before);
  });

  it('that is pressed twice leads to one consent', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    await Promise.all([browser.press(scene.link()), browser.press(scene.link())]);
    expect((await scene.consent(browser)).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('works again after the back button', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    await scene.toProvider(browser);
    await browser.open(scene.link());
    expect((await scene.consent(browser)).title).toContain('is ready');
  });
});

describe('two tabs', () => {
  it('of one browser may both be at the login; whichever comes back first counts, and the other shows that', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const one = await scene.toProvider(browser);
    expect(await scene.toProvider(browser)).toBe(one);
    const back = await scene.decide(one, 'grant');
    expect((await scene.follow(browser, await browser.open(back))).title).toContain('is ready');
    expect((await browser.open(back)).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('that were sent out with different links do not take each other’s', async () => {
    scene = await Scene.start({ on: system(), switches: { reissueLinks: 'onRead' } });
    const browser = scene.browser();
    const one = await scene.decide(await scene.toProvider(browser), 'grant');
    const other = await scene.toProvider(browser);
    // The latest one counts; the earlier one leads to it.
    expect((await browser.open(one)).title).toBe('Please do that once more');
    const back = await scene.decide(other, 'grant');
    expect((await scene.follow(browser, await browser.open(back))).title).toContain('is ready');
    expect(completions()).toBe(1);
  });

  it('may hold two requests at once, each with a cookie of its own', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const mine = await scene.toProvider(browser);
    const first = scene;
    scene = await Scene.start({ on: system() });
    const theirs = await scene.toProvider(browser);
    expect(browser.cookies.size).toBe(2);
    expect(
      (await scene.follow(browser, await browser.open(await scene.decide(mine, 'grant')))).title,
    ).toContain('is ready');
    expect(
      (await scene.follow(browser, await browser.open(await scene.decide(theirs, 'grant')))).title,
    ).toContain('is ready');
    expect([first.closings(), scene.closings()].map((each) => each.map(({ outcome }) => outcome))).toEqual([
      ['completed'],
      ['completed'],
    ]);
    await first.close();
  });
});

describe('the return from the provider', () => {
  it('counts only in the browser that was sent out', async () => {
    scene = await Scene.start({ on: system() });
    const back = await scene.decide(await scene.toProvider(scene.browser()), 'grant');
    const thief = scene.browser();
    expect((await thief.open(back)).title).toBe('Please start again in this browser');
    // Nor does a cookie of one's own help, without the session.
    await thief.press(scene.link());
    expect((await thief.open(back)).title).toBe('Please start again in this browser');
    expect(completions()).toBe(0);
    expect((await request())?.state).toBe('open');
  });

  it('counts for the session that the browser was sent out with, and no other', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    await scene.toProvider(browser);
    for (const forged of ['', 'urn:ietf:params:oauth:request_uri:forged', `urn:${'x'.repeat(2000)}`]) {
      const page = await browser.open(
        `${PAGES}/authorizations/return?session_id=${encodeURIComponent(forged)}`,
      );
      expect([page.status, page.title]).toEqual([404, 'This link leads nowhere']);
    }
    expect(completions()).toBe(0);
  });

  it('counts once, however often it is repeated', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const back = await scene.decide(await scene.toProvider(browser), 'grant');
    const pages = await Promise.all([browser.open(back), browser.open(back), browser.open(back)]);
    for (const page of pages) expect(page.title).toMatch(/Almost done|Thank you/);
    await scene.settle();
    expect((await browser.open(back)).title).toContain('is ready');
    expect((await scene.browser().open(back)).title).toContain('is ready');
    expect(completions()).toBe(1);
    expect(scene.closings()).toHaveLength(1);
  });

  it('with an error that is no refusal ends nothing', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const back = new URL(await scene.decide(await scene.toProvider(browser), 'grant'));
    back.searchParams.set('error', 'server_error');
    expect((await browser.open(back.href)).title).toBe('The login did not work');
    expect((await request())?.state).toBe('open');
  });

  it('after the link has lapsed leads to another try', async () => {
    scene = await Scene.start({ on: system(), switches: { lapsedLink: 'fails' } });
    const browser = scene.browser();
    const back = await scene.decide(await scene.toProvider(browser), 'grant');
    await scene.pass(15 * 60_000);
    expect((await browser.open(back)).title).toBe('Please do that once more');
    expect((await scene.consent(browser)).title).toContain('is ready');
  });
});

describe('two people', () => {
  it('may both begin; the first consent counts, and the other is told', async () => {
    scene = await Scene.start({ on: system() });
    const [one, other] = [scene.browser(), scene.browser()];
    await scene.toProvider(other);
    const back = await scene.decide(await scene.toProvider(one), 'grant');
    expect((await scene.follow(one, await one.open(back))).title).toContain('is ready');
    expect((await other.open(back)).title).toContain('is ready');
    const late = await other.press(scene.link());
    expect(late.text).toContain('said yes');
    expect(completions()).toBe(1);
  });
});

describe('an id', () => {
  it("that is none, or nobody's, leads nowhere", async () => {
    scene = await Scene.start({ on: system() });
    for (const id of ['', 'x', '0'.repeat(32), 'a'.repeat(64), '..%2f..', '%00', '<script>']) {
      const page = await scene.browser().open(`${PAGES}/authorizations/${id}`);
      expect([id, page.status, page.title]).toEqual([id, 404, 'This link leads nowhere']);
    }
  });
});

describe('every page', () => {
  it('keeps out scripts, frames, caches and referrers, and hides its cookie', async () => {
    scene = await Scene.start({ on: system() });
    const { headers } = await scene.browser().open(scene.link());
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
