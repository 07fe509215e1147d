import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { slowCheckLimit } from '../../core/reconcile/limits.ts';
import { combinedRevision, revisionOf } from '../../core/storage/desiredDocument.ts';
import { guardrailsDigest } from '../poll/readGuardrails.ts';
import { logger } from '../runtime/observability.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';
import { type ScanState, scanFleet } from './scanFleet.ts';
import { startDueWorkspaces } from './startDueWorkspaces.ts';

const FRONT = 'gateway/front';
const ISSUES = 'gatewayTarget/front/issues';

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation(() => {});
});

/** A workspace whose last pass has ended, an hour ago at most, and the ports of a scan. */
class ScanFixture extends ReconcileFixture {
  readonly slept: number[] = [];
  override readonly sleep = async (ms: number) => {
    this.slept.push(ms);
    this.now += ms;
  };

  static async atRest(
    manifest = manifestWith({ settings: '{ prune: true, selfHeal: true }' }),
  ): Promise<ScanFixture> {
    const fixture = new ScanFixture(manifest);
    await fixture.pass();
    // The first pass reads back what it has written.
    fixture.now += 700_000;
    await fixture.pass();
    fixture.now += 60_000;
    return fixture;
  }

  async pass(): Promise<void> {
    const state = await this.reconcile();
    await this.publishOutcome(state);
    await this.ledger.releaseLease(WORKSPACE, 'execution');
  }

  scan(before: Partial<ScanState> = {}): Promise<ScanState> {
    const { after, looked = 0, started = 0, measurements = [] } = before;
    const event = { reason: 'drift' as const, looked, started, measurements, now: this.now };
    return scanFleet({ ...event, ...(after !== undefined && { after }) }, this);
  }
}

describe('scanFleet', () => {
  it('scanFleet: starts nothing where everything is as the last pass left it, and reads Lists alone', async () => {
    const fixture = await ScanFixture.atRest();
    const before = fixture.controlPlane.script.calls().length;
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 1, started: 0 });
    const calls = fixture.controlPlane.script.calls().slice(before);
    expect(calls.map(({ method, input }) => [method, input[0]])).toEqual([
      ['list', 'gateway'],
      ['list', 'gatewayTarget'],
    ]);
    expect(fixture.starter.started()).toEqual([]);
  });

  it('scanFleet: lists the records of each registry once, and finds one that was changed', async () => {
    const record = (name: string, registryId: string) =>
      `  ${name}: { registryId: ${registryId}, recordType: CUSTOM, publication: draft, descriptors: { custom: { data: '{}' } } }\n`;
    const fixture = await ScanFixture.atRest(
      `registryRecords:\n${record('a', 'Tools0000001')}${record('b', 'Tools0000001')}${record('c', 'Skills000001')}`,
    );
    const before = fixture.controlPlane.script.calls().length;
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 1, started: 0 });
    const calls = fixture.controlPlane.script.calls().slice(before);
    expect(calls.map(({ method, input }) => [method, ...input])).toEqual([
      ['list', 'registryRecord', 'Tools0000001'],
      ['list', 'registryRecord', 'Skills000001'],
    ]);
    const { id = '' } = fixture.record('registryRecord/c') ?? {};
    await fixture.controlPlane.update('registryRecord', { id }, {});
    fixture.controlPlane.settle('registryRecord/c');
    expect(await fixture.scan()).toMatchObject({ started: 1 });
  });

  it('scanFleet: reads the endpoints of a runtime that has some, and takes the one of the service for no change', async () => {
    const runtime = `agentRuntimes:
  search:
    roleArn: arn:aws:iam::123456789012:role/agent
    networkConfiguration: { networkMode: PUBLIC }
    agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' } }
    endpoints: { production: {} }
`;
    const fixture = await ScanFixture.atRest(runtime);
    const served = { config: { agentRuntimeVersion: '1' }, members: { liveVersion: '1' } };
    fixture.controlPlane.put('agentRuntimeEndpoint/search/DEFAULT', served);
    expect(await fixture.scan()).toMatchObject({ next: 'done', started: 0 });
    expect(fixture.controlPlane.script.calls('list').slice(-2)).toMatchObject([
      { input: ['agentRuntime'] },
      { input: ['agentRuntimeEndpoint', expect.any(String)] },
    ]);
    fixture.controlPlane.put('agentRuntimeEndpoint/search/production', served);
    expect(await fixture.scan()).toMatchObject({ next: 'done', started: 1 });
  });

  it.each<[string, (fixture: ScanFixture) => void | Promise<void>]>([
    ['a new upload', (fixture) => fixture.upload(manifestWith({ comment: 'changed' }))],
    ['other guardrails', (fixture) => fixture.specBucket.deleteGuardrails()],
    ['another deployment', (fixture) => Object.assign(fixture, { deploymentId: 'second' })],
    [
      'a command that waits',
      ({ ledger, now }) => ledger.putCommand(WORKSPACE, { action: 'retry', address: ISSUES, givenAt: now }),
    ],
    ['a resource that is not ready', (fixture) => fixture.changeRecord(ISSUES, { state: 'failed' })],
    [
      'a resource that waits for its next attempt',
      (fixture) =>
        fixture.changeRecord(ISSUES, {
          retry: { fingerprint: 'f', count: 1, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] },
        }),
    ],
    [
      'tags that no pass has read for two hours',
      (fixture) => {
        fixture.now += slowCheckLimit;
      },
    ],
    ['an event about tags', ({ ledger, now }) => ledger.requestCheck(WORKSPACE, 'tags', now)],
    [
      'a lease whose holder has ended',
      async (fixture) => {
        await fixture.ledger.takeLease({
          workspace: WORKSPACE,
          holder: 'ended',
          now: fixture.now,
          duration: 1000,
        });
        fixture.now += 2000;
      },
    ],
    [
      'a changed gateway',
      (fixture) => {
        fixture.now += 1000;
        fixture.controlPlane.put(FRONT);
      },
    ],
    [
      'a changed target',
      (fixture) => {
        fixture.now += 1000;
        fixture.controlPlane.put(ISSUES);
      },
    ],
    ['a deleted target', ({ controlPlane }) => controlPlane.remove(ISSUES)],
    [
      'a deleted gateway',
      ({ controlPlane }) => {
        controlPlane.remove(ISSUES);
        controlPlane.remove(FRONT);
      },
    ],
    [
      'a List that is denied',
      ({ controlPlane }) =>
        controlPlane.script.failNext('list', new ServiceError('AccessDeniedException', 'not authorized')),
    ],
  ])('scanFleet: has a workspace reconciled for %s', async (_, change) => {
    const fixture = await ScanFixture.atRest();
    await change(fixture);
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 1, started: 1 });
    expect(fixture.starter.started().map(({ input }) => input)).toEqual([{ workspace: WORKSPACE }]);
  });

  it('scanFleet: has a workspace reconciled that was never brought to an end', async () => {
    const fixture = new ScanFixture(manifestWith());
    expect(await fixture.scan()).toMatchObject({ looked: 1, started: 1 });
  });

  it('scanFleet: leaves a workspace alone on which an execution is at work', async () => {
    const fixture = new ScanFixture(manifestWith());
    await fixture.poll();
    expect(await fixture.scan()).toMatchObject({ looked: 1, started: 0 });
  });

  it('scanFleet: waits at random where the service throttles a List, and reads it again', async () => {
    const fixture = await ScanFixture.atRest();
    const throttled = new ServiceError('ThrottlingException', 'Rate exceeded');
    fixture.controlPlane.script.letPass('list');
    fixture.controlPlane.script.failNext('list', throttled);
    fixture.controlPlane.script.failNext('list', throttled);
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 1, started: 0 });
    expect(fixture.slept).toEqual([1000, 2000]);
  });

  it('scanFleet: starts nothing where the service is out of order', async () => {
    const fixture = await ScanFixture.atRest();
    fixture.controlPlane.script.failNext('list', new ServiceError('InternalServerException', 'down'));
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 1, started: 0 });
  });

  it('scanFleet: ends a turn after 45 s, and the next turn goes on behind the last workspace', async () => {
    const fixture = new ScanFixture();
    for (let number = 10; number < 35; number += 1)
      fixture.specBucket.upload(`team-${number}`, 'manifest.yaml', '');
    const readWorkspace = fixture.ledger.readWorkspace.bind(fixture.ledger);
    fixture.ledger.readWorkspace = (workspace) => {
      fixture.now += 4000;
      return readWorkspace(workspace);
    };
    const turns: ScanState[] = [await fixture.scan()];
    while (turns.at(-1)?.next === 'scan') turns.push(await fixture.scan(turns.at(-1)));
    expect(turns.length).toBeGreaterThan(1);
    expect(turns.at(-1)).toMatchObject({ next: 'done', looked: 25, started: 25 });
    expect(new Set(fixture.starter.started().map(({ input }) => input.workspace)).size).toBe(25);
    expect(JSON.stringify(turns[0]).length).toBeLessThan(1000);
  });

  it('scanFleet: a workspace that cannot be read stops no other', async () => {
    const fixture = new ScanFixture(manifestWith());
    fixture.specBucket.upload('another', 'manifest.yaml', '');
    fixture.ledger.script.failNext('readLease', new ServiceError('ValidationException'));
    expect(await fixture.scan()).toMatchObject({ next: 'done', looked: 2, started: 1 });
  });

  it('scanFleet: never reads more Lists of targets in a second than an account may', async () => {
    const fixture = await ScanFixture.atRest();
    const times: number[] = [];
    const list = fixture.controlPlane.list.bind(fixture.controlPlane);
    fixture.controlPlane.list = (kind, parent) => {
      if (kind === 'gatewayTarget') times.push(fixture.now);
      return list(kind, parent);
    };
    // Forty scans at once are forty gateways.
    await Promise.all(Array.from({ length: 40 }, () => fixture.scan()));
    for (const time of times)
      expect(times.filter((other) => other > time - 1000 && other <= time).length).toBeLessThanOrEqual(8);
    expect(times).toHaveLength(40);
  });

  it('scanFleet: looks at each of a thousand gateways in every 15 minutes, and starts what was changed', async () => {
    const fixture = await ThousandGateways.atRest();
    fixture.controlPlane.put('gatewayTarget/g512/two');
    const { turns, minutes } = await fixture.scanAll();
    expect(turns.at(-1)).toMatchObject({ looked: 1000, started: 1 });
    expect(fixture.starter.started().map(({ input }) => input)).toEqual([{ workspace: 'team-512' }]);
    expect(minutes).toBeLessThan(5);
    expect(turns.length).toBeLessThanOrEqual(6);
    expect(turns.at(-1)?.measurements).toContainEqual({ name: 'ResourcesReady', value: 3000 });
    expect(fixture.listed.size).toBe(1000);
    expect(fixture.controlPlane.script.calls('list').length).toBe(1000 + turns.length);
  });

  it('scanFleet: has each of a thousand workspaces reconciled within 15 minutes where all are due at once', async () => {
    const fixture = await ThousandGateways.atRest();
    fixture.now += slowCheckLimit;
    // A synchronization that falls due in the window waits neither for the scan nor for the other workspaces.
    await fixture.requestSync('team-700', fixture.now + 60_000);
    const { turns, minutes } = await fixture.scanAll();
    expect(turns.at(-1)).toMatchObject({ looked: 1000 });
    expect(minutes).toBeLessThan(10);
    const started = fixture.starter.started().map(({ input }) => input.workspace);
    expect(new Set(started).size).toBe(1000);
    expect(fixture.syncStartedAt).toBeLessThanOrEqual(fixture.syncDueAt + 60_000);
  });
});

/** A thousand workspaces that are at rest, with a gateway of two targets each. Schedules and polls take part in the scan. */
class ThousandGateways extends ScanFixture {
  /** The ids of the gateways whose targets were listed. */
  readonly listed = new Set<string>();
  syncDueAt = Number.POSITIVE_INFINITY;
  syncStartedAt = Number.POSITIVE_INFINITY;
  #nextMinute = 0;

  static override async atRest(): Promise<ThousandGateways> {
    const fixture = new ThousandGateways();
    const guardrails = guardrailsDigest(await fixture.specBucket.readGuardrails());
    for (let number = 0; number < 1000; number += 1) await fixture.#put(number, guardrails);
    const list = fixture.controlPlane.list.bind(fixture.controlPlane);
    fixture.controlPlane.list = (kind, parent) => {
      fixture.now += 20;
      if (kind === 'gatewayTarget' && parent !== undefined) fixture.listed.add(parent);
      return list(kind, parent);
    };
    fixture.now += 60_000;
    return fixture;
  }

  async #put(number: number, guardrails: string): Promise<void> {
    const workspace = `team-${number}`;
    const addresses: Address[] = [
      `gateway/g${number}`,
      `gatewayTarget/g${number}/one`,
      `gatewayTarget/g${number}/two`,
    ];
    this.specBucket.upload(workspace, 'manifest.yaml', '');
    for (const address of addresses) this.ledger.putResource(workspace, this.#recorded(address));
    const revision = revisionOf(await this.specBucket.listFiles(workspace));
    this.ledger.putWorkspace(workspace, {
      acceptedRevision: combinedRevision(revision, guardrails),
      deploymentId: this.deploymentId,
      outcomeDelivery: { digest: 'd', failedContacts: [], attempts: 1 },
    });
  }

  #recorded(address: Address): ResourceRecord {
    const { id } = this.controlPlane.put(address);
    const applied = { fingerprint: 'f', updatedAt: this.now };
    const tags = { applied: {}, checkedAt: this.now };
    return { address, id, applied, tags, state: 'ready', reasons: [], since: this.now };
  }

  async requestSync(workspace: string, at: number): Promise<void> {
    this.syncDueAt = at;
    this.ledger.putWorkspace(workspace, {
      ...(await this.ledger.readWorkspace(workspace)),
      nextResyncAt: at,
    });
  }

  /** Runs the turns of one scan, with what the schedule does each minute. Each started execution lists the targets, too. */
  async scanAll(): Promise<{ turns: ScanState[]; minutes: number }> {
    const begun = this.now;
    this.#nextMinute = begun;
    const { startReconcile } = this.starter;
    this.starter.startReconcile = async (execution, input) => {
      await this.ledger.reserveReads('list gatewayTarget', 1, this.now);
      return startReconcile.call(this.starter, execution, input);
    };
    const turns: ScanState[] = [await this.scan()];
    while (turns.at(-1)?.next === 'scan') turns.push(await this.scan(turns.at(-1)));
    return { turns, minutes: (this.now - begun) / 60_000 };
  }

  override readonly sleep = async (ms: number) => {
    this.now += ms;
    if (this.now < this.#nextMinute) return;
    this.#nextMinute = this.now + 60_000;
    const { started } = await startDueWorkspaces({ reason: 'resync', now: this.now }, this);
    if (started.length === 0) return;
    this.syncStartedAt = Math.min(this.syncStartedAt, this.now);
    for (const workspace of started) await this.requestSync(workspace, Number.MAX_SAFE_INTEGER);
  };
}
