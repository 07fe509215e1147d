import { expect, it } from 'vitest';
import { controlPlaneShapes } from '../../adapters/sdkShapes.ts';
import { type DesiredResource, type DesiredState, fingerprint } from '../../core/desired/desired.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { OutcomeDocument } from '../../core/storage/outcomeDocument.ts';
import type { SavedContract } from '../../core/storage/toolContractDocuments.ts';
import { plan } from './plan.ts';

const source = {
  gateway: 'front',
  registryId: 'AbCdEf123456',
  config: {},
  references: [],
  settings: defaultSettings,
  path: 'gateways.front.targetsFromRegistry',
  location: { file: 'manifest.yaml', line: 1, column: 1 },
};
const desired: DesiredState = {
  workspace: 'agents',
  revision: 'r',
  settings: { ...defaultSettings, prune: true },
  owners: {},
  resources: [],
  sources: [source],
  warnings: [],
};
const last: OutcomeDocument = {
  workspace: 'agents',
  outcome: 'ready',
  revision: 'r',
  problems: [],
  resources: [],
  time: '2026-11-20T10:00:00.000Z',
  since: '2026-11-20T10:00:00.000Z',
  owner: 'nobody',
  applied: { 'gatewayTarget/front/weather': {}, 'gatewayTarget/back/old': {} },
};

it('plan: keeps targets that a registry record may provide, and deletes other resources outside the manifest', async () => {
  const { resources } = await plan(desired, last, async () => undefined, controlPlaneShapes);
  expect(resources.map(({ address, action }) => [address, action])).toEqual([
    ['gatewayTarget/front/weather', 'keep'],
    ['gatewayTarget/back/old', 'delete'],
  ]);
  expect(resources[0]?.notes.join()).toContain(
    "kept while an approved record of the gateway's registry provides it, otherwise deleted",
  );
});

/** A target whose configuration differs from the applied one, for each value of `settings.approve`. */
async function notesOf(approve: 'never' | 'breaking', before?: SavedContract): Promise<string> {
  const resource: DesiredResource = {
    address: 'gatewayTarget/front/weather',
    kind: 'gatewayTarget',
    name: 'front/weather',
    config: { name: 'weather', description: 'new' },
    references: [],
    settings: { ...defaultSettings, approve },
    schema: { kind: 'openApi', sha256: 'a', tools: [] },
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  const applied = { ...last, applied: { 'gatewayTarget/front/weather': { fingerprint: 'f' } } };
  const { resources } = await plan(
    { ...desired, sources: [], resources: [resource] },
    applied,
    async () => before,
    controlPlaneShapes,
  );
  return resources[0]?.notes.join(' ') ?? '';
}

it('plan: notes a possible approval when the tools of a target are unknown', async () => {
  expect(await notesOf('breaking')).toContain(
    'The present tools of the target are unknown here. Unless the reconciliation can read them: A person must approve this first: settings.approve is breaking.',
  );
  expect(await notesOf('never')).not.toContain('must approve');
});

it('plan: notes a required approval when a target changes from listed tools to a schema', async () => {
  const listed = {
    config: { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://a.example' } } } },
    tools: [],
  };
  expect(await notesOf('breaking', listed)).toContain('No schema describes its current tools.');
});

it('plan: lists a change of tags alone, which changes no configuration', async () => {
  const config = { name: 'front', tags: { team: 'b', kept: '1' } };
  const resource: DesiredResource = {
    address: 'gateway/front',
    kind: 'gateway',
    name: 'front',
    config,
    references: [],
    settings: defaultSettings,
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  const planned = async (tags: Readonly<Record<string, string>>) => {
    const applied = { 'gateway/front': { fingerprint: fingerprint(config), tags } };
    const { resources } = await plan(
      { ...desired, resources: [resource] },
      { ...last, applied },
      async () => undefined,
      controlPlaneShapes,
    );
    return resources[0];
  };
  expect(await planned({ team: 'b', kept: '1' })).toMatchObject({ action: 'unchanged', members: [] });
  const { action, members = [] } = (await planned({ team: 'a', kept: '1', gone: 'x' })) ?? {};
  expect(action).toBe('change');
  expect(members.map(({ path }) => path)).toEqual(['tags.team', 'tags.gone']);
});

it('plan: says which members leave the manifest and stay in AWS, since the update cannot clear them', async () => {
  const resource: DesiredResource = {
    address: 'harness/coder',
    kind: 'harness',
    name: 'coder',
    config: { harnessName: 'coder' },
    references: [],
    settings: defaultSettings,
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
  const before = {
    config: { harnessName: 'coder', maxTokens: 9, systemPrompt: [{ text: 'Be kind.' }] },
    tools: [],
  };
  const { resources } = await plan(
    { ...desired, sources: [], resources: [resource] },
    { ...last, applied: { 'harness/coder': { fingerprint: 'f' } } },
    async () => before,
    controlPlaneShapes,
  );
  expect(resources[0]?.members.map(({ path }) => path)).toEqual(['maxTokens', 'systemPrompt']);
  expect(resources[0]?.notes).toEqual([
    'maxTokens has a value that the manifest does not name, and UpdateHarness has no way to clear it. Name it, or delete the resource.',
  ]);
});

it('plan: shows what is adopted, given away and moved', async () => {
  const resource = (name: string, more: Partial<DesiredResource>): DesiredResource => ({
    address: `gatewayTarget/front/${name}`,
    kind: 'gatewayTarget',
    name: `front/${name}`,
    config: { name },
    references: [],
    settings: defaultSettings,
    location: { file: 'manifest.yaml', line: 1, column: 1 },
    ...more,
  });
  const front = { address: 'gateway/front', kind: 'gateway', name: 'front' } as const;
  const state: DesiredState = {
    ...desired,
    sources: [],
    settings: defaultSettings,
    resources: [
      resource('front', { ...front, adopt: { clear: false } }),
      resource('issues', { movedFrom: 'gatewayTarget/back/issues' }),
    ],
    unmanaged: ['gatewayTarget/front/given'],
  };
  const addresses = [
    'gatewayTarget/back/issues',
    'gatewayTarget/front/given',
    'gatewayTarget/front/left',
    'gateway/left',
  ];
  const applied = Object.fromEntries(addresses.map((address) => [address, {}]));
  const { resources } = await plan(state, { ...last, applied }, async () => undefined, controlPlaneShapes);
  expect(resources.map(({ address, action }) => [address, action])).toEqual([
    ['gateway/front', 'adopt'],
    ['gatewayTarget/front/issues', 'create'],
    ['gatewayTarget/back/issues', 'delete'],
    ['gatewayTarget/front/given', 'unmanage'],
    ['gatewayTarget/front/left', 'keep'],
    ['gateway/left', 'unmanage'],
  ]);
  expect(resources[2]?.notes).toEqual(['Moved: deleted once gatewayTarget/front/issues is ready.']);
});
