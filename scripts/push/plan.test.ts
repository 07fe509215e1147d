import { expect, it } from 'vitest';
import type { Desired } from '../../core/desired/desired.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { OutcomeDocument } from '../../functions/outcomeDocument.ts';
import { plan } from './plan.ts';

const source = {
  gateway: 'front',
  registryId: 'AbCdEf123456',
  config: {},
  references: [],
  settings: defaultSettings,
  path: 'gateways.front.targetsFromRegistry',
  place: { file: 'manifest.yaml', line: 1, column: 1 },
};
const desired: Desired = {
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

it('threatens no target that a record of a registry may stand behind, and deletes what nobody wants', async () => {
  const { resources } = await plan(desired, last, async () => undefined);
  expect(resources.map(({ address, action }) => [address, action])).toEqual([
    ['gatewayTarget/front/weather', 'keep'],
    ['gatewayTarget/back/old', 'delete'],
  ]);
  expect(resources[0]?.notes.join()).toContain('it stays while it comes from an approved record');
});
