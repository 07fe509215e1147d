import { UpdateGatewayTargetCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterEach, expect, it } from 'vitest';
import { hashId } from '../../core/authorization/hashId.ts';
import { linksIn } from '../system/system.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
const MOVED = 'https://mcp.example.com/moved';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => fixture.close());

/** A workspace whose target a person has consented to, so that it serves. */
async function startServing(settings = ''): Promise<void> {
  fixture = await ConsentFixture.start({ system: system(), settings });
  await fixture.consent(fixture.browser());
  await fixture.settle();
  expect(await status()).toBe('READY');
}

async function uploadMove(settings = ''): Promise<void> {
  fixture.upload(fixture.manifest(settings, MOVED));
  await fixture.settle();
}

const updates = () => fixture.calls('UpdateGatewayTarget');
const live = () => fixture.liveTarget();
const status = async () => (await live()).status;
const endpoint = async () => JSON.stringify((await live()).targetConfiguration);
const links = () => new Set(linksIn(fixture.messages()));

it('update consent: an update of a target that serves asks first, begins at the click, and ends READY', async () => {
  await startServing();
  await uploadMove();
  expect({ calls: updates(), status: await status() }).toEqual({ calls: 0, status: 'READY' });
  expect(links().size).toBe(2);
  const outcome = system().outcome(fixture.workspace);
  expect(outcome).toMatchObject({ outcome: 'awaiting' });
  expect(outcome.resources.find(({ address }) => address === fixture.target)).toMatchObject({
    state: 'awaiting-authorization',
    reasons: [expect.stringContaining('begins when they open the link')],
  });

  const browser = fixture.browser();
  expect((await browser.open(fixture.link())).text).toContain('Until you go on, Gateloop changes nothing');
  expect(updates()).toBe(0);
  const page = await fixture.consent(browser);
  expect(page.title).toBe('Done: “issues” is ready');
  expect({ calls: updates(), status: await status() }).toEqual({ calls: 1, status: 'READY' });
  expect(await endpoint()).toContain(MOVED);
  expect(links().size).toBe(2);
});

it('update consent: after a no the old configuration serves, and nobody is asked again', async () => {
  await startServing();
  await uploadMove();
  await fixture.browser().submit(`${fixture.link()}/refuse`);
  await fixture.settle();
  await fixture.advance(60 * MINUTE);
  await fixture.reconcile();
  expect({ calls: updates(), status: await status() }).toEqual({ calls: 0, status: 'READY' });
  expect(await endpoint()).not.toContain(MOVED);
  expect(await fixture.resourceRecord()).toMatchObject({ state: 'refused' });
  expect(links().size).toBe(2);
});

it('update consent: a change that is taken back withdraws the request', async () => {
  await startServing();
  await uploadMove();
  const reference = hashId(fixture.link().slice(-32));
  fixture.upload(fixture.manifest());
  await fixture.settle();
  expect((await fixture.ledger.readRequest(reference))?.request.state).toBe('withdrawn');
  expect(await fixture.resourceRecord()).toMatchObject({ state: 'ready' });
  expect(updates()).toBe(0);
});

it('update consent: selfHeal asks before it reverts a change by hand, and the change stays until the click', async () => {
  const settings = 'selfHeal: true';
  await startServing(settings);
  const { gatewayId, targetId } = await fixture.ids();
  const { name, targetConfiguration, credentialProviderConfigurations } = await live();
  await system().control.send(
    new UpdateGatewayTargetCommand({
      gatewayIdentifier: gatewayId,
      targetId,
      name,
      targetConfiguration,
      credentialProviderConfigurations,
      description: 'by hand',
    }),
  );
  await fixture.consentInConsole();
  const before = updates();
  await fixture.reconcile();
  expect(await status()).toBe('READY');
  expect(updates()).toBe(before);
  expect((await live()).description).toBe('by hand');
  expect(await fixture.resourceRecord()).toMatchObject({ state: 'awaiting-authorization' });

  await fixture.consent(fixture.browser());
  await fixture.settle();
  expect(await live()).toMatchObject({ status: 'READY' });
  expect((await live()).description).toBeUndefined();
  expect(await fixture.resourceRecord()).toMatchObject({ state: 'ready' });
});

it('update consent: one request and one update, although the answer to the update is lost', async () => {
  await startServing();
  await uploadMove();
  fixture.gateloop.agentCore.setFaults([
    { fault: 'disconnect', operation: 'UpdateGatewayTarget', when: 'after', times: 1 },
  ]);
  const page = await fixture.consent(fixture.browser());
  expect(page.title).toBe('Done: “issues” is ready');
  await fixture.settle();
  await fixture.reconcile();
  expect({ calls: updates(), status: await status() }).toEqual({ calls: 1, status: 'READY' });
  expect(links().size).toBe(2);
});

it.each(['poll', 'provision', 'notify'] as const)(
  'update consent: one request and one update, although %s crashes after its work',
  async (name) => {
    await startServing();
    if (name === 'notify') fixture.gateloop.aws.functions.dropResponses(name);
    await uploadMove();
    if (name !== 'notify') fixture.gateloop.aws.functions.dropResponses(name);
    await fixture.consent(fixture.browser());
    await fixture.settle();
    await fixture.reconcile();
    expect({ calls: updates(), status: await status() }).toEqual({ calls: 1, status: 'READY' });
    expect(links().size).toBe(2);
    expect(fixture.closedEvents().map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
  },
);
