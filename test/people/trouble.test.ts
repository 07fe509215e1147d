import { afterEach, describe, expect, it } from 'vitest';
import { referenceOf } from '../../core/authorization/reference.ts';
import { changeRequest } from '../../functions/requests/changeRequest.ts';
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

describe('A consent whose handing over was cut short', () => {
  /** As a function leaves it that ends between the ledger and the service. */
  const cutShort = async () => {
    const back = await scene.decide(await scene.toProvider(scene.browser()), 'grant');
    const reference = referenceOf(scene.link().slice(-32));
    const attempt = (await scene.ledger.readRequest(reference))?.request.attempts[0];
    const { browser = '', session = '', userId = '' } = attempt ?? {};
    const { clock } = scene.gateloop;
    await changeRequest(reference, { type: 'consented', browser, session }, clock.now(), scene.ledger);
    return { back, userId };
  };

  it('is waited for a while, and then handed over when somebody presses the button', async () => {
    scene = await Scene.start({ on: system() });
    await cutShort();
    const browser = scene.browser();
    expect((await browser.open(scene.link())).title).toBe('Almost done');
    await scene.pass(3 * 60_000);
    expect((await browser.open(scene.link())).title).toBe('Please press the button once more');
    const page = await scene.follow(browser, await browser.press(scene.link()));
    expect(page.title).toBe('Done: “issues” is ready');
    expect(browser.provider).toBeUndefined();
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('is asked for anew once its link has lapsed', async () => {
    scene = await Scene.start({ on: system(), switches: { lapsedLink: 'fails' } });
    await cutShort();
    await scene.pass(12 * 60_000);
    expect((await scene.consent(scene.browser())).title).toBe('Done: “issues” is ready');
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('is found out to have arrived, where it has', async () => {
    scene = await Scene.start({ on: system() });
    const { back, userId } = await cutShort();
    await scene.handOver(back, userId);
    await scene.pass(3 * 60_000);
    const browser = scene.browser();
    const page = await scene.follow(browser, await browser.press(scene.link()));
    expect(page.title).toBe('Done: “issues” is ready');
    expect(browser.provider).toBeUndefined();
    expect(scene.closings().map(({ outcome }) => outcome)).toEqual(['completed']);
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
