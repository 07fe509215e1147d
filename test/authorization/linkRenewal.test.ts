import { afterEach, describe, expect, it } from 'vitest';
import type { Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;

/** All combinations of the behaviors of links that AWS does not document. */
const combinations: Partial<Behaviors>[] = (['staysPending', 'fails'] as const).flatMap((expiredLink) =>
  (['never', 'onRead', 'afterExpiry'] as const).flatMap((reissueLinks) =>
    (['accepted', 'rejected'] as const).flatMap((afterExpiry) =>
      [false, true].map((deleteWhilePending): Partial<Behaviors> => {
        // This behavior does not depend on the others: half of the combinations have each value.
        const afterConsent = (afterExpiry === 'accepted') === deleteWhilePending ? 'working' : 'staysPending';
        return {
          expiredLink,
          reissueLinks,
          afterLinkExpiry: afterExpiry,
          deleteWhilePending,
          afterConsent,
        };
      }),
    ),
  ),
);

const titleOf = (behaviors: Partial<Behaviors>) => Object.values(behaviors).join(', ');

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

describe('a durable link that is opened long after the message', () => {
  it.each(combinations.map((behaviors) => [titleOf(behaviors), behaviors] as const))(
    'leads to a ready target with these behaviors of the service: %s',
    async (_, behaviors) => {
      fixture = await ConsentFixture.start({ system: system(), behaviors });
      await fixture.advance(25 * MINUTE);
      const { expiredLink, reissueLinks, deleteWhilePending } = behaviors;
      const browser = fixture.browser();
      const staysHeld = expiredLink === 'staysPending' && reissueLinks === 'never' && !deleteWhilePending;
      if (staysHeld) {
        const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
        expect(page.title).toBe('AWS is still holding an old link');
        // The same link works as soon as the service permits the deletion.
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

describe('when every read of a target issues a new link and voids the one before', () => {
  const behaviors = { reissueLinks: 'onRead', replacedLinks: 'invalid' } as const;

  it('Gateloop does not read the target while a person is at the login', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors });
    await fixture.advance(25 * MINUTE);
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    expect(fixture.calls('CompleteResourceTokenAuth')).toBe(1);
  });

  it('a reconcile during the login costs the person exactly one more click', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors });
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'grant');
    await fixture.reconcile();
    const page = await browser.open(back);
    expect(page.title).toBe('Please do that once more');
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('a link that was voided before the login leads back to a fresh one', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors });
    const browser = fixture.browser();
    const voided = await fixture.openProvider(browser);
    await fixture.reconcile();
    expect(() => fixture.gateloop.agentCore.consent(voided)).toThrow('expired');
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
  });
});
