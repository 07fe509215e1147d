import { afterEach, expect, it } from 'vitest';
import { Scene, sharedSystem } from './scene.ts';

const MINUTE = 60_000;
const TITLE = '“issues” has to be made again first';

const system = sharedSystem();
let scene: Scene;
afterEach(() => scene.close());

/** A target that was ready waits for the consent to a change; the link has lapsed, and only a delete is taken. */
async function lapsedUpdate(): Promise<void> {
  const switches = { lapsedLink: 'staysPending', deleteWhilePending: true } as const;
  scene = await Scene.start({ on: system(), switches });
  await scene.consent(scene.browser());
  scene.upload(scene.manifest('', 'https://mcp.example.com/moved'));
  await scene.settle();
  await scene.pass(25 * MINUTE);
}

const deletes = () => scene.calls('DeleteGatewayTarget');

it('is not deleted for a fresh link before the person who clicks was told so and wants it', async () => {
  await lapsedUpdate();
  const browser = scene.browser();
  const page = await scene.follow(browser, await browser.press(scene.link()));
  expect(page.title).toBe(TITLE);
  expect(page.text).toContain('agents cannot use it until you');
  // Whoever opens the link later is told as well, and nothing happens by itself.
  await scene.pass(60 * MINUTE);
  expect((await scene.browser().open(scene.link())).title).toBe(TITLE);
  expect(deletes()).toBe(0);

  const next = await scene.follow(browser, await browser.press(scene.link(), { agree: 'replace' }));
  expect(browser.provider, next.title).toBeDefined();
  expect(deletes()).toBe(1);
  const back = await scene.decide(browser.provider ?? '', 'grant');
  expect((await scene.follow(browser, await browser.open(back))).title).toBe('Done: “issues” is ready');
  expect((await scene.memory())?.state).toBe('ready');
});

it('stays as it is for who says no', async () => {
  await lapsedUpdate();
  const browser = scene.browser();
  await scene.follow(browser, await browser.press(scene.link()));
  await browser.press(`${scene.link()}/refuse`);
  await scene.settle();
  expect(deletes()).toBe(0);
  expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed', 'refused']);
});
