import { afterEach, describe, expect, it } from 'vitest';
import { Scene, sharedSystem } from './scene.ts';

const system = sharedSystem();
let scene: Scene;
afterEach(() => scene.close());

const COMPLETE = 'CompleteResourceTokenAuth';

describe('When AWS has trouble of its own, a consent', () => {
  it('is handed over again by itself until it is taken', async () => {
    scene = await Scene.start({ on: system() });
    scene.gateloop.agentCore.setFaults([{ fault: 'error', operation: COMPLETE, times: 4 }]);
    const browser = scene.browser();
    const back = await scene.decide(await scene.toProvider(browser), 'grant');
    const page = await browser.open(back);
    expect(page.text).toContain('this page tries again by itself');
    expect((await scene.follow(browser, page)).title).toBe('Done: “issues” is ready');
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it.each(['working', 'staysPending'] as const)(
    'counts whose answer was lost on the way, with the target %s meanwhile',
    async (afterConsent) => {
      scene = await Scene.start({ on: system(), switches: { afterConsent } });
      scene.gateloop.agentCore.setFaults([{ fault: 'cut', operation: COMPLETE, when: 'after', times: 1 }]);
      const result = await scene.consent(scene.browser());
      expect(result.title).toBe('Done: “issues” is ready');
      expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
    },
  );

  it('that leads to a failure is told apart from one that was not given', async () => {
    scene = await Scene.start({ on: system() });
    const reason = 'The MCP server does not answer.';
    scene.gateloop.agentCore.setFaults([
      { fault: 'fail', operation: 'CreateGatewayTarget', reason, times: 1 },
    ]);
    const browser = scene.browser();
    const result = await scene.consent(browser);
    expect(result.title).toBe('Your yes arrived, but “issues” is not ready');
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
    // The next attempt needs a consent of its own, and the old link says how its request ended.
    await scene.settle();
    expect((await scene.consent(scene.browser())).title).toBe('Done: “issues” is ready');
  });
});
