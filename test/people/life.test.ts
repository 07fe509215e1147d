import { afterEach, describe, expect, it } from 'vitest';
import { Scene, sharedSystem } from './scene.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const system = sharedSystem();
const scheduled = sharedSystem(() => ({ schedules: true }));
let scene: Scene;
afterEach(() => scene.close());

const subjects = () => scene.messages().map(({ subject = '', attributes }) => [subject, attributes.owner]);
const outcomes = () => scene.closings().map(({ outcome }) => outcome);

describe('a person who is asked for consent', () => {
  it('follows the link through the login to a target that is ready', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const page = await browser.open(scene.link());
    expect(page.title).toBe('May agents use “issues” for you?');
    const result = await scene.consent(browser);
    expect(result.title).toBe('Done: “issues” is ready');
    expect((await scene.memory())?.state).toBe('ready');
    expect((await scene.memory())?.request).toBeUndefined();
  });
});

describe('a request that nobody answers', () => {
  it('is asked once, reminded of, put to the second contact, and expires, and says so', async () => {
    scene = await Scene.start({ on: system() });
    expect(subjects()).toContainEqual([
      `Gateloop: your consent is needed for ${scene.workspace}/issues`,
      'platform@example.com',
    ]);
    await scene.pass(8 * DAY);
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
    expect(scene.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect((await scene.memory())?.state).toBe('failed');
    const page = await scene.browser().open(scene.link());
    expect([page.status, page.title]).toEqual([410, 'This request has expired']);
  });

  it('is not asked again by later passes, but by a new request when somebody wants one', async () => {
    scene = await Scene.start({
      on: scheduled(),
      settings: 'authorization: { remindAfter: [], escalateAfter: 20 minutes, expireAfter: 30 minutes }',
    });
    const first = scene.link();
    await scene.pass(HOUR);
    expect(outcomes()).toEqual(['expired']);
    expect(scene.link()).toBe(first);
    const page = await scene.browser().press(`${first}/again`);
    expect(page.title).toBe('A new request is on its way');
    await scene.pass(HOUR / 60);
    expect(scene.link()).not.toBe(first);
    expect((await scene.browser().open(scene.link())).title).toContain('May agents use');
    // Asking anew is for once: the old link makes no third one.
    const second = scene.link();
    await scene.browser().press(`${first}/again`);
    await scene.pass(HOUR / 60);
    expect(scene.link()).toBe(second);
  });
});

describe('a person who says no', () => {
  it('at the provider ends the request, and the target is told to have failed for it', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const back = await scene.decide(await scene.toProvider(browser), 'deny');
    const page = await browser.open(back);
    expect(page.title).toBe('The answer was no');
    await scene.settle();
    expect(outcomes()).toEqual(['refused']);
    expect((await scene.memory())?.reasons.join()).toContain('said no');
    expect(scene.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('on our own page ends it as well, without a login', async () => {
    scene = await Scene.start({ on: system() });
    const page = await scene.browser().press(`${scene.link()}/refuse`);
    expect(page.title).toBe('The answer was no');
    await scene.settle();
    expect(outcomes()).toEqual(['refused']);
    await scene.pass(7 * DAY);
    expect(subjects().filter(([subject]) => /reminder/.test(String(subject)))).toEqual([]);
  });
});

describe('a request is withdrawn', () => {
  it('when somebody consented elsewhere', async () => {
    scene = await Scene.start({ on: system() });
    await scene.consentElsewhere();
    await scene.look();
    expect(outcomes()).toEqual(['withdrawn']);
    const page = await scene.browser().open(scene.link());
    expect([page.status, page.title]).toEqual([410, 'Nothing is left to do here']);
    expect(page.text).toContain('authorized in another way');
    expect(scene.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('and asked anew when the manifest asks for something else', async () => {
    scene = await Scene.start({ on: system() });
    const first = scene.link();
    scene.upload(scene.manifest('', 'https://mcp.example.com/other'));
    await scene.settle();
    expect(outcomes()).toEqual(['withdrawn']);
    expect(scene.link()).not.toBe(first);
    const page = await scene.browser().open(scene.link());
    expect(page.text).toContain('https://mcp.example.com/other');
    expect(scene.authorizations().filter(({ status }) => status === 'RUNNING')).toHaveLength(1);
  });

  it('when the target leaves the manifest', async () => {
    scene = await Scene.start({ on: system(), switches: { deleteWhilePending: true } });
    scene.upload(scene.manifest('prune: true').replace(/ {4}targets:[\s\S]*$/, ''));
    await scene.settle();
    expect(outcomes()).toEqual(['withdrawn']);
    expect((await scene.memory())?.request).toBeUndefined();
  });
});

describe('never two requests', () => {
  it('are open for one target, however often it is looked at', async () => {
    scene = await Scene.start({ on: system() });
    for (let times = 0; times < 4; times += 1) await scene.look();
    expect(scene.authorizations()).toHaveLength(1);
    expect(subjects().filter(([subject]) => /consent is needed/.test(String(subject)))).toHaveLength(1);
  });
});

describe('a scheduled synchronisation that needs consent', () => {
  it('asks first, once, when it is due, and begins when the person clicks', async () => {
    scene = await Scene.start({
      on: scheduled(),
      settings:
        'resync: rate(1 hour), authorization: { remindAfter: [], escalateAfter: 12 hours, expireAfter: 1 day }',
    });
    await scene.consent(scene.browser());
    const first = scene.link();
    const readyAt = (await scene.memory())?.since ?? 0;
    await scene.pass(2 * HOUR);
    expect(scene.link()).not.toBe(first);
    expect(subjects().filter(([subject]) => /consent is needed/.test(String(subject)))).toHaveLength(2);
    // The schedule that looks for what is due comes every five minutes; a drift pass would find it in fifteen.
    const { request, state } = (await scene.memory()) ?? {};
    expect((request?.askedAt ?? 0) - readyAt - HOUR).toBeLessThan(6 * MINUTE);
    expect(scene.calls('SynchronizeGatewayTargets')).toBe(0);
    expect(state).toBe('ready');
    const page = await scene.browser().open(scene.link());
    expect(page.text).toContain('brought up to date');
    const result = await scene.consent(scene.browser());
    expect(result.title).toBe('Done: “issues” is ready');
    expect(scene.calls('SynchronizeGatewayTargets')).toBe(1);
    const { state: after, request: left, operation } = (await scene.memory()) ?? {};
    expect([after, left, operation]).toEqual(['ready', undefined, undefined]);
  });
});
