import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Address } from '../core/address.ts';
import { isJsonObject } from '../core/json.ts';
import { operationTimeout } from '../core/reconcile/limits.ts';
import { phases } from '../core/status.ts';
import { logger } from './runtime/observability.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const RUNTIME: Address = 'agentRuntime/search';
const ENDPOINT: Address = 'agentRuntimeEndpoint/search/production';
const LIVE = 'liveVersion';

/** An upload: another configuration of the runtime with each edit, and an endpoint that follows it or names a version. */
interface Upload {
  readonly edit: number;
  readonly pinned?: string;
  readonly endpoint?: boolean;
  /** False for a manifest without a resource. */
  readonly runtime?: boolean;
}

function manifest({ edit, pinned, endpoint = true, runtime = true }: Upload): string {
  if (!runtime) return 'settings: { prune: true }';
  const version = pinned === undefined ? '' : `agentRuntimeVersion: '${pinned}'`;
  return `settings: { prune: true, selfHeal: true }
agentRuntimes:
  search:
    description: edit ${edit}
    roleArn: arn:aws:iam::123456789012:role/agent
    networkConfiguration: { networkMode: PUBLIC }
    agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' } }
${endpoint ? `    endpoints: { production: { ${version} } }` : ''}
`;
}

/** A workspace whose operations end as a test says, and what became of the versions of its runtime. */
class VersionedWorkspace {
  readonly fixture = new ReconcileFixture();
  /** The versions with which the runtime was READY once. */
  readonly ready = new Set<string>();
  /** The versions that Gateloop asked the endpoint to serve, in order. */
  readonly asked: string[] = [];
  #seen = 0;

  /** @param succeeds decides of each operation how it ends */
  async reconcile(upload: Upload, succeeds: () => boolean, polls = 60): Promise<void> {
    this.fixture.upload(manifest(upload));
    for (let iteration = 0; iteration < polls; iteration += 1) {
      const state = await this.fixture.poll({ iteration });
      if (state.next === 'provision') await this.fixture.provision(state);
      this.#check();
      if (state.next !== 'provision' && state.next !== 'wait') return;
      this.fixture.now += Math.max(2, state.requeueAfterSeconds) * 1000;
      this.#settle(succeeds);
    }
  }

  #settle(succeeds: () => boolean): void {
    const { controlPlane } = this.fixture;
    for (const address of controlPlane.addresses()) {
      const { status = 'READY' } = controlPlane.resource(address) ?? {};
      if (phases[status] !== 'moving') continue;
      const isFine = status === 'DELETING' || succeeds();
      if (isFine) controlPlane.settle(address);
      else controlPlane.settle(address, status === 'CREATING' ? 'CREATE_FAILED' : 'UPDATE_FAILED');
      const runtime = address === RUNTIME && isFine ? controlPlane.resource(address) : undefined;
      if (runtime) this.ready.add(String(runtime.revision));
    }
  }

  /** Whatever failed, the endpoint is asked to serve versions that were READY only, and is ready only with its own. */
  #check(): void {
    const { controlPlane } = this.fixture;
    const calls = controlPlane.script.calls();
    for (const { method, input } of calls.slice(this.#seen)) {
      const [kind, first, second] = input;
      if (kind !== 'agentRuntimeEndpoint' || (method !== 'create' && method !== 'update')) continue;
      const config = method === 'create' ? first : second;
      const version = isJsonObject(config) ? String(config.agentRuntimeVersion) : '';
      expect([...this.ready]).toContain(version);
      this.asked.push(version);
    }
    this.#seen = calls.length;
    const served = this.served();
    if (served !== undefined) expect([...this.ready]).toContain(served);
    const record = this.fixture.record(ENDPOINT);
    if (record?.state === 'ready') expect(served).toBe(record.outputs?.[LIVE]);
  }

  /** The version that the endpoint serves. */
  served(): string | undefined {
    const version = this.fixture.controlPlane.resource(ENDPOINT)?.members[LIVE];
    return version === undefined ? undefined : String(version);
  }

  version(): string {
    return String(this.fixture.controlPlane.resource(RUNTIME)?.revision);
  }

  state(address: Address): string | undefined {
    return this.fixture.record(address)?.state;
  }
}

const always = () => true;
let workspace: VersionedWorkspace;

beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
  workspace = new VersionedWorkspace();
});

describe('the endpoint of a runtime', () => {
  it('reconcile: updates the runtime, waits until it is READY, and moves the endpoint to the new version', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    expect(workspace.served()).toBe('1');
    await workspace.reconcile({ edit: 2 }, always);
    expect(workspace.asked).toEqual(['1', '2']);
    expect(workspace.served()).toBe('2');
    expect(workspace.state(ENDPOINT)).toBe('ready');
  });

  it('reconcile: leaves the endpoint where it is while every update of the runtime fails', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    await workspace.reconcile({ edit: 2 }, () => false);
    expect(workspace.served()).toBe('1');
    expect(workspace.asked).toEqual(['1']);
    expect(workspace.state(ENDPOINT)).not.toBe('ready');
  });

  it('reconcile: sends the endpoint back to the last version that it served when its moves fail', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    const isMove = () => workspace.fixture.controlPlane.resource(ENDPOINT)?.status === 'UPDATING';
    // The update of the runtime succeeds, three moves fail, and the way back succeeds.
    const failures = [1, 2, 3];
    await workspace.reconcile({ edit: 2 }, () => !isMove() || failures.pop() === undefined);
    expect(workspace.asked).toEqual(['1', '2', '2', '2', '1']);
    expect(workspace.served()).toBe('1');
    expect(workspace.state(ENDPOINT)).toBe('failed');
    await workspace.reconcile({ edit: 3 }, always);
    expect(workspace.served()).toBe('3');
    expect(workspace.state(ENDPOINT)).toBe('ready');
  });

  it('reconcile: brings an endpoint to an earlier version while the latest one of the runtime fails', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    await workspace.reconcile({ edit: 2 }, always);
    const isRuntime = () => workspace.fixture.controlPlane.resource(RUNTIME)?.status === 'UPDATING';
    await workspace.reconcile({ edit: 3, pinned: '1' }, () => !isRuntime());
    expect(workspace.served()).toBe('1');
    expect(workspace.state(ENDPOINT)).toBe('ready');
  });

  it('reconcile: moves an endpoint back that another client has moved', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    await workspace.reconcile({ edit: 2 }, always);
    workspace.fixture.now += 1000;
    workspace.fixture.controlPlane.put(ENDPOINT, {
      config: { agentRuntimeVersion: '1' },
      members: { [LIVE]: '1' },
    });
    await workspace.reconcile({ edit: 2 }, always);
    expect(workspace.asked).toEqual(['1', '2', '2']);
    expect(workspace.served()).toBe('2');
    expect(workspace.state(ENDPOINT)).toBe('ready');
  });

  it('reconcile: deletes endpoints before their runtime, and no runtime that has one of another client', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    workspace.fixture.controlPlane.put('agentRuntimeEndpoint/search/foreign', {
      config: { agentRuntimeVersion: '1' },
      members: { [LIVE]: '1' },
    });
    // The later pass knows no endpoint of the workspace any more.
    for (let pass = 0; pass < 2; pass += 1) await workspace.reconcile({ edit: 1, runtime: false }, always);
    expect(workspace.fixture.record(RUNTIME)).toMatchObject({
      state: 'refused',
      reasons: [
        expect.stringContaining(
          'endpoints that Gateloop did not create: agentRuntimeEndpoint/search/foreign',
        ),
      ],
    });
    workspace.fixture.controlPlane.remove('agentRuntimeEndpoint/search/foreign');
    await workspace.reconcile({ edit: 1, runtime: false }, always);
    expect(workspace.fixture.controlPlane.addresses()).toEqual([]);
    const deleted = workspace.fixture.controlPlane.script.calls('delete').map(({ input }) => input[0]);
    expect(deleted).toEqual(['agentRuntimeEndpoint', 'agentRuntime']);
  });

  it('reconcile: neither lists nor deletes the endpoint that the service makes', async () => {
    await workspace.reconcile({ edit: 1 }, always);
    workspace.fixture.controlPlane.put('agentRuntimeEndpoint/search/DEFAULT', {
      config: { agentRuntimeVersion: '1' },
      members: { [LIVE]: '1' },
    });
    await workspace.reconcile({ edit: 1, endpoint: false }, always);
    expect(workspace.fixture.controlPlane.addresses()).toEqual([
      RUNTIME,
      'agentRuntimeEndpoint/search/DEFAULT',
    ]);
    expect(workspace.fixture.record(RUNTIME)).toMatchObject({ state: 'ready', reasons: [] });
  });
});

it('reconcile: whatever fails, an endpoint serves a version with which its runtime was READY', async () => {
  const upload = fc.record({
    edit: fc.nat(3),
    failures: fc.array(fc.boolean(), { maxLength: 12 }),
    /** Hours until the next upload, after which Gateloop tries again what it had put off. */
    pause: fc.constantFrom(0, operationTimeout * 4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(upload, { minLength: 2, maxLength: 4 }), async (uploads) => {
      workspace = new VersionedWorkspace();
      for (const { edit, failures, pause } of uploads) {
        const left = [...failures];
        await workspace.reconcile({ edit }, () => !(left.shift() ?? false), 25);
        workspace.fixture.now += pause;
      }
      // Once nothing fails any more, a further upload converges.
      await workspace.reconcile({ edit: 9 }, always);
      expect(workspace.state(RUNTIME)).toBe('ready');
      expect(workspace.state(ENDPOINT)).toBe('ready');
      expect(workspace.served()).toBe(workspace.version());
    }),
    {
      numRuns: Number(process.env.PROPERTY_RUNS ?? 15),
      ...(process.env.PROPERTY_SEED !== 'random' && { seed: 1 }),
    },
  );
});
