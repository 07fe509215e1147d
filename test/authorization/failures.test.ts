import { afterEach, describe, expect, it } from 'vitest';
import { hashId } from '../../core/authorization/hashId.ts';
import { updateRequest } from '../../functions/requests/updateRequest.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const COMPLETE = 'CompleteResourceTokenAuth';

describe('a page that fails', () => {
  it('shows the correlation id of the error in the log, which contains no secret', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    const before = fixture.gateloop.aws.functions.log.entries({ function: 'authorization-pages' }).length;
    const error = { fault: 'error', error: 'ValidationException', message: 'of session urn:secret' } as const;
    fixture.gateloop.agentCore.setFaults([{ ...error, operation: 'GetGatewayTarget' }]);
    const page = await browser.submit(`${fixture.link()}?session_id=urn:secret`);
    expect([page.status, page.title]).toEqual([500, 'Something went wrong on our side']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const [number = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(page.text) ?? [];
    const lines = fixture.gateloop.aws.functions.log
      .entries({ function: 'authorization-pages' })
      .slice(before);
    const line = lines.map(({ text }) => text).find((text) => text.includes(number)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      level: 'ERROR',
      correlation: number,
      method: 'POST',
      route: '/authorizations/:id',
      failure: { name: 'ValidationException' },
    });
    const written = lines.map(({ text }) => text).join('\n');
    for (const secret of ['urn:secret', fixture.link().slice(-32), 'session_id'])
      expect(written).not.toContain(secret);
    // The link keeps working.
    fixture.gateloop.agentCore.setFaults([]);
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
  });
});

describe('a completion that was interrupted', () => {
  /** Stores the consent and does not call the service, as a function does that is killed in between. */
  const interruptCompletion = async () => {
    const back = await fixture.decide(await fixture.openProvider(fixture.browser()), 'grant');
    const reference = hashId(fixture.link().slice(-32));
    const attempt = (await fixture.ledger.readRequest(reference))?.request.attempts[0];
    const { browser = '', session = '', userId = '' } = attempt ?? {};
    const { clock } = fixture.gateloop;
    await updateRequest(reference, { type: 'consented', browser, session }, clock.now(), fixture.ledger);
    return { back, userId };
  };

  it('keeps the page waiting at first, and is repeated when a person clicks later', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    await interruptCompletion();
    const browser = fixture.browser();
    expect((await browser.open(fixture.link())).title).toBe('Almost done');
    await fixture.advance(3 * 60_000);
    expect((await browser.open(fixture.link())).title).toBe('Please press the button once more');
    const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
    expect(page.title).toBe('Done: “issues” is ready');
    expect(browser.providerUrl).toBeUndefined();
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('leads to a new authorization once its link expired', async () => {
    fixture = await ConsentFixture.start({ system: system(), behaviors: { expiredLink: 'fails' } });
    await interruptCompletion();
    await fixture.advance(12 * 60_000);
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('is recognized as done when the service completed it', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const { back, userId } = await interruptCompletion();
    await fixture.completeAuthorization(back, userId);
    await fixture.advance(3 * 60_000);
    const browser = fixture.browser();
    const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
    expect(page.title).toBe('Done: “issues” is ready');
    expect(browser.providerUrl).toBeUndefined();
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });
});

describe('a completion that AWS rejects or does not acknowledge', () => {
  it('is retried by the page until AWS accepts it', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    fixture.gateloop.agentCore.setFaults([{ fault: 'error', operation: COMPLETE, times: 4 }]);
    const browser = fixture.browser();
    const back = await fixture.decide(await fixture.openProvider(browser), 'grant');
    const page = await browser.open(back);
    expect(page.text).toContain('this page tries again by itself');
    expect((await fixture.followRefreshes(browser, page)).title).toBe('Done: “issues” is ready');
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it.each(['working', 'staysPending'] as const)(
    'counts when its response was lost, with the target %s',
    async (afterConsent) => {
      fixture = await ConsentFixture.start({ system: system(), behaviors: { afterConsent } });
      fixture.gateloop.agentCore.setFaults([
        { fault: 'disconnect', operation: COMPLETE, when: 'after', times: 1 },
      ]);
      const result = await fixture.consent(fixture.browser());
      expect(result.title).toBe('Done: “issues” is ready');
      expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
    },
  );

  it('is shown as accepted, not as missing, when the target fails afterwards', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const reason = 'The MCP server does not answer.';
    fixture.gateloop.agentCore.setFaults([
      { fault: 'fail', operation: 'CreateGatewayTarget', reason, times: 1 },
    ]);
    const browser = fixture.browser();
    const result = await fixture.consent(browser);
    expect(result.title).toBe('Your yes arrived, but “issues” is not ready');
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed']);
    // The next attempt needs another consent, and the old link shows how its request ended.
    await fixture.settle();
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
  });
});
