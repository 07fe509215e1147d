import { afterEach, describe, expect, it } from 'vitest';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
/** No name server knows a host below `.example`: RFC 2606 reserves it. */
const UNREACHABLE = 'https://chat.example/hook-of-a-chat';

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
    .filter((entry) => entry.at >= startedAt && entry.text.includes(text))
    .map((entry) => entry.text);
let startedAt = 0;
const requestMessages = () =>
  fixture.messages().filter(({ subject = '' }) => /consent is needed/.test(subject));

describe('a channel that rejects every message', () => {
  it('does not delay other contacts, is tried three times, and again with each reminder', async () => {
    startedAt = system().gateloop.clock.now();
    await start();
    // Gateloop notified the other contact at once, and the request is open.
    expect(requestMessages().map(({ attributes }) => attributes.owner)).toEqual(['platform@example.com']);
    await fixture.advance(30 * MINUTE);
    expect(logged('A message did not reach every contact')).toHaveLength(3);
    expect(requestMessages()).toHaveLength(1);
    await fixture.advance(60 * MINUTE);
    expect(requestMessages().map(({ subject }) => subject?.includes('a reminder'))).toEqual([false, true]);
    expect(logged('A message did not reach every contact')).toHaveLength(6);
    // The log and the metric show operators which contact failed and how often, but not the link.
    expect(logged('A message did not reach every contact').join()).toContain('webhook');
    expect(logged('"MessagesFailed":1').length).toBeGreaterThanOrEqual(6);
    expect(logged(fixture.link().slice(-32))).toEqual([]);
    // The failing channel does not block the request: a person can consent.
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('is sent an outcome by three reconciles in all, and other contacts get it once', async () => {
    await start();
    const outcomeDelivery = async () =>
      (await fixture.ledger.readWorkspace(fixture.workspace)).outcomeDelivery;
    const outcomes = () => fixture.messages().filter(({ attributes }) => attributes.event === 'outcome');
    // The ledger does not name a webhook by its address, which is often a secret.
    const failedContacts = [expect.stringMatching(/^webhook at chat\.example \([0-9a-f]{12}\)$/)];
    expect(await outcomeDelivery()).toMatchObject({ failedContacts, attempts: 1 });
    for (const attempts of [2, 3, 3]) {
      await fixture.reconcile();
      expect(await outcomeDelivery()).toMatchObject({ failedContacts, attempts });
    }
    expect(outcomes().map(({ attributes }) => attributes.owner)).toEqual(['platform@example.com']);
    expect(outcomes()[0]?.message).toContain('waits for a person to authorize it');
  });
});
