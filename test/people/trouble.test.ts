import { afterEach, describe, expect, it } from 'vitest';
import { Scene, sharedSystem } from './scene.ts';

const system = sharedSystem();
let scene: Scene;
afterEach(() => scene.close());

const COMPLETE = 'CompleteResourceTokenAuth';

describe('When a page cannot be made', () => {
  it('the person is told so with a number, which finds the error in a log that gives nothing away', async () => {
    scene = await Scene.start({ on: system() });
    const browser = scene.browser();
    const before = scene.gateloop.aws.functions.log.entries({ function: 'authorize' }).length;
    const error = { fault: 'error', error: 'ValidationException', message: 'of session urn:secret' } as const;
    scene.gateloop.agentCore.setFaults([{ ...error, operation: 'GetGatewayTarget' }]);
    const page = await browser.press(`${scene.link()}?session_id=urn:secret`);
    expect([page.status, page.title]).toEqual([500, 'Something went wrong on our side']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const [number = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(page.text) ?? [];
    const lines = scene.gateloop.aws.functions.log.entries({ function: 'authorize' }).slice(before);
    const line = lines.map(({ text }) => text).find((text) => text.includes(number)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      level: 'ERROR',
      correlation: number,
      method: 'POST',
      route: '/authorizations/:id',
      failure: { name: 'ValidationException' },
    });
    const written = lines.map(({ text }) => text).join('\n');
    for (const secret of ['urn:secret', scene.link().slice(-32), 'session_id'])
      expect(written).not.toContain(secret);
    // The link stays good.
    scene.gateloop.agentCore.setFaults([]);
    expect((await scene.consent(browser)).title).toBe('Done: “issues” is ready');
  });
});

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
