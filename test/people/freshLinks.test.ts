import { afterEach, describe, expect, it } from 'vitest';
import type { Switches } from '../../local/agentcore/settings/switches.ts';
import { Scene, sharedSystem } from './scene.ts';

const MINUTE = 60_000;

/** Everything that is not known of links, in all its combinations. */
const combinations: Partial<Switches>[] = (['staysPending', 'fails'] as const).flatMap((lapsedLink) =>
  (['never', 'onRead', 'afterLapse'] as const).flatMap((reissueLinks) =>
    (['accepted', 'refused'] as const).flatMap((afterLapse) =>
      [false, true].map((deleteWhilePending): Partial<Switches> => {
        // Independent of the others: each value goes with half of the combinations.
        const afterConsent = (afterLapse === 'accepted') === deleteWhilePending ? 'working' : 'staysPending';
        return { lapsedLink, reissueLinks, afterLapse, deleteWhilePending, afterConsent };
      }),
    ),
  ),
);

const worded = (switches: Partial<Switches>) => Object.values(switches).join(', ');

const system = sharedSystem();
let scene: Scene;
afterEach(() => scene.close());

describe('a durable link that is opened long after the message', () => {
  it.each(combinations.map((switches) => [worded(switches), switches] as const))(
    'leads to a target that is ready where the service does: %s',
    async (_, switches) => {
      scene = await Scene.start({ on: system(), switches });
      await scene.pass(25 * MINUTE);
      const { lapsedLink, reissueLinks, deleteWhilePending } = switches;
      const browser = scene.browser();
      const isHeld = lapsedLink === 'staysPending' && reissueLinks === 'never' && !deleteWhilePending;
      if (isHeld) {
        const page = await scene.follow(browser, await browser.press(scene.link()));
        expect(page.title).toBe('AWS is still holding an old link');
        // As soon as the service lets go, the same link works.
        scene.gateloop.agentCore.setSwitches({ deleteWhilePending: true });
        await scene.pass(10 * MINUTE);
      }
      const result = await scene.consent(browser);
      expect(result.title).toBe('Done: “issues” is ready');
      expect(
        scene.messages().filter(({ subject = '' }) => subject.includes('consent is needed')),
      ).toHaveLength(1);
    },
    60_000,
  );
});

describe('Where every read of a target gives a new link and voids the one before', () => {
  const switches = { reissueLinks: 'onRead', replacedLinks: 'void' } as const;

  it('nothing of ours reads it while a person is at the login', async () => {
    scene = await Scene.start({ on: system(), switches });
    await scene.pass(25 * MINUTE);
    expect((await scene.consent(scene.browser())).title).toBe('Done: “issues” is ready');
    expect(scene.calls('CompleteResourceTokenAuth')).toBe(1);
  });

  it('a look in the middle costs the person one more click, and no more', async () => {
    scene = await Scene.start({ on: system(), switches });
    const browser = scene.browser();
    const back = await scene.decide(await scene.toProvider(browser), 'grant');
    await scene.look();
    const page = await browser.open(back);
    expect(page.title).toBe('Please do that once more');
    expect((await scene.consent(browser)).title).toBe('Done: “issues” is ready');
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('a link that was voided before the login leads back to a fresh one', async () => {
    scene = await Scene.start({ on: system(), switches });
    const browser = scene.browser();
    const voided = await scene.toProvider(browser);
    await scene.look();
    expect(() => scene.gateloop.agentCore.consent(voided)).toThrow('has lapsed');
    expect((await scene.consent(browser)).title).toBe('Done: “issues” is ready');
  });
});
