import { afterEach, describe, expect, it } from 'vitest';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
/** Nobody listens there. */
const UNREACHABLE = 'https://127.0.0.1:1/hook-of-a-chat';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const start = async () => {
  const edit = (text: string) =>
    text.replace(
      'default: { email: platform@example.com }',
      `default: { email: platform@example.com, webhook: '${UNREACHABLE}' }`,
    );
  fixture = await ConsentFixture.start({ system: system(), edit, behaviors: { expiredLink: 'fails' } });
};
const logged = (text: string) =>
  fixture.gateloop.aws.functions.log
    .entries({ function: 'notify' })
    .filter((entry) => entry.at >= begun && entry.text.includes(text))
    .map((entry) => entry.text);
let begun = 0;
const asked = () => fixture.messages().filter(({ subject = '' }) => /consent is needed/.test(subject));

describe('a channel that rejects every message', () => {
  it('does not delay other contacts, is tried three times, and again with each reminder', async () => {
    begun = system().gateloop.clock.now();
    await start();
    // The other contact was told at once, and the request is open.
    expect(asked().map(({ attributes }) => attributes.owner)).toEqual(['platform@example.com']);
    await fixture.advance(30 * MINUTE);
    expect(logged('A message did not reach every contact')).toHaveLength(3);
    expect(asked()).toHaveLength(1);
    await fixture.advance(60 * MINUTE);
    expect(asked().map(({ subject }) => subject?.includes('a reminder'))).toEqual([false, true]);
    expect(logged('A message did not reach every contact')).toHaveLength(6);
    // What operators see: whom, how often, and nothing that could be used.
    expect(logged('A message did not reach every contact').join()).toContain('webhook');
    expect(logged('"MessagesFailed":1').length).toBeGreaterThanOrEqual(6);
    expect(logged(fixture.link().slice(-32))).toEqual([]);
    // Nothing waits for the channel: the request is answered as ever.
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('is sent an outcome by three reconciles in all, and other contacts get it once', async () => {
    await start();
    const told = async () => (await fixture.ledger.readWorkspace(fixture.workspace)).outcomeDelivery;
    const outcomes = () => fixture.messages().filter(({ attributes }) => attributes.event === 'outcome');
    // Never by its address, which is often a secret.
    const missed = [expect.stringMatching(/^webhook at 127\.0\.0\.1 \([0-9a-f]{12}\)$/)];
    expect(await told()).toMatchObject({ failedContacts: missed, attempts: 1 });
    for (const tries of [2, 3, 3]) {
      await fixture.reconcile();
      expect(await told()).toMatchObject({ failedContacts: missed, attempts: tries });
    }
    expect(outcomes().map(({ attributes }) => attributes.owner)).toEqual(['platform@example.com']);
    expect(outcomes()[0]?.message).toContain('waits for a person to authorize it');
  });
});
