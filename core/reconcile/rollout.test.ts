import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredResource, DesiredState } from '../desired/desired.ts';
import { defaultSettings } from '../manifest/settings.ts';
import type { Operation, ResourceCondition } from './ledgerRecord.ts';
import { newRecord } from './ledgerRecord.ts';
import { type ResourcePlan, resourcePlan } from './plan.ts';
import {
  type CanaryReport,
  canaryReport,
  rolloutHold,
  type SharedSchema,
  sharedSchemaOf,
} from './rollout.ts';

const FILE = 'shared/orders.tools.json';
const address = 'gatewayTarget/front/orders';
const follower = { workspace: 'billing', canary: 'staging', isGone: false };

const schemaOf = (sha256: string, file = FILE): SharedSchema => ({
  file,
  kind: 'lambdaTools',
  sha256,
  uri: `s3://specs/applied/${sha256}`,
  tools: [],
});

const targetWith = (schema: DesiredResource['schema']): DesiredResource => ({
  address,
  kind: 'gatewayTarget',
  name: 'front/orders',
  config: {},
  references: [],
  settings: defaultSettings,
  location: { file: 'manifest.yaml', line: 1, column: 1 },
  ...(schema && { schema }),
});

const canaryWith = (sha256: string, parts: Partial<DesiredState> = {}): DesiredState => ({
  workspace: 'staging',
  revision: 'r',
  settings: { ...defaultSettings, rollout: { followers: ['billing'] } },
  owners: {},
  resources: [targetWith(schemaOf(sha256))],
  warnings: [],
  ...parts,
});

/** What a poll of the canary has planned for its target. */
interface Planned {
  readonly state: ResourceCondition;
  /** Of the configuration that was applied and read back. */
  readonly applied?: string;
  readonly operation?: Operation;
  readonly isUnverified?: boolean;
}

function plansFor(sha256: string, { state, applied, operation, isUnverified }: Planned): ResourcePlan[] {
  const record = {
    ...newRecord(address, 0),
    ...(applied !== undefined && {
      applied: { fingerprint: applied, updatedAt: 1, ...(isUnverified && { unverified: true as const }) },
    }),
  };
  const context = {
    address,
    observed: undefined,
    record,
    inProgress: false,
    linkExpired: false,
    hasChildren: false,
    now: 0,
  } as const;
  return [{ ...resourcePlan(context, state, []), fingerprint: sha256, ...(operation && { operation }) }];
}

const reportOf = (sha256: string, planned: Planned, before?: CanaryReport) =>
  canaryReport(canaryWith(sha256), plansFor(sha256, planned), before);

const stateOf = (planned: Planned) => Object.values(reportOf('v2', planned).files)[0]?.state;

describe('canaryReport', () => {
  it.each<[string, Planned, string]>([
    ['is ready with what was read back', { state: 'ready', applied: 'v2' }, 'ready'],
    ['shows READY of the version before', { state: 'ready', applied: 'v1' }, 'waiting'],
    ['was not read back', { state: 'ready', applied: 'v2', isUnverified: true }, 'waiting'],
    ['was changed outside Gateloop', { state: 'drifted', applied: 'v2' }, 'waiting'],
    ['is suspended', { state: 'suspended', applied: 'v1' }, 'waiting'],
    ['awaits an approval', { state: 'awaiting-approval', applied: 'v1' }, 'waiting'],
    ['failed and is tried again', { state: 'failed', applied: 'v1', operation: 'update' }, 'waiting'],
    ['failed for good', { state: 'failed', applied: 'v1' }, 'stopped'],
    ['is refused', { state: 'refused', applied: 'v1' }, 'stopped'],
  ])('canaryReport: a version whose target %s', (_, planned, state) => {
    expect(stateOf(planned)).toBe(state);
  });

  it('canaryReport: keeps what was proven, the last version first, and at most twenty', () => {
    const versions = Array.from({ length: 22 }, (_, index) => `v${index}`);
    const report = versions.reduce<CanaryReport | undefined>(
      (before, version) => reportOf(version, { state: 'ready', applied: version }, before),
      undefined,
    );
    const proven = Object.values(report?.files ?? {})[0]?.proven;
    expect(proven).toEqual(versions.toReversed().slice(0, 20));
  });

  it('canaryReport: forgets a file that the canary does not use any more, unless its upload has errors', () => {
    const before = reportOf('v1', { state: 'ready', applied: 'v1' });
    expect(canaryReport(canaryWith('v1', { resources: [] }), [], before).files).toEqual({});
    const faulty = canaryWith('v1', { resources: [], isPruningSuspended: true });
    expect(canaryReport(faulty, [], before).files).toEqual(before.files);
  });

  it('canaryReport: tells nothing of schemas outside shared/, nor of inline ones', () => {
    const inline = { kind: 'lambdaTools', sha256: 'v1', tools: [] } as const;
    expect(sharedSchemaOf(targetWith(schemaOf('v1', 'schemas/orders.json')))).toBeUndefined();
    expect(sharedSchemaOf(targetWith(inline))).toBeUndefined();
    expect(sharedSchemaOf(targetWith(undefined))).toBeUndefined();
  });
});

const ready = reportOf('v1', { state: 'ready', applied: 'v1' });
const underWay = reportOf('v2', { state: 'in-progress' }, ready);
const stopped = reportOf('v2', { state: 'failed' }, ready);

describe('rolloutHold', () => {
  it.each<[string, string, CanaryReport | undefined, string | undefined]>([
    ['takes what the canary has proven', 'v1', ready, undefined],
    ['takes what was proven before, while another version is under way', 'v1', underWay, undefined],
    ['takes what was proven before, after another version has failed', 'v1', stopped, undefined],
    ['waits for a version that is under way', 'v2', underWay, 'in-progress'],
    ['waits for a version that the canary does not have yet', 'v3', underWay, 'in-progress'],
    ['waits for a newer version after one has failed', 'v3', stopped, 'in-progress'],
    ['refuses a version that has failed', 'v2', stopped, 'refused'],
    ['waits for a canary that has told nothing', 'v1', undefined, 'in-progress'],
    ['waits for a canary that does not name it', 'v1', { ...ready, followers: ['other'] }, 'in-progress'],
    ['waits for a canary that does not use the file', 'v1', { ...ready, files: {} }, 'in-progress'],
  ])('rolloutHold: a follower %s', (_, sha256, report, state) => {
    expect(rolloutHold(schemaOf(sha256), { ...follower, report })?.state).toBe(state);
  });

  it('rolloutHold: a canary without files proves nothing more, and what it has proven stays', () => {
    const gone = { ...follower, isGone: true, report: ready };
    expect(rolloutHold(schemaOf('v1'), gone)).toBeUndefined();
    expect(rolloutHold(schemaOf('v2'), gone)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('Name another workspace in settings.rollout.canary'),
    });
  });

  it('rolloutHold: a file of two kinds is proven for each kind by itself', () => {
    const other = { ...schemaOf('v1'), kind: 'openApi' } as const;
    expect(rolloutHold(other, { ...follower, report: ready })?.state).toBe('in-progress');
  });
});

it('rollout: whatever the canary goes through, a follower takes exactly the versions that were proven there', () => {
  const version = fc.constantFrom('v1', 'v2', 'v3', 'v4');
  const planned = fc.record({
    state: fc.constantFrom<ResourceCondition>('ready', 'in-progress', 'failed', 'suspended', 'drifted'),
    applied: version,
    isUnverified: fc.boolean(),
  });
  const step = fc.record({ uploaded: version, planned, wanted: version });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const proven = new Set<string>();
      let report: CanaryReport | undefined;
      for (const { uploaded, planned: each, wanted } of steps) {
        report = reportOf(uploaded, each, report);
        if (each.state === 'ready' && each.applied === uploaded && !each.isUnverified) proven.add(uploaded);
        const hold = rolloutHold(schemaOf(wanted), { ...follower, report });
        expect(hold === undefined).toBe(proven.has(wanted));
        // A repeated poll of the canary tells the same.
        expect(reportOf(uploaded, each, report)).toEqual(report);
      }
    }),
  );
});
