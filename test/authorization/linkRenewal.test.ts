import { afterEach, describe, expect, it } from 'vitest';
import type { Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;

/** Everything that is not known of links, in all its combinations. */
const combinations: Partial<Behaviors>[] = (['staysPending', 'fails'] as const).flatMap((lapsedLink) =>
  (['never', 'onRead', 'afterExpiry'] as const).flatMap((reissueLinks) =>
    (['accepted', 'rejected'] as const).flatMap((afterLapse) =>
      [false, true].map((deleteWhilePending): Partial<Behaviors> => {
        // Independent of the others: each value goes with half of the combinations.
        const afterConsent = (afterLapse === 'accepted') === deleteWhilePending ? 'working' : 'staysPending';
        return {
          expiredLink: lapsedLink,
          reissueLinks,
          afterLinkExpiry: afterLapse,
          deleteWhilePending,
          afterConsent,
        };
      }),
    ),
  ),
);

const titleOf = (switches: Partial<Behaviors>) => Object.values(switches).join(', ');

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

describe('a durable link that is opened long after the message', () => {
  it.each(combinations.map((switches) => [titleOf(switches), switches] as const))(
    'leads to a target that is ready where the service does: %s',
    async (_, switches) => {
      fixture = await ConsentFixture.start({ system: system(), behaviors: switches });
      await fixture.advance(25 * MINUTE);
      const { expiredLink, reissueLinks, deleteWhilePending } = switches;
      const browser = fixture.browser();
      const isHeld = expiredLink === 'staysPending' && reissueLinks === 'never' && !deleteWhilePending;
      if (isHeld) {
        const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
        expect(page.title).toBe('AWS is still holding an old link');
        // As soon as the service lets go, the same link works.
        fixture.gateloop.agentCore.setBehaviors({ deleteWhilePending: true });
        await fixture.advance(10 * MINUTE);
      }
      const result = await fixture.consent(browser);
      expect(result.title).toBe('Done: “issues” is ready');
      expect(
        fixture.messages().filter(({ subject = '' }) => subject.includes('consent is needed')),
      ).toHaveLength(1);
    },
    60_000,
  );
});

describe('Where every read of a target gives a new link and voids the one before', () => {
  const switches = { reissueLinks: 'onRead', replacedLinks: 'invalid' } as const;

  it('nothing of ours reads it while a person is at the login', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: switches });
    await fixture.advance(25 * MINUTE);
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    expect(fixture.calls('CompleteResourceTokenAuth')).toBe(1);
  });

  it('a look in the middle costs the person one more click, and no more', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: switches });
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'grant');
    await fixture.reconcile();
    const page = await browser.open(back);
    expect(page.title).toBe('Please do that once more');
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('a link that was voided before the login leads back to a fresh one', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: switches });
    const browser = fixture.browser();
    const voided = await fixture.openProvider(browser);
    await fixture.reconcile();
    expect(() => fixture.gateloop.agentCore.consent(voided)).toThrow('expired');
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
  });
});
