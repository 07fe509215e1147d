import { describe, expect, it, vi } from 'vitest';
import { resultOf, ServiceError } from '../../adapters/inMemory/serviceError.ts';
import { dependencyCheckInterval } from '../../core/reconcile/limits.ts';
import type { Status } from '../../core/status.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const KEY = 'payments/key';
const PROVIDER = 'apiKeyCredentialProvider/ledger';
const RUNTIME_ID = 'search-AB12CD34EF';
const RUNTIME = `arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/${RUNTIME_ID}`;
const ENDPOINT = `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(RUNTIME)}/invocations`;
const withKey = manifestWith({
  hasTarget: false,
  more: `apiKeyCredentialProviders:\n  ledger: { apiKey: { secretsManager: ${KEY} } }\n`,
});

/** A workspace whose provider has the key `first`. */
async function readyProvider(): Promise<ReconcileFixture> {
  const fixture = new ReconcileFixture(withKey);
  fixture.secrets.put(KEY, 'first');
  expect((await fixture.reconcile()).next).toBe('settled');
  return fixture;
}

const versionReads = ({ secrets }: ReconcileFixture) => secrets.script.calls('currentVersion').length;

describe('poll: the versions of secrets', () => {
  it('are recorded when they are sent, and never a value', async () => {
    const fixture = await readyProvider();
    expect(Object.keys(fixture.record(PROVIDER)?.secrets?.sent ?? {})).toEqual([KEY]);
    expect(JSON.stringify(fixture.record(PROVIDER))).not.toContain('first');
  });

  it('are read once an hour, and a quiet poll in between reads and writes nothing', async () => {
    const fixture = await readyProvider();
    await fixture.poll();
    const reads = versionReads(fixture);
    const before = fixture.ledger.script.calls().length;
    await fixture.poll();
    expect(versionReads(fixture)).toBe(reads);
    const written = fixture.ledger.script
      .calls()
      .slice(before)
      .filter(({ method }) => method.startsWith('write'));
    expect(written).toEqual([]);
    fixture.now += dependencyCheckInterval;
    await fixture.poll();
    expect(versionReads(fixture)).toBe(reads + 1);
  });

  it('are read at once after an event, and a rotated secret is sent again', async () => {
    const fixture = await readyProvider();
    await fixture.poll();
    fixture.secrets.put(KEY, 'second');
    expect((await fixture.poll()).next).toBe('settled');
    fixture.now += 1000;
    await fixture.ledger.requestCheck(WORKSPACE, 'dependencies', fixture.now);
    fixture.now += 1;
    const state = await fixture.poll();
    expect(state.operations).toMatchObject([{ address: PROVIDER, operation: 'update' }]);
    await fixture.provision(state);
    fixture.now += 2000;
    fixture.settle();
    expect((await fixture.reconcile()).next).toBe('settled');
    expect(fixture.record(PROVIDER)).toMatchObject({
      state: 'ready',
      secrets: { sent: { [KEY]: expect.any(String) } },
    });
    expect(fixture.record(PROVIDER)?.secrets?.current).toBeUndefined();
  });

  it('do not fail the poll where a secret is gone: what was sent stays', async () => {
    const fixture = await readyProvider();
    fixture.secrets.remove(KEY);
    fixture.now += dependencyCheckInterval;
    expect((await fixture.poll()).next).toBe('settled');
    expect(fixture.record(PROVIDER)?.state).toBe('ready');
  });

  it('poll: reads the versions of secrets again in the next pass after a throttled read', async () => {
    const fixture = await readyProvider();
    await fixture.poll();
    fixture.now += dependencyCheckInterval;
    fixture.secrets.script.failNext('currentVersion', new ServiceError('ThrottlingException'));
    await fixture.poll();
    const reads = versionReads(fixture);
    for (let pass = 0; pass < 2; pass += 1) await fixture.poll();
    expect(versionReads(fixture)).toBe(reads + 1);
  });

  it('are not read for a workspace without secrets', async () => {
    const fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    expect(versionReads(fixture)).toBe(0);
    expect(fixture.ledger.workspace(WORKSPACE)?.dependenciesCheckedAt).toBeUndefined();
  });
});

describe('poll: the runtime of another owner behind a target', () => {
  const runtime = (status: Status, updatedAt: number) => ({
    id: RUNTIME_ID,
    status,
    updatedAt,
    members: { agentRuntimeArn: RUNTIME },
  });

  /** A workspace whose target runs on the runtime, which another client then changes. */
  async function changedRuntime(status: Status) {
    const fixture = new ReconcileFixture(manifestWith({ endpoint: ENDPOINT }));
    fixture.controlPlane.put('agentRuntime/search', runtime('READY', fixture.now - 1000));
    await fixture.reconcile();
    await fixture.poll();
    fixture.now += 1000;
    fixture.controlPlane.put('agentRuntime/search', runtime(status, fixture.now));
    await fixture.ledger.requestCheck(WORKSPACE, 'dependencies', fixture.now);
    fixture.now += 1;
    return fixture;
  }

  it('has the target synchronized after an event', async () => {
    const state = await (await changedRuntime('READY')).poll();
    expect(state).toMatchObject({ next: 'sync', syncs: [{ address: 'gatewayTarget/front/issues' }] });
  });

  it('poll: reads the runtime of another owner again in the next pass after a throttled read', async () => {
    const fixture = await changedRuntime('READY');
    const { controlPlane } = fixture;
    const get = controlPlane.get.bind(controlPlane);
    const spy = vi
      .spyOn(controlPlane, 'get')
      .mockImplementation((kind, id) =>
        kind === 'agentRuntime'
          ? resultOf(Promise.reject(new ServiceError('ThrottlingException')))
          : get(kind, id),
      );
    expect((await fixture.poll()).next).toBe('settled');
    spy.mockRestore();
    fixture.now += 60_000;
    expect((await fixture.poll()).next).toBe('sync');
  });

  it('is waited for while it changes', async () => {
    const fixture = await changedRuntime('UPDATING');
    expect(await fixture.poll()).toMatchObject({ next: 'wait', syncs: [] });
    fixture.now += 5000;
    fixture.controlPlane.put('agentRuntime/search', runtime('READY', fixture.now));
    expect((await fixture.poll({ iteration: 1 })).next).toBe('sync');
  });

  it('is not waited for any longer than for a slow operation', async () => {
    const fixture = await changedRuntime('UPDATING');
    fixture.now += 600_000;
    expect((await fixture.poll()).next).toBe('settled');
  });
});

describe('poll: the index of workspaces', () => {
  it('has what the workspace has and uses, and no longer what left it', async () => {
    const fixture = await readyProvider();
    const gatewayId = fixture.record('gateway/front')?.id;
    for (const subject of [`gateway/${gatewayId}`, 'apiKeyCredentialProvider/ledger', `secret/${KEY}`])
      expect(await fixture.ledger.workspacesOf(subject), subject).toEqual([WORKSPACE]);
    fixture.upload(manifestWith({ hasTarget: false }));
    await fixture.reconcile();
    expect(await fixture.ledger.workspacesOf(`secret/${KEY}`)).toEqual([]);
  });
});
