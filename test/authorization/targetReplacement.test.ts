import { afterEach, expect, it } from 'vitest';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
const TITLE = '“issues” has to be created again first';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

/** Leaves a ready target with a pending update whose link expired. The service permits only the deletion of the target. */
async function startExpiredUpdate(): Promise<void> {
  const behaviors = { expiredLink: 'staysPending', deleteWhilePending: true } as const;
  fixture = await ConsentFixture.start({ system: system(), behaviors });
  await fixture.consent(fixture.browser());
  fixture.upload(fixture.manifest('', 'https://mcp.example.com/moved'));
  await fixture.settle();
  // The update begins at the click, and the person leaves the login.
  await fixture.openProvider(fixture.browser());
  await fixture.advance(25 * MINUTE);
}

const deletes = () => fixture.calls('DeleteGatewayTarget');

it('a target is deleted to get a fresh link only after the page announced it and the person confirmed it', async () => {
  await startExpiredUpdate();
  const browser = fixture.browser();
  const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
  expect(page.title).toBe(TITLE);
  expect(page.text).toContain('agents cannot use it until you');
  // The page asks again when a person opens it later. Without a click, Gateloop deletes nothing.
  await fixture.advance(60 * MINUTE);
  expect((await fixture.browser().open(fixture.link())).title).toBe(TITLE);
  expect(deletes()).toBe(0);

  const next = await fixture.followRefreshes(
    browser,
    await browser.submit(fixture.link(), { agree: 'replace' }),
  );
  expect(browser.providerUrl, next.title).toBeDefined();
  expect(deletes()).toBe(1);
  const back = await fixture.decide(browser.providerUrl ?? '', 'grant');
  expect((await fixture.followRefreshes(browser, await browser.open(back))).title).toBe(
    'Done: “issues” is ready',
  );
  expect((await fixture.resourceRecord())?.state).toBe('ready');
});

it('a target stays as it is when the person declines', async () => {
  await startExpiredUpdate();
  const browser = fixture.browser();
  await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
  await browser.submit(`${fixture.link()}/refuse`);
  await fixture.settle();
  expect(deletes()).toBe(0);
  expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed', 'refused']);
});
