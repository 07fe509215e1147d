import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGuardrails } from '../../core/guardrails/guardrails.ts';
import { guardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import type { ResourceReport } from '../../core/reconcile/plan.ts';
import { linksIn, type System, startSystem, toolSchema, uploadWorkspace } from '../system/system.ts';
import { Browser } from './browser.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
  system.putGuardrails(guardrailsFile({ ...openGuardrails, deletions: 1 }));
});
afterAll(() => system.close());

/** Each test has its own workspace and gateway. */
let workspace = '';
let tests = 0;
let writesBefore = 0;
beforeEach(() => {
  writesBefore = system.gateloop.agentCore.writes().length;
  tests += 1;
  workspace = `retired-${tests}`;
});

const PRUNE = '{ prune: true }';
const BREAKING = '{ prune: true, approve: breaking }';

async function upload(targets: readonly string[], settings = PRUNE, gateway = workspace): Promise<void> {
  uploadWorkspace(system, workspace, targets, { settings, gateway });
  await system.settle();
}

const links = () => [
  ...new Set(
    linksIn(system.gateloop.aws.outbox.list().filter(({ attributes }) => attributes.workspace === workspace)),
  ),
];
const answer = async (yes: boolean, at = links().at(-1)) => {
  const page = await new Browser(system.gateloop).submit(`${at}/decide`, { answer: yes ? 'yes' : 'no' });
  await system.settle();
  return page;
};
/** What Gateloop has written since the test began. */
const writes = (operation: string) =>
  system.gateloop.agentCore
    .writes()
    .slice(writesBefore)
    .filter((each) => each.operation === operation);
const deletes = () => writes('DeleteGatewayTarget').length;
const reports = (): Record<string, ResourceReport> =>
  Object.fromEntries(system.outcome(workspace).resources.map((report) => [report.name, report]));
const state = (target: string) => reports()[`${workspace}/${target}`]?.state;

describe('an upload that deletes what agents use', () => {
  it('deletion: several are one question with all tools by name, and one yes deletes them all', async () => {
    await upload(['cards', 'refunds', 'ledger']);
    system.upload(workspace, 'schemas/cards.json', toolSchema(['charge', 'void']));
    await system.settle();
    await upload(['ledger']);
    expect(deletes()).toBe(0);
    expect(system.outcome(workspace).outcome).toBe('awaiting');
    expect([state('cards'), state('refunds'), state('ledger')]).toEqual([
      'awaiting-approval',
      'awaiting-approval',
      'ready',
    ]);
    expect(links()).toHaveLength(1);
    const page = await new Browser(system.gateloop).open(links()[0] ?? '');
    expect(page.title).toBe('May 2 resources with 3 tools be deleted?');
    for (const name of ['cards', 'charge', 'void', 'refunds', 'find']) expect(page.text).toContain(name);

    expect((await answer(true)).title).toBe('Thank you. It is being deleted');
    expect(deletes()).toBe(2);
    expect(Object.keys(reports())).toEqual([workspace, `${workspace}/ledger`]);
    expect(links()).toHaveLength(1);
  });

  it('deletion: after a no everything stays, and nobody is asked again', async () => {
    await upload(['cards', 'refunds']);
    await upload([]);
    await answer(false);
    await system.reconcile(workspace);
    expect(deletes()).toBe(0);
    expect([state('cards'), state('refunds')]).toEqual(['refused', 'refused']);
    expect(links()).toHaveLength(1);
    // Of two, one may go without a yes, but a person has refused this one.
    await upload(['cards']);
    expect(deletes()).toBe(0);
  });

  it('deletion: with approve: breaking, one target needs a yes, also when the same upload turns approve off', async () => {
    await upload(['cards', 'ledger'], BREAKING);
    await upload(['ledger'], PRUNE);
    expect(deletes()).toBe(0);
    expect(links()).toHaveLength(1);
    await answer(true);
    expect(deletes()).toBe(1);
  });

  it('deletion: the guardrails say how many need no yes', async () => {
    await upload(['cards', 'refunds']);
    system.putGuardrails(guardrailsFile({ ...openGuardrails, deletions: 2 }));
    await upload([]);
    system.putGuardrails(guardrailsFile({ ...openGuardrails, deletions: 1 }));
    expect(deletes()).toBe(2);
    expect(links()).toEqual([]);
  });

  it('deletion: one target that nobody has to approve goes without a question', async () => {
    await upload(['cards', 'ledger']);
    await upload(['ledger']);
    expect(deletes()).toBe(1);
    expect(links()).toEqual([]);
  });

  it('deletion: a set that grows is asked about anew, and the first link decides nothing', async () => {
    await upload(['cards', 'refunds', 'ledger']);
    await upload(['ledger']);
    await upload([]);
    const [first = '', second] = links();
    expect(links()).toHaveLength(2);
    await answer(true, first);
    expect(deletes()).toBe(0);
    expect((await new Browser(system.gateloop).open(first)).text).toContain('has changed');
    await answer(true, second);
    expect(deletes()).toBe(3);
  });

  it('deletion: targets that return to the manifest withdraw the question', async () => {
    await upload(['cards', 'refunds']);
    await upload([]);
    await upload(['cards', 'refunds']);
    expect(system.outcome(workspace).outcome).toBe('ready');
    await answer(true);
    expect(deletes()).toBe(0);
    expect((await new Browser(system.gateloop).open(links()[0] ?? '')).title).toBe('Nothing is left to do');
  });

  it.each(['poll', 'notify', 'authorization-pages'] as const)(
    'deletion: one question and one deletion of each, although %s crashes after its work',
    async (name) => {
      await upload(['cards', 'refunds']);
      system.gateloop.aws.functions.dropResponses(name);
      await upload([]);
      await answer(true);
      await answer(true);
      await system.reconcile(workspace);
      expect(deletes()).toBe(2);
      expect(links()).toHaveLength(1);
    },
  );
});

describe('an upload that renames', () => {
  it('rename: a target is created and ready under its new name before the old one is deleted', async () => {
    await upload(['cards']);
    system.upload(workspace, 'schemas/cards.json', toolSchema());
    const manifest = (name: string) => `settings: ${PRUNE}
gateways:
  ${workspace}:
    roleArn: arn:aws:iam::123456789012:role/gateway
    authorizerType: AWS_IAM
    targets:
      ${name}:
        targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:cards', toolSchema: { file: schemas/cards.json } } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;
    system.upload(workspace, 'manifest.yaml', manifest('cards'));
    await system.settle();
    system.upload(workspace, 'manifest.yaml', manifest('payments'));
    await system.settle();
    expect(system.outcome(workspace).outcome).toBe('ready');
    const [created] = writes('CreateGatewayTarget').slice(-1);
    const [deleted] = writes('DeleteGatewayTarget');
    // A Lambda target is ready half a second after its creation, at the earliest.
    expect((deleted?.at ?? 0) - (created?.at ?? 0)).toBeGreaterThan(500);
  });

  it('rename: a gateway with its targets is created before the old ones are deleted, which a person approves', async () => {
    await upload(['cards']);
    const renamed = `${workspace}-next`;
    await upload(['cards'], PRUNE, renamed);
    expect(reports()).toMatchObject({
      [renamed]: { state: 'ready' },
      [`${renamed}/cards`]: { state: 'ready' },
      [workspace]: { state: 'awaiting-approval' },
      [`${workspace}/cards`]: { state: 'awaiting-approval' },
    });
    expect((await new Browser(system.gateloop).open(links()[0] ?? '')).text).toContain(
      `gatewayTarget/${renamed}/cards takes its place`,
    );
    await answer(true);
    expect(Object.keys(reports())).toEqual([renamed, `${renamed}/cards`]);
  });
});

describe('a protected resource', () => {
  const protectedTarget = (protect: boolean) => `      keeper:
        ${protect ? 'protect: true' : 'settings: {}'}
        targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:keeper', toolSchema: { file: schemas/cards.json } } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;
  const uploadWith = async (moreTargets: string) => {
    uploadWorkspace(system, workspace, ['cards'], { settings: PRUNE, moreTargets });
    await system.settle();
  };

  it('protect: the deletion is refused until an upload without the key was applied', async () => {
    await uploadWith(protectedTarget(true));
    await uploadWith('');
    expect(deletes()).toBe(0);
    expect(reports()[`${workspace}/keeper`]).toMatchObject({
      state: 'refused',
      reasons: [expect.stringContaining('is protected')],
    });
    await uploadWith(protectedTarget(false));
    await uploadWith('');
    expect(deletes()).toBe(1);
  });

  it('protect: unmanage gives it away, and nothing is deleted', async () => {
    await uploadWith(protectedTarget(true));
    await uploadWith(protectedTarget(true).replace('protect: true', 'unmanage: true'));
    expect(deletes()).toBe(0);
    expect(reports()).not.toHaveProperty(`${workspace}/keeper`);
  });
});
