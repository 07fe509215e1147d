import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGuardrails } from '../../core/guardrails/guardrails.ts';
import { guardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { Browser } from '../../test/authorization/browser.ts';
import { CLIENT_SECRET, manifest as consentManifest } from '../../test/authorization/consentManifest.ts';
import {
  linksIn,
  manifestOf,
  type System,
  startSystem,
  toolSchema,
  writesIn,
} from '../../test/system/system.ts';
import { type Files, type Planned, planIn } from '../testing/planning.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    secrets: { 'shared/github': CLIENT_SECRET },
    agentCore: { behaviors: { unreachable: 'accepted' } },
  });
  system.putGuardrails(guardrailsFile({ ...openGuardrails, deletions: 1 }));
});
afterAll(() => system.close());

function upload(workspace: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) system.upload(workspace, path, content);
  return system.settle();
}

const resourceOf = ({ plan }: Planned, address: string) => {
  const found = plan?.resources.find((each) => each.address === address);
  if (!found) throw new Error(`the plan has no ${address}`);
  return found;
};

/** A workspace with a target for each name, and a schema for each. */
const workspaceOf = (gateway: string, targets: readonly string[], moreTargets = ''): Files => ({
  ...Object.fromEntries(targets.map((name) => [`schemas/${name}.json`, toolSchema([`${name}-tool`])])),
  'schemas/kept.json': toolSchema(['kept-tool']),
  'manifest.yaml': manifestOf(targets, { gateway, settings: '{ prune: true }', moreTargets }),
});

/** Plans, uploads the same, and says which calls that made. */
async function planAndPush(workspace: string, files: Files) {
  const planned = await planIn(system, workspace, files);
  const calls = writesIn(await system.callsDuring(() => upload(workspace, files)));
  return { planned, calls };
}

const kept = (name: string, keys = '') => `      ${name}:
        ${keys}
        targetConfiguration: { mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:kept', toolSchema: { file: schemas/kept.json } } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`;

describe('the people in a plan', () => {
  it('plan: names the deletions that a person is asked about, the person, and the tools that agents lose', async () => {
    await upload('retiring', workspaceOf('retiring', ['a', 'b', 'c']));
    const { planned, calls } = await planAndPush('retiring', workspaceOf('retiring', ['c']));
    for (const name of ['a', 'b'])
      expect(resourceOf(planned, `gatewayTarget/retiring/${name}`)).toMatchObject({
        action: 'delete',
        state: 'awaiting-approval',
        asks: [{ kind: 'deletion', owner: 'default' }],
        tools: [{ tool: `${name}-tool`, breaking: true }],
      });
    expect(planned.text).toContain(
      'Needs the approval of the deletions of default (owner), who will be asked.',
    );
    expect(calls).toEqual({});
    expect(system.outcome('retiring').outcome).toBe('awaiting');
    const again = await planIn(system, 'retiring', workspaceOf('retiring', ['c']));
    expect(again.text).toContain('who has had the link since');
  });

  it('plan: asks nobody about one deletion, and shows its tools', async () => {
    await upload('trimmed', workspaceOf('trimmed', ['a', 'b']));
    const { planned, calls } = await planAndPush('trimmed', workspaceOf('trimmed', ['b']));
    expect(resourceOf(planned, 'gatewayTarget/trimmed/a')).toMatchObject({
      action: 'delete',
      asks: [],
      tools: [{ tool: 'a-tool', breaking: true }],
    });
    expect(calls).toEqual({ DeleteGatewayTarget: 1 });
  });

  it('plan: says that a protected resource is not deleted, and how it could be', async () => {
    await upload('guarded', workspaceOf('guarded', ['a'], kept('keeper', 'protect: true')));
    const { planned, calls } = await planAndPush('guarded', workspaceOf('guarded', ['a']));
    expect(resourceOf(planned, 'gatewayTarget/guarded/keeper')).toMatchObject({
      action: 'refused',
      notes: [expect.stringContaining('without "protect"')],
    });
    expect(calls).toEqual({});
  });

  it('plan: creates a renamed target first, and says that the old one waits for it', async () => {
    await upload('renaming', workspaceOf('renaming', [], kept('before')));
    const { planned, calls } = await planAndPush('renaming', workspaceOf('renaming', [], kept('after')));
    expect(planned.plan?.resources.map(({ address, action }) => [address, action])).toEqual([
      ['gateway/renaming', 'nothing'],
      ['gatewayTarget/renaming/after', 'create'],
      ['gatewayTarget/renaming/before', 'delete'],
    ]);
    expect(resourceOf(planned, 'gatewayTarget/renaming/before').notes).toEqual([
      'It is deleted once gatewayTarget/renaming/after is ready.',
    ]);
    expect(calls).toEqual({ CreateGatewayTarget: 1, DeleteGatewayTarget: 1 });
  });

  it('plan: says who has to consent to the update of a target that serves, which begins at the click', async () => {
    const files = (endpoint: string): Files => ({
      'manifest.yaml': consentManifest('', `https://mcp.example.com/${endpoint}`, 'consenting'),
    });
    await upload('consenting', files('issues'));
    const browser = new Browser(system.gateloop);
    const [link = ''] = linksIn(system.gateloop.aws.outbox.list()).slice(-1);
    await browser.submit(link);
    let page = await browser.open(`${link}/go`);
    for (let round = 0; page.refresh && round < 20; round += 1) {
      await system.advance(page.refresh.seconds * 1000);
      page = await browser.open(page.refresh.url);
    }
    await browser.open(system.gateloop.agentCore.consent(browser.providerUrl ?? '', 'grant').href);
    await system.settle();
    expect(system.outcome('consenting').outcome).toBe('ready');

    const { planned, calls } = await planAndPush('consenting', files('moved'));
    expect(resourceOf(planned, 'gatewayTarget/consenting/issues')).toMatchObject({
      action: 'update',
      asks: [{ kind: 'authorization', owner: 'default' }],
      notes: [expect.stringContaining('begins when they open the link')],
    });
    expect(planned.text).toContain('Needs the consent of default (owner), who will be asked.');
    expect(calls).toEqual({});
  });
});
