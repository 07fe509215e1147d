import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { addressOf } from '../address.ts';
import { type DesiredResource, fingerprint } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { referencesIn } from '../manifest/reference.ts';
import { defaultSettings } from '../manifest/settings.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { Status } from '../status.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { attemptsBeforeRollback } from './limits.ts';
import { failedAttempts, NOW, reconcileInput } from './testing/inputs.ts';

const LATEST = '${agentRuntimes.search.agentRuntimeVersion}';
const EARLIER = NOW - 3_600_000;

function resource(kind: KindName, name: string, config: JsonObject): DesiredResource {
  const references = Object.values(config).flatMap((value) =>
    referencesIn(String(value)).map((parts) => ({ ...parts, kind: 'agentRuntime' as const, path: [] })),
  );
  return {
    address: addressOf(kind, name),
    kind,
    name,
    config,
    references,
    settings: defaultSettings,
    location: { file: 'manifest.yaml', line: 1, column: 1 },
  };
}

const runtime = resource('agentRuntime', 'search', { agentRuntimeName: 'search', description: 'new' });
const endpointAt = (agentRuntimeVersion: string) =>
  resource('agentRuntimeEndpoint', 'search/production', { name: 'production', agentRuntimeVersion });

interface Situation {
  readonly endpoint: DesiredResource;
  readonly runtimeStatus: Status;
  /** The version that the runtime shows. */
  readonly version: string;
  readonly endpointStatus?: Status;
  readonly runtimeRecord?: Partial<ResourceRecord>;
  readonly endpointRecord?: Partial<ResourceRecord>;
}

/** The endpoint serves version 1, and was applied with it. */
function decideEndpoint({
  endpoint,
  runtimeStatus,
  version,
  endpointStatus = 'READY',
  runtimeRecord = {},
  endpointRecord = {},
}: Situation) {
  const served = { ...endpoint.config, agentRuntimeVersion: '1' };
  const observed = (address: ObservedResource['address'], id: string, status: Status, outputs = {}) => ({
    address,
    id,
    status,
    reasons: [],
    updatedAt: EARLIER,
    outputs,
  });
  const record = (of: DesiredResource, id: string, config: JsonObject, outputs: Record<string, string>) => ({
    address: of.address,
    id,
    outputs,
    applied: { fingerprint: fingerprint(config), updatedAt: EARLIER },
    lastGood: fingerprint(config),
    snapshot: { model: '', members: {} },
    tags: { applied: {}, checkedAt: NOW - 60_000 },
    state: 'ready' as const,
    reasons: [],
    since: EARLIER,
  });
  const outputs = { agentRuntimeVersion: version };
  const result = decide(
    reconcileInput({
      resources: [runtime, endpoint],
      observed: [
        observed(runtime.address, 'search-AB12CD34EF', runtimeStatus, outputs),
        observed(endpoint.address, 'production', endpointStatus, { liveVersion: '1' }),
      ],
      recorded: [
        { ...record(runtime, 'search-AB12CD34EF', runtime.config, outputs), ...runtimeRecord },
        { ...record(endpoint, 'production', served, { liveVersion: '1' }), ...endpointRecord },
      ],
    }),
    resourceShapes,
  );
  const planned = result.operations.find(({ address }) => address === endpoint.address);
  const report = result.resources.find(({ address }) => address === endpoint.address);
  return { planned, report };
}

const sends = (version: string) => fingerprint({ name: 'production', agentRuntimeVersion: version });

describe('an endpoint that follows its runtime', () => {
  const endpoint = endpointAt(LATEST);

  it('endpoint: stays where it is while the runtime shows the version that it serves', () => {
    const { planned, report } = decideEndpoint({ endpoint, runtimeStatus: 'READY', version: '1' });
    expect(planned).toBeUndefined();
    expect(report).toMatchObject({ state: 'ready', reasons: [] });
  });

  it.each<Status>(['UPDATING', 'UPDATE_FAILED', 'CREATE_FAILED'])(
    'endpoint: is not moved to a version of a runtime that is %s, and is not ready',
    (runtimeStatus) => {
      const { planned, report } = decideEndpoint({ endpoint, runtimeStatus, version: '2' });
      expect(planned).toBeUndefined();
      expect(report?.state).not.toBe('ready');
      expect(report?.reasons.join()).toContain('Waits for agentRuntime/search');
    },
  );

  it('endpoint: moves to the latest version once the runtime is READY with it', () => {
    const { planned } = decideEndpoint({ endpoint, runtimeStatus: 'READY', version: '2' });
    expect(planned).toMatchObject({ operation: 'update', id: 'production', configuration: sends('2') });
    expect(planned?.parentId).toBe('search-AB12CD34EF');
  });

  it('endpoint: moves to the version with which a runtime was rolled back', () => {
    const desired = fingerprint(runtime.config);
    const rolledBack = failedAttempts(desired, attemptsBeforeRollback, { rolledBack: true });
    const { planned } = decideEndpoint({
      endpoint,
      runtimeStatus: 'READY',
      version: '5',
      runtimeRecord: { retry: rolledBack, applied: { fingerprint: 'good', updatedAt: EARLIER } },
    });
    expect(planned).toMatchObject({ operation: 'update', configuration: sends('5') });
  });

  it('endpoint: stays where it is when another client made the latest version of the runtime', () => {
    const drift = {
      updatedAt: EARLIER,
      differences: [{ path: 'description', change: 'changed' }],
      cause: 'foreign',
    } as const;
    const { planned, report } = decideEndpoint({
      endpoint,
      runtimeStatus: 'READY',
      version: '2',
      runtimeRecord: { drift },
    });
    expect(planned).toBeUndefined();
    expect(report).toMatchObject({
      state: 'drifted',
      reasons: [expect.stringContaining('another client made')],
    });
    const pinned = {
      endpoint: endpointAt('2'),
      runtimeStatus: 'READY',
      version: '3',
      runtimeRecord: { drift },
    } as const;
    expect(decideEndpoint(pinned).planned).toMatchObject({ operation: 'update', configuration: sends('2') });
  });

  it('endpoint: returns to the version that it served last when its moves keep failing', () => {
    const { planned } = decideEndpoint({
      endpoint,
      runtimeStatus: 'READY',
      version: '2',
      endpointStatus: 'UPDATE_FAILED',
      endpointRecord: { state: 'failed', retry: failedAttempts(sends('2'), attemptsBeforeRollback) },
    });
    expect(planned).toMatchObject({ operation: 'rollback', configuration: sends('1') });
  });
});

describe('an endpoint with a version of its own', () => {
  it.each<Status>(['READY', 'UPDATE_FAILED'])(
    'endpoint: moves to its version while the runtime is %s',
    (runtimeStatus) => {
      const endpoint = endpointAt('2');
      const { planned } = decideEndpoint({ endpoint, runtimeStatus, version: '3' });
      expect(planned).toMatchObject({ operation: 'update', configuration: sends('2') });
    },
  );

  it('endpoint: waits while the runtime is changing, as the service refuses changes meanwhile', () => {
    const endpoint = endpointAt('2');
    expect(decideEndpoint({ endpoint, runtimeStatus: 'UPDATING', version: '3' }).planned).toBeUndefined();
  });
});
