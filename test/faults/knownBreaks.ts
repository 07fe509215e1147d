import { differences } from './invariants.ts';
import type { RunOptions } from './runScenario.ts';
import { calm, oneTarget, type Scenario } from './scenario.ts';

/** A scenario that once broke a promise, and is run each time. */
export interface KnownBreak {
  readonly name: string;
  readonly scenario: Scenario;
  readonly holds?: RunOptions['holds'];
}

const at = { workspace: 0, target: 0 };
const WEEK = 7 * 24 * 3600;

export const knownBreaks: readonly KnownBreak[] = [
  {
    name: 'a request whose execution was stopped is told as expired, and can be asked again',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['consent'] }],
      steps: [
        { ...at, after: 60, act: 'stopRequests' },
        { ...at, after: WEEK + 3600, act: 'driftPass' },
      ],
    },
    holds: (world) => world.openRequests().map(({ address }) => `a request about ${address} is open`),
  },
  {
    name: 'a Delete that has its effect after another upload has settled is undone',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'] }],
      steps: [
        { ...at, after: 60, act: 'removeTarget' },
        { ...at, after: 90, act: 'addTarget' },
      ],
      faults: [
        {
          edge: 'port',
          kind: 'late',
          port: 'controlPlane',
          function: 'provision',
          writesOnly: true,
          skip: 3,
          times: 1,
          seconds: 300,
        },
      ],
    },
  },
  {
    name: 'a List that is stale for longer than a create leads to no second create',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'openApi'] }],
      steps: [{ ...at, after: 60, act: 'reconcile' }],
      faults: [{ edge: 'service', rule: { fault: 'staleList', times: 12 } }],
    },
  },
  {
    name: 'one malformed schema does not stop the other targets',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'] }],
      steps: [
        { ...at, after: 60, act: 'breakSchema' },
        { ...at, after: 30, act: 'editTarget', target: 1 },
      ],
    },
    holds: (world) => differences(world, world.model(0)),
  },
  {
    name: 'a target that left the manifest while its consent was pending is deleted, although each read renews its link',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'consent'] }],
      behaviors: { reissueLinks: 'onRead' },
      steps: [
        { ...at, after: 30, act: 'removeTarget', target: 1 },
        { ...at, after: 1200, act: 'driftPass' },
      ],
    },
  },
  {
    name: 'an OAuth2 provider that a crashed step has made is taken for what it is',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['consent'] }],
      steps: [],
      faults: [
        {
          edge: 'port',
          kind: 'crashAfter',
          port: 'controlPlane',
          function: 'provision',
          writesOnly: true,
          skip: 1,
          times: 1,
        },
      ],
    },
  },
  {
    name: 'a person is asked once, although the answer to the create of the target was lost',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['consent', 'lambda'] }],
      steps: [{ ...at, after: 60, act: 'grant' }],
      faults: [{ edge: 'service', rule: { fault: 'error', when: 'after', after: 7, times: 2 } }],
    },
    holds: (world) => (world.requests.length === 1 ? [] : [`${world.requests.length} requests`]),
  },
  {
    name: 'a target whose creation had no answer is replaced without a question, since it has never served',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['consent', 'openApi'] }],
      behaviors: { expiredLink: 'staysPending', deleteWhilePending: true },
      steps: [],
      faults: [{ edge: 'service', rule: { fault: 'error', when: 'after', after: 9, times: 2 } }],
    },
  },
  {
    name: 'a broken item of the ledger does not stop its workspace',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'] }],
      steps: [
        { ...at, after: 60, act: 'breakRecord' },
        { ...at, after: 30, act: 'editTarget', target: 1 },
      ],
    },
    holds: (world) => differences(world, world.model(0)),
  },
  {
    name: "a target whose record broke is still its workspace's own after a refused upload",
    scenario: {
      ...calm,
      workspaces: [oneTarget],
      steps: [
        { ...at, after: 60, act: 'breakManifest' },
        { ...at, after: 30, act: 'breakRecord' },
        { ...at, after: 30, act: 'breakManifest' },
        { ...at, after: 60, act: 'upload' },
      ],
    },
    holds: (world) => differences(world, world.model(0)),
  },
  {
    name: 'a target whose record broke is pruned when it leaves the manifest',
    scenario: {
      ...calm,
      workspaces: [{ ...oneTarget, targets: ['lambda', 'lambda'] }],
      steps: [
        { ...at, after: 60, act: 'breakRecord' },
        { ...at, after: 0, act: 'removeTarget' },
      ],
    },
    holds: (world) => differences(world, world.model(0)),
  },
  {
    name: 'a workspace that names the gateway of another one changes nothing',
    scenario: {
      ...calm,
      workspaces: [oneTarget],
      steps: [
        { ...at, after: 60, act: 'contest' },
        { ...at, after: 60, act: 'editGateway' },
      ],
    },
    holds: (world) => [
      ...differences(world, world.model(0)),
      ...(world.outcome('rival')?.outcome === 'failed' ? [] : ['the rival is not told']),
    ],
  },
];
