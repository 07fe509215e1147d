import {
  GetGatewayTargetCommand,
  UpdateGatewayTargetCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OperateOptions, operate } from '../../cli/operate/operate.ts';
import { ConsentFixture, sharedSystem } from '../authorization/consentFixture.ts';
import { type System, startSystem, toolSchema, uploadWorkspace, writesIn } from './system.ts';

const TARGETS = Array.from({ length: 9 }, (_, index) => `t${index}`);

let system: System;
let run: (action: OperateOptions['action'], workspace?: string) => Promise<boolean>;
beforeAll(async () => {
  system = await startSystem();
  const { environment } = system.gateloop.aws;
  const clientOf = (service: string) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });
  const sfn = new SFNClient(clientOf('SFN'));
  run = async (action, workspace) => {
    const options = { action, to: { data: '' }, json: false, ...(workspace !== undefined && { workspace }) };
    const ports = {
      ledger: system.ledger,
      sfn,
      prefix: '',
      say: () => {},
      now: () => system.gateloop.clock.now(),
    };
    const { changed } = await operate(options, ports);
    await system.settle();
    return changed;
  };
});
afterAll(() => system.close());

/** Describes targets in the console. */
async function describeByHand(workspace: string, targets: readonly string[]): Promise<void> {
  const { resources } = system.outcome(workspace);
  const idOf = (name: string) => resources.find((each) => each.name === name)?.id ?? '';
  for (const target of targets) {
    const ids = { gatewayIdentifier: idOf(workspace), targetId: idOf(`${workspace}/${target}`) };
    const { name, targetConfiguration, credentialProviderConfigurations } = await system.control.send(
      new GetGatewayTargetCommand(ids),
    );
    const given = { name, targetConfiguration, credentialProviderConfigurations };
    await system.control.send(new UpdateGatewayTargetCommand({ ...ids, ...given, description: 'by hand' }));
    await system.gateloop.aws.until(
      async () => (await system.control.send(new GetGatewayTargetCommand(ids))).status === 'READY',
    );
  }
}

const writesDuring = async (work: () => Promise<unknown>) =>
  writesIn(
    await system.callsDuring(async () => {
      await work();
    }),
  );
const operatorMessages = () => system.messages('healing is held back');

describe('the breaker', () => {
  it('the breaker: reverts nothing when more than half of a workspace was changed, tells the operators once, and goes on when they say so', async () => {
    uploadWorkspace(system, 'tripped', TARGETS, { settings: '{ selfHeal: true }' });
    await system.settle();
    await describeByHand('tripped', TARGETS.slice(0, 6));
    for (let pass = 0; pass < 3; pass += 1) {
      expect(await writesDuring(() => system.reconcile('tripped'))).toEqual({});
      await system.advance(900_000);
    }
    const { outcome, resources } = system.outcome('tripped');
    expect(outcome).toBe('drifted');
    const drifted = resources.filter(({ state }) => state === 'drifted');
    expect(drifted).toHaveLength(6);
    expect(drifted[0]).toMatchObject({
      reasons: [expect.stringContaining('gateloop heal tripped')],
      differences: [{ path: 'description', change: 'added' }],
    });
    expect(operatorMessages()).toEqual([expect.stringContaining('npx gateloop heal tripped')]);
    expect(await writesDuring(() => run('heal', 'tripped'))).toEqual({ UpdateGatewayTarget: 6 });
    expect(system.outcome('tripped').outcome).toBe('ready');
    expect(await writesDuring(() => system.reconcile('tripped'))).toEqual({});
    expect(await run('heal', 'tripped')).toBe(false);
    expect(operatorMessages()).toHaveLength(1);
  });

  it('the breaker: holds back no change of the manifest', async () => {
    uploadWorkspace(system, 'edited', TARGETS, { settings: '{ selfHeal: true }' });
    await system.settle();
    await describeByHand('edited', TARGETS.slice(0, 6));
    const writes = await writesDuring(async () => {
      system.upload('edited', 'schemas/t8.json', toolSchema(['find', 'more']));
      await system.settle();
    });
    expect(writes).toEqual({ UpdateGatewayTarget: 1 });
    expect(system.states('edited')).toMatchObject({ 'edited/t0': 'drifted', 'edited/t8': 'ready' });
  });
});

describe('suspended changes', () => {
  it('suspended changes: stop every write of every workspace, and are made after the resumption', async () => {
    uploadWorkspace(system, 'paused', ['one', 'two']);
    await system.settle();
    await run('suspend');
    const suspended = await writesDuring(async () => {
      system.upload('paused', 'schemas/one.json', toolSchema(['find', 'more']));
      uploadWorkspace(system, 'fresh', ['one']);
      await system.settle();
    });
    expect(suspended).toEqual({});
    expect(system.outcome('paused').outcome).toBe('suspended');
    expect(system.states('paused')).toEqual({
      paused: 'ready',
      'paused/one': 'suspended',
      'paused/two': 'ready',
    });
    expect(system.states('fresh')).toEqual({ fresh: 'suspended', 'fresh/one': 'suspended' });
    expect(system.gateloop.aws.stateMachines.list('reconcile').map(({ status }) => status)).not.toContain(
      'FAILED',
    );
    expect(await writesDuring(() => run('resume'))).toEqual({
      UpdateGatewayTarget: 1,
      CreateGateway: 1,
      CreateGatewayTarget: 1,
    });
    expect([system.outcome('paused').outcome, system.outcome('fresh').outcome]).toEqual(['ready', 'ready']);
  });
});

describe('suspended changes: people', () => {
  const consenting = sharedSystem();

  it('suspended changes: a person finishes the consent that is under way, and nobody is asked anew', async () => {
    const fixture = await ConsentFixture.start({ system: consenting() });
    const browser = fixture.browser();
    const provider = await fixture.openProvider(browser);
    await fixture.ledger.suspend(undefined, { since: fixture.gateloop.clock.now() });
    const asked = fixture.messages().length;
    const returned = await browser.open(await fixture.decide(provider, 'grant'));
    const page = await fixture.followRefreshes(browser, returned);
    expect(page.title).toBe('Done: “issues” is ready');
    expect(await fixture.resourceRecord()).toMatchObject({ state: 'ready' });
    // Another target would need a consent of its own.
    fixture.upload(fixture.manifest().replaceAll('issues:', 'others:'));
    await fixture.settle();
    const isQuestion = ({ subject = '' }) => subject.includes('consent is needed');
    expect(fixture.messages().slice(asked).filter(isQuestion)).toEqual([]);
    expect(await fixture.resourceRecord(`gatewayTarget/${fixture.workspace}/others`)).toMatchObject({
      state: 'suspended',
    });
    await fixture.ledger.resume(undefined);
    await fixture.reconcile();
    expect(fixture.messages().filter(isQuestion)).toHaveLength(2);
    await fixture.close();
  }, 60_000);

  it('suspended changes: a person who needs a new link is told why there is none, and so is the owner', async () => {
    const fixture = await ConsentFixture.start({ system: consenting() });
    await fixture.advance(25 * 60_000);
    await fixture.ledger.suspend(undefined, { since: fixture.gateloop.clock.now() });
    const browser = fixture.browser();
    const page = await fixture.followRefreshes(browser, await browser.submit(fixture.link()));
    expect(page.title).toBe('Your login has to wait');
    await fixture.settle();
    const { reasons = [] } = (await fixture.resourceRecord()) ?? {};
    expect(reasons.join()).toContain('needs a new authorization link');
    expect(reasons.join()).toContain('gateloop resume');
    await fixture.ledger.resume(undefined);
    await fixture.reconcile();
    expect((await fixture.consent(browser)).title).toBe('Done: “issues” is ready');
    await fixture.close();
  }, 60_000);
});
