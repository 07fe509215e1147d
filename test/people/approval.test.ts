import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, toolSchema } from '../system/system.ts';
import { Browser } from './browser.ts';

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(() => system.gateloop.close());

const WORKSPACE = 'payments';

async function start(approve: 'never' | 'breaking' | 'always'): Promise<void> {
  system.upload(WORKSPACE, 'schemas/cards.json', toolSchema(['find', 'refund']));
  system.upload(WORKSPACE, 'manifest.yaml', manifestOf(['cards'], { settings: `{ approve: ${approve} }` }));
  await system.settle();
}

async function change(schema: string): Promise<void> {
  system.upload(WORKSPACE, 'schemas/cards.json', schema);
  await system.settle();
}

const links = () =>
  system.gateloop.aws.outbox
    .list()
    .flatMap(({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? []);
const updates = () => system.gateloop.agentCore.calls().UpdateGatewayTarget ?? 0;
const outcome = () => system.outcome(WORKSPACE);
const withoutRefund = toolSchema(['find']);

describe('A new schema that takes a tool away', () => {
  it('waits for a yes on a page that shows what changes, and is applied then', async () => {
    await start('breaking');
    await change(withoutRefund);
    expect(updates()).toBe(0);
    expect(outcome().outcome).toBe('awaiting');
    const browser = new Browser(system.gateloop);
    const [link = ''] = links();
    const page = await browser.open(link);
    expect(page.title).toBe('May the tools of “cards” change?');
    expect(page.text).toMatch(/refund: The tool is gone\. may break agents/);
    await browser.press(`${link}/decide`, { answer: 'yes', reason: 'agreed' });
    await system.settle();
    expect(updates()).toBe(1);
    expect(outcome().outcome).toBe('ready');
    expect((await browser.open(link)).title).toBe('Done: “cards” is ready');
  });

  it('is not applied after a no, which the outcome says, and another one asks anew', async () => {
    await start('breaking');
    await change(withoutRefund);
    const browser = new Browser(system.gateloop);
    await browser.press(`${links()[0]}/decide`, { answer: 'no' });
    await system.settle();
    expect(updates()).toBe(0);
    const target = outcome().resources.find(({ address }) => address === 'gatewayTarget/front/cards');
    expect(target?.state).toBe('refused');
    expect(target?.reasons.join()).toContain('last good schema stays');
    await change(toolSchema(['search']));
    expect(links()).toHaveLength(2);
    // What was taken back needs no answer any more.
    await change(toolSchema(['find', 'refund']));
    expect(outcome().outcome).toBe('ready');
    expect((await browser.open(links()[1] ?? '')).title).toBe('Nothing is left to do here');
  });

  it('cannot be approved by a GET, nor by a click that is meant for a login', async () => {
    await start('breaking');
    await change(withoutRefund);
    const browser = new Browser(system.gateloop);
    await browser.open(`${links()[0]}/decide?answer=yes`);
    await browser.press(links()[0] ?? '');
    await system.settle();
    expect(updates()).toBe(0);
  });
});

describe('A change that adds a tool', () => {
  it.each([
    ['never', 1, 0],
    ['breaking', 1, 0],
    ['always', 0, 1],
  ] as const)('is held to the rule "%s"', async (approve, applied, asked) => {
    await start(approve);
    await change(toolSchema(['find', 'refund', 'void']));
    expect(updates()).toBe(applied);
    expect(links()).toHaveLength(asked);
  });
});

describe('A change that breaks', () => {
  it('is made at once where the workspace says never', async () => {
    await start('never');
    await change(withoutRefund);
    expect(updates()).toBe(1);
    expect(links()).toEqual([]);
  });
});
