import { afterEach, describe, expect, it } from 'vitest';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const system = sharedSystem();
const scheduled = sharedSystem(() => ({ schedules: true }));
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const subjects = () => fixture.messages().map(({ subject = '', attributes }) => [subject, attributes.owner]);
const outcomes = () => fixture.closedEvents().map(({ outcome }) => outcome);

describe('a person who is asked for consent', () => {
  it('follows the link through the login to a ready target', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const page = await browser.open(fixture.link());
    expect(page.title).toBe('May agents use “issues” for you?');
    const result = await fixture.consent(browser);
    expect(result.title).toBe('Done: “issues” is ready');
    expect((await fixture.resourceRecord())?.state).toBe('ready');
    expect((await fixture.resourceRecord())?.request).toBeUndefined();
  });
});

describe('a request without an answer', () => {
  it('is sent once, reminded of, escalated, and expires, and its page says so', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    expect(subjects()).toContainEqual([
      `Gateloop: your consent is needed for ${fixture.workspace}/issues`,
      'platform@example.com',
    ]);
    await fixture.advance(8 * DAY);
    const asked = subjects().filter(([subject]) => /consent is needed/.test(String(subject)));
    expect(asked.map(([subject, owner]) => [String(subject).replace(/: .*|, nobody.*/s, ''), owner])).toEqual(
      [
        ['Gateloop', 'platform@example.com'],
        ['Gateloop, a reminder', 'platform@example.com'],
        ['Gateloop, a reminder', 'platform@example.com'],
        ['Gateloop, a reminder', 'platform@example.com'],
        ['Gateloop', 'lead@example.com'],
        ['Gateloop', 'platform@example.com'],
      ],
    );
    expect(outcomes()).toEqual(['expired']);
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect((await fixture.resourceRecord())?.state).toBe('failed');
    const page = await fixture.browser().open(fixture.link());
    expect([page.status, page.title]).toEqual([410, 'This request has expired']);
  });

  it('is not opened again by later reconciles, only when a person asks for a new one', async () => {
    fixture = await ConsentFixture.start({
      system: scheduled(),
      settings: 'authorization: { remindAfter: [], escalateAfter: 20 minutes, expireAfter: 30 minutes }',
    });
    const first = fixture.link();
    await fixture.advance(HOUR);
    expect(outcomes()).toEqual(['expired']);
    expect(fixture.link()).toBe(first);
    const page = await fixture.browser().submit(`${first}/again`);
    expect(page.title).toBe('A new request is on its way');
    await fixture.advance(HOUR / 60);
    expect(fixture.link()).not.toBe(first);
    expect((await fixture.browser().open(fixture.link())).title).toContain('May agents use');
    // Asking anew is for once: the old link makes no third one.
    const second = fixture.link();
    await fixture.browser().submit(`${first}/again`);
    await fixture.advance(HOUR / 60);
    expect(fixture.link()).toBe(second);
  });
});

describe('a person who declines', () => {
  it('closes the request when they decline at the provider, and the target is reported as failed', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'deny');
    const page = await browser.open(back);
    expect(page.title).toBe('The answer was no');
    await fixture.settle();
    expect(outcomes()).toEqual(['refused']);
    expect((await fixture.resourceRecord())?.reasons.join()).toContain('refused');
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('closes the request when they decline on its page, without a login', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const page = await fixture.browser().submit(`${fixture.link()}/refuse`);
    expect(page.title).toBe('The answer was no');
    await fixture.settle();
    expect(outcomes()).toEqual(['refused']);
    await fixture.advance(7 * DAY);
    expect(subjects().filter(([subject]) => /reminder/.test(String(subject)))).toEqual([]);
  });
});

describe('an open request', () => {
  it('is withdrawn when a person consented elsewhere', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    await fixture.consentInConsole();
    await fixture.reconcile();
    expect(outcomes()).toEqual(['withdrawn']);
    const page = await fixture.browser().open(fixture.link());
    expect([page.status, page.title]).toEqual([410, 'Nothing is left to do']);
    expect(page.text).toContain('authorized in another way');
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('is withdrawn, and opened anew, when the manifest changes the target', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const first = fixture.link();
    fixture.upload(fixture.manifest('', 'https://mcp.example.com/other'));
    await fixture.settle();
    expect(outcomes()).toEqual(['withdrawn']);
    expect(fixture.link()).not.toBe(first);
    const page = await fixture.browser().open(fixture.link());
    expect(page.text).toContain('https://mcp.example.com/other');
    expect(fixture.authorizations().filter(({ status }) => status === 'RUNNING')).toHaveLength(1);
  });

  it('is withdrawn when the target leaves the manifest', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: { deleteWhilePending: true } });
    fixture.upload(fixture.manifest('prune: true').replace(/ {4}targets:[\s\S]*$/, ''));
    await fixture.settle();
    expect(outcomes()).toEqual(['withdrawn']);
    expect((await fixture.resourceRecord())?.request).toBeUndefined();
  });
});

describe('a target', () => {
  it('has at most one open request, however often it is reconciled', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    for (let times = 0; times < 4; times += 1) await fixture.reconcile();
    expect(fixture.authorizations()).toHaveLength(1);
    expect(subjects().filter(([subject]) => /consent is needed/.test(String(subject)))).toHaveLength(1);
  });
});

describe('a scheduled synchronization that needs consent', () => {
  it('opens one request when it is due, and starts when the person clicks', async () => {
    fixture = await ConsentFixture.start({
      system: scheduled(),
      settings:
        'resync: rate(1 hour), authorization: { remindAfter: [], escalateAfter: 12 hours, expireAfter: 1 day }',
    });
    await fixture.consent(fixture.browser());
    const first = fixture.link();
    const readyAt = (await fixture.resourceRecord())?.since ?? 0;
    await fixture.advance(2 * HOUR);
    expect(fixture.link()).not.toBe(first);
    expect(subjects().filter(([subject]) => /consent is needed/.test(String(subject)))).toHaveLength(2);
    // The schedule that looks for what is due comes every minute; a drift pass would find it in fifteen.
    const { request, state } = (await fixture.resourceRecord()) ?? {};
    expect((request?.askedAt ?? 0) - readyAt - HOUR).toBeLessThan(2 * MINUTE);
    expect(fixture.calls('SynchronizeGatewayTargets')).toBe(0);
    expect(state).toBe('ready');
    const page = await fixture.browser().open(fixture.link());
    expect(page.text).toContain('Its list of tools needs an update');
    const result = await fixture.consent(fixture.browser());
    expect(result.title).toBe('Done: “issues” is ready');
    expect(fixture.calls('SynchronizeGatewayTargets')).toBe(1);
    const { state: after, request: left, operation } = (await fixture.resourceRecord()) ?? {};
    expect([after, left, operation]).toEqual(['ready', undefined, undefined]);
  });
});
