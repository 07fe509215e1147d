import { expect, it } from 'vitest';
import { defaultSettings } from '../manifest/settings.ts';
import { defined } from '../objects.ts';
import type { DesiredResource, DesiredState } from './desired.ts';
import { sharingProblems } from './sharingProblems.ts';

const location = { file: 'manifest.yaml', line: 2, column: 3 };
const workspace = (name: string, parts: Partial<DesiredState>): [string, DesiredState] => [
  name,
  {
    workspace: name,
    revision: 'r',
    settings: defaultSettings,
    owners: {},
    resources: [],
    warnings: [],
    ...parts,
  },
];
const front = (sharedWith?: readonly string[]): DesiredResource => ({
  address: 'gateway/front',
  kind: 'gateway',
  name: 'front',
  config: {},
  references: [],
  settings: defaultSettings,
  location,
  ...defined({ sharedWith }),
});
const guest = workspace('billing', {
  shared: [{ address: 'gateway/front', sharedBy: 'platform', location }],
});

const messages = (...workspaces: [string, DesiredState | undefined][]) =>
  sharingProblems(new Map(workspaces))
    .get('billing')
    ?.map(({ message }) => message);

it.each<[string, [string, DesiredState | undefined][], string | undefined]>([
  ['shares it', [workspace('platform', { resources: [front(['billing'])] })], undefined],
  ['is not among those that are checked', [], undefined],
  ['could not be read', [['platform', undefined]], undefined],
  ['has no such gateway', [workspace('platform', {})], 'has no gateway front'],
  [
    'shares it with others',
    [workspace('platform', { resources: [front(['search'])] })],
    'does not share its gateway',
  ],
  ['shares it with nobody', [workspace('platform', { resources: [front()] })], 'does not share its gateway'],
  [
    'has an error in it',
    [workspace('platform', { faulty: [{ address: 'gateway/front', reasons: [] }] })],
    undefined,
  ],
])('sharingProblems: an owner that %s', (_, owner, message) => {
  const found = messages(...owner, guest);
  if (message === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(message)]);
});

it('sharingProblems: has the place of the entry', () => {
  const [problem] = sharingProblems(new Map([workspace('platform', {}), guest])).get('billing') ?? [];
  expect(problem).toMatchObject({
    ...location,
    path: 'gateways.front.sharedBy',
    severity: 'error',
    rule: 'sharing',
  });
});

const inRollout = (name: string, rollout: object) =>
  workspace(name, { settings: { ...defaultSettings, rollout } });
const waiting = inRollout('billing', { canary: 'staging' });

it.each<[string, [string, DesiredState | undefined][], string | undefined]>([
  ['names it', [inRollout('staging', { followers: ['billing'] })], undefined],
  ['is not among those that are checked', [], undefined],
  ['could not be read', [['staging', undefined]], undefined],
  ['names others', [inRollout('staging', { followers: ['search'] })], 'does not name this one'],
  ['is no canary', [workspace('staging', {})], 'does not name this one'],
  [
    'waits for it in turn',
    [
      inRollout('staging', { canary: 'search', followers: ['billing'] }),
      inRollout('search', { canary: 'billing', followers: ['staging'] }),
    ],
    'wait for each other: billing, staging, search, billing',
  ],
])('sharingProblems: a canary that %s', (_, others, message) => {
  const found = messages(...others, waiting);
  if (message === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(message)]);
});
