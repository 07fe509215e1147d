import { afterEach, describe, expect, it } from 'vitest';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const subjects = () => fixture.messages().map(({ subject = '' }) => subject);

describe('messages about one question', () => {
  it('are one request and one outcome over lapse, looks, click, renewal of the link and a second click', async () => {
    fixture = await ConsentFixture.start({
      system: system(),
      settings: 'authorization: { remindAfter: [], escalateAfter: 12 hours, expireAfter: 1 day }',
    });
    const asked = subjects();
    expect(asked.filter((subject) => /consent is needed/.test(subject))).toHaveLength(1);
    // The link lapses, and drift passes look at the failed target.
    for (let pass = 0; pass < 3; pass += 1) {
      await fixture.advance(15 * MINUTE);
      await fixture.reconcile();
    }
    expect(subjects()).toEqual(asked);
    // The person clicks, which restarts the operation, and leaves the login.
    await fixture.openProvider(fixture.browser());
    await fixture.reconcile();
    expect(subjects()).toEqual(asked);
    await fixture.advance(15 * MINUTE);
    await fixture.reconcile();
    expect(subjects()).toEqual(asked);
    // The person comes back and consents.
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    await fixture.settle();
    await fixture.reconcile();
    const told = subjects().slice(asked.length);
    expect(told.filter((subject) => /consent|wait/i.test(subject))).toEqual([]);
    expect(told.length).toBeLessThanOrEqual(1);
  });
});

describe('messages about a synchronization that needs a consent', () => {
  it('are the request alone: the target is ready before it, during it and after it', async () => {
    fixture = await ConsentFixture.start({
      system: system(),
      settings:
        'resync: rate(1 hour), authorization: { remindAfter: [], escalateAfter: 12 hours, expireAfter: 1 day }',
    });
    await fixture.consent(fixture.browser());
    await fixture.settle();
    const before = subjects();
    await fixture.advance(HOUR + MINUTE);
    await fixture.reconcile();
    const asked = subjects().slice(before.length);
    expect(asked).toEqual([expect.stringMatching(/consent is needed/)]);
    const browser = fixture.browser();
    await fixture.openProvider(browser);
    await fixture.reconcile();
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
    await fixture.settle();
    await fixture.reconcile();
    expect(subjects().slice(before.length)).toEqual(asked);
  });
});

describe('a target that leaves the manifest while it waits for a consent', () => {
  it.each([
    ['refuses to delete it', false],
    ['deletes it', true],
  ])(
    'is gone a while later, where the service %s, and no outcome waits for a person',
    async (_title, deleteWhilePending) => {
      fixture = await ConsentFixture.start({ system: system(), behaviors: { deleteWhilePending } });
      const told = subjects().length;
      fixture.upload(fixture.manifest('prune: true').replace(/ {4}targets:[\s\S]*$/, ''));
      await fixture.advance(MINUTE);
      expect(await fixture.resourceRecord()).toMatchObject({ state: 'in-progress' });
      expect((await fixture.resourceRecord())?.reasons.join()).toContain('Nobody needs to open the link.');
      await fixture.settle();
      expect(fixture.calls('DeleteGatewayTarget')).toBe(1);
      expect(await fixture.resourceRecord()).toMatchObject({ state: 'absent' });
      expect(fixture.system.outcome(fixture.workspace).outcome).toBe('ready');
      expect(
        subjects()
          .slice(told)
          .filter((subject) => /wait/i.test(subject)),
      ).toEqual([]);
    },
  );
});
