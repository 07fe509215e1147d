import { beforeEach, describe, expect, it } from 'vitest';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { uploadRevision } from '../../core/storage/desiredDocument.ts';
import { progressKey } from '../../core/storage/keys.ts';
import {
  manifestWith,
  manifestWithTargets,
  ReconcileFixture,
  START,
  WORKSPACE,
} from '../testing/reconcileFixture.ts';
import { ITERATIONS_PER_EXECUTION, LEASE_DURATION } from './poll.ts';

const FRONT = 'gateway/front';
const ISSUES = 'gatewayTarget/front/issues';
const HOUR = 3_600_000;

let fixture: ReconcileFixture;

/** What poll writes and publishes from now on, by the methods of the ports. */
function watchWrites(): () => string[] {
  const { ledger, specBucket, events } = fixture;
  const written = () => [
    ...ledger.script.calls('writeResource'),
    ...ledger.script.calls('deleteResource'),
    ...ledger.script.calls('writeWorkspace'),
    ...ledger.script.calls('writeRequest'),
    ...specBucket.script.calls('writeDocument'),
    ...specBucket.script.calls('writeApplied'),
    ...events.published().map(({ detailType }) => ({ method: detailType })),
  ];
  const before = written();
  return () => {
    const left = before.map(({ method }) => method);
    return written().flatMap(({ method }) => {
      const index = left.indexOf(method);
      if (index < 0) return [method];
      left.splice(index, 1);
      return [];
    });
  };
}

describe('poll: the lease', () => {
  beforeEach(() => {
    fixture = new ReconcileFixture(manifestWith());
  });

  it('takes the lease for five minutes, and renews it with every poll', async () => {
    await fixture.poll();
    expect(LEASE_DURATION).toBe(300_000);
    expect(fixture.ledger.lease(WORKSPACE)).toMatchObject({
      holder: 'execution',
      expiresAt: START + 300_000,
    });
    fixture.now += 60_000;
    await fixture.poll({ iteration: 1 });
    expect(fixture.ledger.lease(WORKSPACE)).toMatchObject({ expiresAt: START + 360_000 });
  });

  it('is busy when another execution holds the lease, marks the workspace dirty, and reads nothing', async () => {
    await fixture.poll();
    const written = watchWrites();
    const calls = fixture.specBucket.script.calls().length;
    const state = await fixture.poll({ leaseHolder: 'another' });
    expect(state).toEqual({
      workspace: WORKSPACE,
      leaseHolder: 'another',
      iteration: 0,
      revision: '',
      next: 'busy',
      requeueAfterSeconds: 1,
      operations: [],
      syncs: [],
      requests: [],
      toolReads: [],
    });
    expect(fixture.ledger.lease(WORKSPACE)).toMatchObject({ holder: 'execution', mark: `another ${START}` });
    expect(fixture.specBucket.script.calls()).toHaveLength(calls);
    expect(written()).toEqual([]);
  });

  it('poll: reads everything, ready resources too, when another execution has marked the workspace, and in the retry of a poll that failed', async () => {
    await fixture.reconcile();
    await fixture.poll({ leaseHolder: 'another' });
    fixture.controlPlane.script.failNext('list', new Error('killed'));
    await expect(fixture.poll({ iteration: 7 })).rejects.toThrow('killed');
    const summaries = () => fixture.controlPlane.script.calls('summaries').length;
    const before = summaries();
    expect((await fixture.poll({ iteration: 7 })).next).toBe('settled');
    expect(summaries()).toBeGreaterThan(before);
    expect(await fixture.ledger.releaseLease(WORKSPACE, 'execution')).toEqual({ dirty: false });
  });

  it('poll: keeps the mark of an execution that asks while a poll reads', async () => {
    await fixture.poll();
    await fixture.poll({ leaseHolder: 'another' });
    fixture.controlPlane.script.beforeNext('list', async () => {
      await fixture.poll({ leaseHolder: 'third' });
    });
    await fixture.poll({ iteration: 1 });
    expect(fixture.ledger.lease(WORKSPACE)).toMatchObject({ mark: `third ${START}` });
  });

  it('poll: takes the mark away when the upload is refused', async () => {
    await fixture.poll();
    fixture.upload('gateways: 1');
    await fixture.poll({ leaseHolder: 'another' });
    expect((await fixture.poll({ iteration: 1 })).next).toBe('refused');
    expect(await fixture.ledger.releaseLease(WORKSPACE, 'execution')).toEqual({ dirty: false });
  });

  it('takes over a lease that has expired', async () => {
    await fixture.poll();
    fixture.now += LEASE_DURATION + 1;
    expect((await fixture.poll({ leaseHolder: 'another' })).next).toBe('provision');
  });

  it('writes nothing when another execution takes over the lease while it reads', async () => {
    await fixture.reconcile();
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    fixture.now += LEASE_DURATION + 1;
    const written = watchWrites();
    const taken: string[] = [];
    fixture.controlPlane.script.beforeNext('get', async () => {
      const before = written();
      await fixture.ledger.takeLease({
        workspace: WORKSPACE,
        holder: 'another',
        now: fixture.now + LEASE_DURATION + 1,
        duration: LEASE_DURATION,
      });
      taken.push(...before);
    });
    expect((await fixture.poll()).next).toBe('busy');
    // Before it read anything, the poll stored the parsed upload, which any execution would store under this name.
    expect(written()).toEqual(taken);
    expect(fixture.record('gatewayTarget/front/issues')?.state).toBe('ready');
  });
});

describe('poll: the upload', () => {
  beforeEach(() => {
    fixture = new ReconcileFixture(manifestWith());
  });

  it.each([
    ['has errors', () => fixture.upload('gateways: { front: { roleArn: 7 } }')],
    ['has no manifest', () => fixture.specBucket.deleteUpload(WORKSPACE, 'manifest.yaml')],
  ])('refuses an upload that %s, and changes nothing but the parsed state', async (_, change) => {
    const accepted = await fixture.reconcile();
    change();
    const written = watchWrites();
    const calls = fixture.controlPlane.script.calls().length;
    const state = await fixture.poll();
    expect(state).toMatchObject({ next: 'refused', operations: [], syncs: [], requests: [] });
    expect(state.revision).toMatch(/^[0-9a-f]{64}-[0-9a-f]{16}$/);
    expect(state.revision).not.toBe(accepted.revision);
    // The parsed state, and the guardrails for the team's next plan.
    expect(written()).toEqual(['writeDocument', 'writeDocument']);
    expect(fixture.controlPlane.script.calls()).toHaveLength(calls);
    expect(fixture.ledger.workspace(WORKSPACE)).toMatchObject({ acceptedRevision: accepted.revision });
  });

  it('plans the creation of a gateway before that of its targets', async () => {
    const { next, operations } = await fixture.poll();
    expect(next).toBe('provision');
    expect(operations.map(({ address, operation }) => [address, operation])).toEqual([[FRONT, 'create']]);
  });

  it('parses an upload once', async () => {
    await fixture.poll();
    await fixture.poll({ iteration: 1 });
    expect(fixture.specBucket.script.calls('readFile')).toHaveLength(1);
  });

  it('settles when every resource is ready', async () => {
    const state = await fixture.reconcile();
    expect(state).toMatchObject({ next: 'settled', operations: [], syncs: [], requests: [] });
    expect(([FRONT, ISSUES] as const).map((address) => fixture.record(address)?.state)).toEqual([
      'ready',
      'ready',
    ]);
  });
});

describe('poll: writes', () => {
  beforeEach(async () => {
    fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
  });

  it('writes and publishes nothing when nothing has changed', async () => {
    const written = watchWrites();
    fixture.now += HOUR / 2;
    expect((await fixture.poll()).next).toBe('settled');
    expect(written()).toEqual([]);
  });

  it('writes the workspace record alone when only the accepted upload has changed', async () => {
    const { acceptedRevision: before, ...others } = fixture.ledger.workspace(WORKSPACE) ?? {};
    fixture.upload(manifestWith({ comment: 'another comment' }));
    const written = watchWrites();
    const state = await fixture.poll();
    expect(state.next).toBe('settled');
    expect(state.revision).not.toBe(before);
    // The documents are the parsed upload, and the guardrails for the team's next plan.
    expect(written()).toEqual(['writeWorkspace', 'writeDocument', 'writeDocument']);
    expect(fixture.ledger.workspace(WORKSPACE)).toEqual({ ...others, acceptedRevision: state.revision });
  });

  it('keeps the delivery of the last outcome in the workspace record', async () => {
    const outcomeDelivery = { digest: 'd', failedContacts: [], attempts: 1 };
    const record = fixture.ledger.workspace(WORKSPACE) ?? {};
    fixture.ledger.putWorkspace(WORKSPACE, { ...record, outcomeDelivery });
    fixture.upload(manifestWith({ comment: 'another comment' }));
    await fixture.poll();
    expect(fixture.ledger.workspace(WORKSPACE)).toMatchObject({ outcomeDelivery });
  });

  it('writes the time of the next scheduled synchronization once the workspace is settled', async () => {
    fixture.upload(manifestWith({ settings: '{ resync: rate(6 hours) }' }));
    await fixture.poll();
    const { nextResyncAt } = fixture.ledger.workspace(WORKSPACE) ?? {};
    expect(nextResyncAt).toBeGreaterThan(fixture.now);
    const { updatedAt = 0 } = fixture.controlPlane.resource(ISSUES) ?? {};
    fixture.now += HOUR / 2;
    fixture.controlPlane.put(ISSUES, { updatedAt, members: { lastSynchronizedAt: fixture.now } });
    const written = watchWrites();
    await fixture.pollWatched(await fixture.poll());
    expect(written()).toEqual(['writeResource', 'writeWorkspace']);
    expect(fixture.ledger.workspace(WORKSPACE)?.nextResyncAt).toBe(fixture.now + 6 * HOUR);
  });

  it('writes each changed record under the version that it has read', async () => {
    const version = fixture.ledger.resource(WORKSPACE, ISSUES)?.version;
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    const calls = fixture.ledger.script.calls('writeResource').length;
    await fixture.poll();
    const [call] = fixture.ledger.script.calls('writeResource').slice(calls);
    expect(call?.input).toEqual([WORKSPACE, expect.objectContaining({ address: ISSUES }), version]);
  });

  it('fails when another step wrote a record meanwhile, and keeps what that step wrote', async () => {
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    fixture.ledger.script.beforeNext('writeResource', () =>
      fixture.changeRecord(ISSUES, { reasons: ['changed meanwhile'] }),
    );
    await expect(fixture.poll()).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
    expect(fixture.record(ISSUES)).toMatchObject({ reasons: ['changed meanwhile'] });
  });

  it('deletes the record of a removed resource when its client token can no longer matter', async () => {
    fixture.upload(manifestWith({ hasTarget: false }));
    await fixture.reconcile();
    expect(fixture.controlPlane.resource(ISSUES)).toBeUndefined();
    fixture.now += 25 * HOUR;
    await fixture.poll();
    expect(fixture.record(ISSUES)).toBeUndefined();
    expect(fixture.record(FRONT)).toMatchObject({ state: 'ready' });
  });

  it('writes the progress with the upload and the state of every resource while it changes something', async () => {
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    fixture.now += HOUR;
    const { revision } = await fixture.poll();
    expect(fixture.specBucket.document(progressKey(WORKSPACE))).toMatchObject({
      revision: uploadRevision(revision),
      time: new Date(fixture.now).toISOString(),
      resources: [
        { address: FRONT, state: 'ready' },
        { address: ISSUES, state: 'in-progress' },
      ],
    });
  });
});

describe('poll: events', () => {
  beforeEach(() => {
    fixture = new ReconcileFixture(manifestWith());
  });

  it('publishes once that a resource became ready', async () => {
    await fixture.reconcile();
    await fixture.poll();
    const ready = fixture.events.published('Resource Ready').map(({ detail }) => detail.resource);
    expect(ready).toEqual([
      expect.objectContaining({ kind: 'gateway', name: 'front' }),
      expect.objectContaining({ kind: 'gatewayTarget', name: 'front/issues' }),
    ]);
  });

  it('publishes an event again rather than never when the step is killed before it writes the ledger', async () => {
    const planned = await fixture.poll();
    await fixture.provision(planned);
    fixture.settle();
    fixture.ledger.script.failNext('writeResource', new StepKilled());
    await expect(fixture.poll({ iteration: 1 })).rejects.toThrow(StepKilled);
    await fixture.poll({ iteration: 1 });
    expect(fixture.events.published('Resource Ready')).toHaveLength(2);
  });

  it('leaves the ledger as it is when the events cannot be published, so that the retried poll publishes them', async () => {
    const planned = await fixture.poll();
    await fixture.provision(planned);
    fixture.settle();
    const before = fixture.record(FRONT);
    fixture.events.acceptOnly(0);
    await expect(fixture.poll({ iteration: 1 })).rejects.toMatchObject({ code: 'EventsNotAccepted' });
    expect(fixture.record(FRONT)).toEqual(before);
  });
});

describe('poll: the next step', () => {
  beforeEach(() => {
    fixture = new ReconcileFixture(manifestWith());
  });

  it('poll: has provision hold on for a young operation, and waits for an older one as long as the decision says', async () => {
    await fixture.provision(await fixture.poll());
    expect(await fixture.poll({ iteration: 1 })).toMatchObject({ next: 'provision', holdSeconds: 60 });
    fixture.now += 200_000;
    const state = await fixture.poll({ iteration: 2 });
    expect(state).toMatchObject({ next: 'wait', requeueAfterSeconds: 30 });
    expect(state).not.toHaveProperty('holdSeconds');
  });

  it('poll: passes on what is due and has no slot', async () => {
    fixture = new ReconcileFixture(manifestWithTargets(7));
    await fixture.provision(await fixture.poll());
    fixture.settle();
    const { operations, queued } = await fixture.poll({ iteration: 1 });
    expect(operations).toHaveLength(5);
    expect(queued?.map(({ address }) => address)).toEqual([
      'gatewayTarget/front/t5',
      'gatewayTarget/front/t6',
    ]);
  });

  it('asks a person when a target awaits consent', async () => {
    fixture = new ReconcileFixture(
      manifestWith()
        .replace(
          'authorizerType: AWS_IAM',
          'authorizerType: CUSTOM_JWT\n    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://login.example.com/.well-known/openid-configuration } }',
        )
        .replace(
          'targetConfiguration:',
          `credentialProviderConfigurations: [{ credentialProviderType: OAUTH, credentialProvider: { oauthCredentialProvider: { providerArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:token-vault/default/oauth2credentialprovider/github', scopes: [repo], grantType: AUTHORIZATION_CODE } } }], targetConfiguration:`,
        ),
    );
    await fixture.provision(await fixture.poll());
    fixture.settle();
    await fixture.provision(await fixture.poll({ iteration: 1 }));
    fixture.controlPlane.settle(ISSUES, 'CREATE_PENDING_AUTH');
    const state = await fixture.poll({ iteration: 2 });
    expect(state).toMatchObject({
      next: 'ask',
      operations: [],
      requests: [{ address: ISSUES, kind: 'authorization', reason: 'create' }],
    });
  });

  it('synchronizes a target whose schedule is due', async () => {
    fixture.upload(manifestWith({ settings: '{ resync: rate(6 hours) }' }));
    await fixture.reconcile();
    fixture.now += 7 * HOUR;
    const state = await fixture.poll();
    expect(state).toMatchObject({ next: 'sync', operations: [], syncs: [{ address: ISSUES }] });
  });

  it('continues in a fresh execution after 900 polls, under a name that a retried poll repeats', async () => {
    expect(ITERATIONS_PER_EXECUTION).toBe(900);
    const state = await fixture.poll({ iteration: 900 });
    expect(state).toMatchObject({ next: 'continue', continueAs: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await fixture.poll({ iteration: 900 })).continueAs).toBe(state.continueAs);
    expect((await fixture.poll({ iteration: 900, now: START + 1000 })).continueAs).not.toBe(state.continueAs);
  });

  it('goes on in the same execution before 900 polls', async () => {
    const state = await fixture.poll({ iteration: 899 });
    expect(state.next).toBe('provision');
    expect(state).not.toHaveProperty('continueAs');
  });

  it('settles at the limit rather than continuing', async () => {
    await fixture.reconcile();
    for (const iteration of [900, 901]) {
      const state = await fixture.poll({ iteration });
      expect(state.next).toBe('settled');
      expect(state).not.toHaveProperty('continueAs');
    }
  });
});

describe('poll: reads before the decision', () => {
  const changedOutside = { mcp: { mcpServer: { endpoint: 'https://elsewhere.example.com/mcp' } } };

  async function changeOutside(settings: string): Promise<void> {
    fixture = new ReconcileFixture(manifestWith({ settings }));
    await fixture.reconcile();
    fixture.now += HOUR / 2;
    const config = { ...fixture.controlPlane.resource(ISSUES)?.config, targetConfiguration: changedOutside };
    fixture.controlPlane.put(ISSUES, { config });
  }

  it('reads the configuration of a target that was changed outside Gateloop, and decides again', async () => {
    await changeOutside('{ selfHeal: true }');
    const id = fixture.controlPlane.resource(ISSUES)?.id;
    const gets = fixture.controlPlane.script.calls('get').length;
    const state = await fixture.poll();
    expect(state).toMatchObject({
      next: 'provision',
      operations: [{ address: ISSUES, operation: 'update' }],
    });
    const read = fixture.controlPlane.script.calls('get').slice(gets);
    expect(read.map(({ input: [kind] }) => kind)).toEqual(['gatewayTarget']);
    expect(read[0]?.input[1]).toEqual({ id, parentId: fixture.controlPlane.resource(FRONT)?.id });
  });

  it('leaves a change made outside Gateloop when selfHeal is off', async () => {
    await changeOutside('{ selfHeal: false }');
    const written = watchWrites();
    expect(await fixture.poll()).toMatchObject({ next: 'settled', operations: [] });
    // The outcome reports the state after the last poll; the progress document is for the polls before it.
    expect(written()).toEqual(['writeResource', 'Resource Drifted']);
    expect(fixture.record(ISSUES)).toMatchObject({
      state: 'drifted',
      drift: { updatedAt: fixture.now, cause: 'foreign' },
    });
  });

  it('creates a target again that is gone when poll reads its configuration', async () => {
    await changeOutside('{ selfHeal: true }');
    fixture.controlPlane.script.beforeNext('get', () => fixture.controlPlane.remove(ISSUES));
    expect(await fixture.poll()).toMatchObject({ operations: [{ address: ISSUES, operation: 'create' }] });
  });

  it('leaves a resource whose read fails to the next poll, and loses nothing of it', async () => {
    await changeOutside('{ selfHeal: true }');
    const { id, applied } = fixture.record(ISSUES) ?? {};
    fixture.controlPlane.script.failNext('get', new ServiceError('InternalServerException'));
    expect(await fixture.poll()).toMatchObject({ next: 'wait', operations: [], requeueAfterSeconds: 1 });
    expect(fixture.record(ISSUES)).toMatchObject({ id, applied, state: 'in-progress' });
    expect((await fixture.poll()).operations).toMatchObject([{ address: ISSUES, operation: 'update' }]);
  });
});

describe('poll: the breaker', () => {
  const LIMITS = { workspaceShare: 0.5, workspaceMinimum: 5, fleetMaximum: 1 };
  const more = Array.from(
    { length: 4 },
    (_, index) =>
      `  g${index}: { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: AWS_IAM }\n`,
  ).join('');

  /** Another client describes this many of six resources. */
  async function describeByHand(count: number): Promise<void> {
    fixture = new ReconcileFixture(manifestWith({ settings: '{ selfHeal: true }', more }));
    await fixture.reconcile();
    fixture.now += HOUR;
    change(count);
  }
  const change = (count: number) => {
    for (const address of fixture.controlPlane.addresses().slice(0, count)) {
      const { config = {} } = fixture.controlPlane.resource(address) ?? {};
      fixture.controlPlane.put(address, { config: { ...config, description: 'by hand' } });
    }
  };
  const heldBack = () =>
    fixture.events.published().filter(({ detailType }) => detailType === 'Healing Held Back');
  const updates = () => fixture.controlPlane.script.calls('update').length;

  it('reverts nothing while more than half of a workspace differs, and publishes that once', async () => {
    await describeByHand(5);
    for (let pass = 0; pass < 3; pass += 1) {
      expect(await fixture.reconcile()).toMatchObject({ next: 'settled', operations: [] });
      fixture.now += HOUR / 4;
    }
    expect(updates()).toBe(0);
    expect(heldBack()).toMatchObject([
      { detail: { workspace: WORKSPACE, breaker: 'workspace', count: 5, resources: { length: 5 } } },
    ]);
    expect(fixture.ledger.workspace(WORKSPACE)?.breaker).toMatchObject({ kind: 'workspace', resources: 5 });
  });

  it('reverts what an operator allows, once, and counts what drifts later again', async () => {
    await describeByHand(5);
    await fixture.reconcile();
    expect(await fixture.ledger.allowHealing(WORKSPACE, fixture.now)).toBe(true);
    expect((await fixture.reconcile()).next).toBe('settled');
    expect(updates()).toBe(5);
    const record = fixture.ledger.workspace(WORKSPACE);
    expect(record).not.toHaveProperty('breaker');
    expect(record).not.toHaveProperty('healingAllowedAt');
    fixture.now += HOUR / 4;
    change(5);
    expect((await fixture.reconcile()).operations).toEqual([]);
    expect(updates()).toBe(5);
    expect(heldBack()).toHaveLength(2);
  });

  it('stays tripped over a suspension, and is not published again', async () => {
    await describeByHand(5);
    await fixture.reconcile();
    await fixture.ledger.suspend(undefined, { since: fixture.now });
    await fixture.reconcile();
    expect(fixture.record(FRONT)).toMatchObject({ state: 'drifted' });
    await fixture.ledger.resume(undefined);
    await fixture.reconcile();
    expect(updates()).toBe(0);
    expect(heldBack()).toHaveLength(1);
  });

  it('goes on by itself when the changes fall below the bound', async () => {
    await describeByHand(5);
    await fixture.reconcile();
    for (const address of fixture.controlPlane.addresses().slice(0, 3)) {
      const { description: _, ...config } = fixture.controlPlane.resource(address)?.config ?? {};
      fixture.now += 1000;
      fixture.controlPlane.put(address, { config });
    }
    await fixture.reconcile();
    expect(updates()).toBe(2);
    expect(fixture.ledger.workspace(WORKSPACE)).not.toHaveProperty('breaker');
  });

  it('reverts nothing while the fleet has too many changes, and lets the workspace that tripped it tell', async () => {
    await describeByHand(2);
    fixture.healLimits = LIMITS;
    await fixture.ledger.reserveHeals('books', ['gateway/a', 'gateway/b'], 1, fixture.now);
    expect(await fixture.reconcile()).toMatchObject({ next: 'settled', operations: [] });
    expect(fixture.ledger.workspace(WORKSPACE)?.breaker).toEqual({
      kind: 'fleet',
      since: fixture.now,
      resources: 2,
      toldByAnother: true,
    });
    expect(updates()).toBe(0);
  });

  it('counts the changes that it reverts for the fleet', async () => {
    await describeByHand(1);
    fixture.healLimits = LIMITS;
    await fixture.reconcile();
    expect(updates()).toBe(1);
    const reserved = await fixture.ledger.reserveHeals('books', ['gateway/a'], 1, fixture.now);
    expect(reserved).toEqual({ granted: false, trippedBy: 'books' });
  });
});

describe('poll: suspended writes', () => {
  it('settles without a call, and makes the calls at the first poll after the resumption', async () => {
    fixture = new ReconcileFixture(manifestWith());
    await fixture.ledger.suspend(undefined, { since: START });
    expect(await fixture.reconcile()).toMatchObject({ next: 'settled', operations: [] });
    expect(fixture.controlPlane.addresses()).toEqual([]);
    expect(fixture.record(FRONT)).toMatchObject({
      state: 'suspended',
      reasons: [expect.stringContaining('suspended all changes')],
    });
    await fixture.ledger.resume(undefined);
    await fixture.reconcile();
    expect(fixture.record(ISSUES)?.state).toBe('ready');
  });

  it('tells drift that it would revert, and reverts it after the resumption', async () => {
    fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    fixture.now += HOUR;
    const config = { ...fixture.controlPlane.resource(ISSUES)?.config, description: 'by hand' };
    fixture.controlPlane.put(ISSUES, { config });
    await fixture.ledger.suspend(undefined, { since: fixture.now });
    expect(await fixture.reconcile()).toMatchObject({ next: 'settled', operations: [] });
    expect(fixture.record(ISSUES)).toMatchObject({
      state: 'suspended',
      reasons: [
        'Changed outside Gateloop: description (added).',
        expect.stringContaining('suspended all changes'),
      ],
    });
    await fixture.ledger.resume(undefined);
    await fixture.reconcile();
    expect(fixture.record(ISSUES)).toMatchObject({ state: 'ready', reasons: [] });
    expect(fixture.controlPlane.resource(ISSUES)?.config).not.toHaveProperty('description');
  });

  it('waits for the operations that are under way', async () => {
    fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
    await fixture.provision(await fixture.poll());
    await fixture.ledger.suspend(WORKSPACE, { since: START });
    const state = await fixture.poll({ iteration: 1 });
    expect(state).toMatchObject({ next: 'provision', operations: [], holdSeconds: 60 });
    expect(await fixture.hold(state)).toMatchObject({ provisioned: [], requeueAfterSeconds: 0 });
    fixture.now += 2000;
    fixture.settle();
    await fixture.reconcile();
    expect(fixture.record(FRONT)?.state).toBe('ready');
  });
});
