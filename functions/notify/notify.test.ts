import { describe, expect, it } from 'vitest';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import { omit } from '../../core/objects.ts';
import { outcomeDigest } from '../../core/outcome/outcome.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { PlannedRequest } from '../../core/reconcile/plan.ts';
import { writeDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { readOutcome } from '../../core/storage/outcomeDocument.ts';
import { readRequestDetails } from '../../core/storage/requestDetails.ts';
import { saveToolChanges } from '../../core/storage/toolContractDocuments.ts';
import type { ToolChange } from '../../core/toolContracts/compareTools.ts';
import { metrics } from '../runtime/observability.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { notify } from './notify.ts';

const NOW = Date.UTC(2026, 0, 1, 10);
const MINUTE = 60_000;
const ISSUES: Address = 'gatewayTarget/front/issues';
const NOTES: Address = 'gatewayTarget/front/notes';
const ADA = { channel: 'email', address: 'ada@example.com' } as const;
const BOB = { channel: 'slack', address: '#payments' } as const;
const id = (number: number) => String(number).padStart(32, '0');
const owners = { default: { contacts: [ADA, BOB] }, escalation: { contacts: [BOB] } };
const issues: DesiredResource = {
  address: ISSUES,
  kind: 'gatewayTarget',
  name: 'front/issues',
  config: {},
  references: [],
  owner: { contacts: [BOB] },
  settings: defaultSettings,
  location: { file: 'manifest.yaml', line: 1, column: 1 },
};
const planned: PlannedRequest = {
  address: ISSUES,
  kind: 'authorization',
  fingerprint: 'f1',
  reason: 'create',
};

/** The workspace `payments`: a parsed manifest with one target, and its record in the ledger. */
async function openWorkspace() {
  const ledger = new InMemoryLedger();
  const specBucket = new InMemorySpecBucket();
  const events = new InMemoryEvents();
  const notifier = new InMemoryNotifier();
  let ids = 0;
  const newId = () => {
    ids += 1;
    return id(ids);
  };
  const taskCallbacks = new InMemoryTaskCallbacks();
  const authorizationUrl = 'https://pages.example.com';
  const ports = { ledger, specBucket, events, notifier, taskCallbacks, authorizationUrl, newId };
  const record = (change: Partial<ResourceRecord> = {}) =>
    ledger.putResource('payments', {
      address: ISSUES,
      id: 'target-1',
      state: 'ready',
      reasons: [],
      since: NOW,
      ...change,
    });
  record();
  const settings = defaultSettings;
  const resources = [{ ...issues, address: NOTES, name: 'front/notes' }, issues];
  const desired = { workspace: 'payments', revision: 'r1-abc', settings, owners, resources };
  const document = { revision: 'r1-abc', desired: { ...desired, warnings: [] }, problems: [] };
  await writeDesiredDocument('payments', document, specBucket);
  await ledger.takeLease({ workspace: 'payments', holder: 'execution', now: NOW, duration: MINUTE });
  const run = (
    action: 'openRequests' | 'publishOutcome',
    change: Partial<ReconcileState> = {},
    now = NOW,
  ) => {
    const state: ReconcileState = {
      workspace: 'payments',
      leaseHolder: 'execution',
      iteration: 0,
      revision: 'r1-abc',
      next: 'settled',
      requeueAfterSeconds: 0,
      operations: [],
      syncs: [],
      requests: [planned],
      toolReads: [],
      ...change,
    };
    return notify({ action, state, now }, ports);
  };
  const outcome = () => readOutcome('payments', specBucket);
  return { ...ports, record, run, outcome };
}

describe('notify: the lease', () => {
  it.each(['openRequests', 'publishOutcome'] as const)(
    'notify: writes, publishes and sends nothing in %s once another execution has taken over the lease',
    async (action) => {
      const { run, ledger, specBucket, events, notifier } = await openWorkspace();
      await ledger.takeLease({
        workspace: 'payments',
        holder: 'another',
        now: NOW + 2 * MINUTE,
        duration: MINUTE,
      });
      const written = specBucket.script.calls().length;
      await run(action);
      expect(specBucket.script.calls()).toHaveLength(written);
      expect(ledger.script.calls('writeResource')).toEqual([]);
      expect(events.script.calls()).toEqual([]);
      expect(notifier.script.calls()).toEqual([]);
    },
  );
});

describe('openRequests', () => {
  it('opens one request for each planned one, and a repeated step finds the same', async () => {
    const { run, ledger } = await openWorkspace();
    const opened = { requests: [{ reference: hashId(id(1)), workspace: 'payments' }] };
    expect([await run('openRequests'), await run('openRequests', {}, NOW + 1)]).toEqual([opened, opened]);
    expect(ledger.request(hashId(id(1)))?.request).toMatchObject({
      id: id(1),
      askedAt: NOW,
      fingerprint: 'f1',
      owner: issues.owner,
      escalation: owners.escalation,
      settings: defaultSettings.authorization,
      subject: { kind: 'authorization', gateway: 'front', target: 'issues', reason: 'create' },
    });
    expect(ledger.resource('payments', ISSUES)?.record.request).toEqual({
      id: id(1),
      kind: 'authorization',
      askedAt: NOW,
      fingerprint: 'f1',
      reason: 'create',
    });
  });

  it('opens the request that a killed step left in the record, up to 15 minutes later', async () => {
    const { run, ledger } = await openWorkspace();
    ledger.script.failNext('openRequest', new StepKilled());
    await expect(run('openRequests')).rejects.toThrow(StepKilled);
    await run('openRequests', {}, NOW + 15 * MINUTE - 1);
    expect(ledger.request(hashId(id(1)))?.request.askedAt).toBe(NOW);
    expect(ledger.request(hashId(id(2)))).toBeUndefined();
  });

  it('opens another request when the one in the record was lost 15 minutes ago', async () => {
    const { run, ledger } = await openWorkspace();
    ledger.script.failNext('openRequest', new StepKilled());
    await expect(run('openRequests')).rejects.toThrow(StepKilled);
    await run('openRequests', {}, NOW + 15 * MINUTE);
    expect(ledger.request(hashId(id(1)))).toBeUndefined();
    expect(ledger.request(hashId(id(2)))?.request.state).toBe('open');
  });

  it('opens another request for another configuration, and when the earlier request is closed', async () => {
    const { run, ledger } = await openWorkspace();
    await run('openRequests');
    await run('openRequests', { requests: [{ ...planned, fingerprint: 'f2' }] });
    const second = ledger.request(hashId(id(2)))?.request;
    expect(second?.fingerprint).toBe('f2');
    if (second) ledger.putRequest({ ...second, state: 'refused', closedAt: NOW });
    await run('openRequests', { requests: [{ ...planned, fingerprint: 'f2' }] });
    expect(ledger.request(hashId(id(3)))?.request.state).toBe('open');
  });

  it('openRequests: opens the other requests before it throws the LedgerConflict of one, and a repeated step opens all', async () => {
    const { run, ledger, record } = await openWorkspace();
    record({ address: NOTES });
    const requests = [planned, { ...planned, address: NOTES }];
    ledger.script.beforeNext('writeResource', () => {
      record({ reasons: ['changed by another step'] });
    });
    await expect(run('openRequests', { requests })).rejects.toMatchObject({ code: 'LedgerConflict' });
    expect(ledger.resource('payments', NOTES)?.record.request).toMatchObject({ id: id(2) });
    expect(ledger.request(hashId(id(2)))?.request.state).toBe('open');
    const references = [hashId(id(3)), hashId(id(2))];
    expect(await run('openRequests', { requests })).toEqual({
      requests: references.map((reference) => ({ reference, workspace: 'payments' })),
    });
  });

  it('opens nothing for a resource that the manifest or the ledger does not contain', async () => {
    const { run } = await openWorkspace();
    const requests: PlannedRequest[] = [{ ...planned, address: 'gatewayTarget/front/other' }];
    expect(await run('openRequests', { requests })).toEqual({ requests: [] });
    expect(await run('openRequests', { revision: 'gone' })).toEqual({ requests: [] });
  });

  it('lists breaking tool changes first, ten in the ledger and all of them whole in the details', async () => {
    const { run, ledger, specBucket } = await openWorkspace();
    const change = (tool: string, breaking: boolean): ToolChange => {
      const kind = breaking ? 'toolRemoved' : 'toolAdded';
      return { kind, tool, breaking, before: 'b'.repeat(501), message: 'Changed.' };
    };
    const changes = [
      ...Array.from({ length: 100 }, (_, number) => change(`tool${number}`, false)),
      change('broken', true),
    ];
    const requests: PlannedRequest[] = [{ ...planned, kind: 'approval' }];
    await saveToolChanges('payments', { requests }, new Map([[ISSUES, { changes }]]), specBucket);
    await run('openRequests', { requests });
    const subject = ledger.request(hashId(id(1)))?.request.subject;
    if (subject?.kind !== 'approval') throw new Error('The request is about no approval.');
    expect(subject).toMatchObject({ fingerprint: 'f1', total: 101, gateway: 'front', target: 'issues' });
    expect(subject).toMatchObject({ breaking: 1, changes: { length: 10 } });
    expect(subject.changes[0]).toEqual(omit(change('broken', true), 'before'));
    const details = subject.details && (await readRequestDetails(subject.details, specBucket));
    expect(details).toEqual({
      kind: 'approval',
      changes: [change('broken', true), ...changes.slice(0, 100)],
    });
    expect(subject).not.toHaveProperty('unknown');
  });
});

describe('notifyOutcome', () => {
  it('writes the outcome with the owner and publishes it', async () => {
    const { run, outcome, events } = await openWorkspace();
    expect(await run('publishOutcome')).toEqual({ sent: 1, failed: [] });
    const time = new Date(NOW).toISOString();
    expect(await outcome()).toMatchObject({
      outcome: 'ready',
      revision: 'r1',
      time,
      since: time,
      owner: 'default',
      resources: [{ address: ISSUES, state: 'ready', owner: 'escalation', id: 'target-1' }],
      applied: { [ISSUES]: {} },
    });
    expect(events.published('Reconcile Completed')).toHaveLength(1);
  });

  it('sends an outcome once, but publishes the end of every reconciliation', async () => {
    const { run, notifier, events, outcome } = await openWorkspace();
    await run('publishOutcome');
    expect(await run('publishOutcome', {}, NOW + MINUTE)).toEqual({ sent: 0, failed: [] });
    expect(notifier.received()).toHaveLength(2);
    expect(events.published('Reconcile Completed')).toHaveLength(2);
    expect((await outcome())?.since).toBe(new Date(NOW).toISOString());
  });

  it('notifyOutcome: writes an outcome that says what the one before says only where a client follows it', async () => {
    const { ledger, run, record, outcome } = await openWorkspace();
    const time = async () => (await outcome())?.time;
    const publish = (now = NOW) => run('publishOutcome', {}, now);
    await publish();
    const first = await time();
    await publish(NOW + MINUTE);
    expect(await time()).toBe(first);
    await ledger.requestCheck('payments', 'outcome', NOW + MINUTE);
    await publish(NOW + 2 * MINUTE);
    expect(await time()).toBe(new Date(NOW + 2 * MINUTE).toISOString());
    record({ state: 'failed', reasons: ['No.'] });
    await publish(NOW + 3 * MINUTE);
    expect(await time()).toBe(new Date(NOW + 3 * MINUTE).toISOString());
  });

  it('sends an outcome that changed', async () => {
    const { run, notifier, record, outcome } = await openWorkspace();
    await run('publishOutcome');
    record({ state: 'failed', reasons: ['No role.'] });
    await run('publishOutcome', {}, NOW + MINUTE);
    expect(notifier.received()).toHaveLength(4);
    expect(await outcome()).toMatchObject({ outcome: 'failed', since: new Date(NOW + MINUTE).toISOString() });
  });

  it('tells the operators of a tripped breaker once, and again until they were reached', async () => {
    const { run, notifier, ledger } = await openWorkspace();
    await run('publishOutcome');
    const before = notifier.received().length;
    const { outcomeDelivery } = await ledger.readWorkspace('payments');
    const breaker = { kind: 'workspace', since: NOW, resources: 6 } as const;
    ledger.putWorkspace('payments', { ...(outcomeDelivery && { outcomeDelivery }), breaker });
    notifier.breakContact(undefined, 'status 500');
    await run('publishOutcome', {}, NOW + MINUTE);
    notifier.restoreContact(undefined);
    await run('publishOutcome', {}, NOW + 2 * MINUTE);
    await run('publishOutcome', {}, NOW + 3 * MINUTE);
    const told = notifier.received().slice(before);
    expect(told.map(({ contact }) => contact)).toEqual([undefined]);
    expect(told[0]?.message.text).toContain('npx gateloop heal payments');
    expect(ledger.workspace('payments')?.breaker).toEqual({ ...breaker, toldAt: NOW + 2 * MINUTE });
  });

  it('leaves the message about the breaker of the fleet to the workspace that tripped it', async () => {
    const { run, notifier, ledger } = await openWorkspace();
    const breaker = { kind: 'fleet', since: NOW, resources: 1, toldByAnother: true } as const;
    ledger.putWorkspace('payments', { breaker });
    await run('publishOutcome');
    expect(notifier.received().filter(({ contact }) => contact === undefined)).toEqual([]);
  });

  it('writes the differences of a drifted resource into the outcome and its event', async () => {
    const { run, record, outcome, events } = await openWorkspace();
    const differences = [{ path: 'description', change: 'added' }] as const;
    record({ state: 'drifted', drift: { updatedAt: NOW, differences, cause: 'foreign' } });
    await run('publishOutcome');
    expect(await outcome()).toMatchObject({ outcome: 'drifted', resources: [{ differences }] });
    expect(events.published('Reconcile Completed')).toMatchObject([
      { detail: { notReady: [{ state: 'drifted', differences }] } },
    ]);
  });

  it('publishes and sends the refusal of an upload once, to the listeners of all messages', async () => {
    const { run, notifier, events, outcome } = await openWorkspace();
    await run('publishOutcome');
    const refused = { revision: 'r2', next: 'refused' } as const;
    await run('publishOutcome', refused);
    await run('publishOutcome', refused);
    expect(events.published('Reconcile Refused')).toHaveLength(1);
    expect(
      notifier
        .received()
        .slice(2)
        .map(({ contact }) => contact),
    ).toEqual([undefined]);
    // A refused manifest names no owners: the labels of the outcome before stay.
    expect(await outcome()).toMatchObject({ owner: 'default', resources: [{ owner: 'escalation' }] });
  });

  it("sends a refusal to the workspace's owner, and the problems of a schema to the owner of its target", async () => {
    const { run, notifier, specBucket, outcome } = await openWorkspace();
    const problem = (file: string) => ({ severity: 'error', file, path: '', message: 'Wrong.' }) as const;
    const problems = [problem('manifest.yaml'), problem('schemas/a.yaml'), problem('schemas/b.yaml')];
    const CAT = { channel: 'email', address: 'cat@example.com' } as const;
    const refusal = {
      owners: { default: { contacts: [ADA] }, other: { contacts: [CAT] } },
      schemaOwners: [
        { owner: { contacts: [CAT, ADA] }, problems: problems.slice(1, 2) },
        { owner: { contacts: [ADA] }, problems: problems.slice(2) },
      ],
    };
    await writeDesiredDocument('payments', { revision: 'r2', problems, refusal }, specBucket);
    notifier.breakContact(CAT, 'status 500');
    const refused = { revision: 'r2', next: 'refused' } as const;
    expect(await run('publishOutcome', refused)).toMatchObject({ sent: 2 });
    const linesOf = (text = '') => text.split('\n').filter((line) => line.includes('Wrong.'));
    const received = () =>
      notifier.received().map(({ contact, message }) => [contact, linesOf(message.text)]);
    const all = problems.map(({ file }) => `- ${file}: error: Wrong.`);
    expect(received()).toEqual([[ADA, all]]);
    notifier.restoreContact(CAT);
    await run('publishOutcome', refused);
    expect(received()).toEqual([
      [ADA, all],
      [CAT, all.slice(1, 2)],
    ]);
    expect(await outcome()).toMatchObject({ outcome: 'refused', owner: 'default', problems });
  });

  it('counts a refused upload once, and no other outcome', async () => {
    const { run } = await openWorkspace();
    const refusals = async (change: Partial<ReconcileState>) => {
      metrics.clearMetrics();
      await run('publishOutcome', change);
      return metrics.serializeMetrics().UploadsRefused;
    };
    expect(await refusals({})).toBeUndefined();
    expect(await refusals({ revision: 'r2', next: 'refused' })).toBe(1);
    expect(await refusals({ revision: 'r2', next: 'refused' })).toBeUndefined();
  });

  it('counts the contacts that the outcome did not reach', async () => {
    const { run, notifier } = await openWorkspace();
    notifier.breakContact(BOB, 'status 500');
    metrics.clearMetrics();
    await run('publishOutcome');
    expect(metrics.serializeMetrics().MessagesFailed).toBe(1);
    metrics.clearMetrics();
  });

  it('sends the outcome again to the failed contacts only, three times in all', async () => {
    const { run, notifier, ledger, outcome } = await openWorkspace();
    notifier.breakContact(BOB, 'status 500');
    const failed = { sent: 1, failed: ['#payments: status 500'] };
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await run('publishOutcome')).toEqual(failed);
    expect(await run('publishOutcome')).toEqual({ sent: 0, failed: [] });
    expect(notifier.received().map(({ contact }) => contact)).toEqual([ADA]);
    const stored = await outcome();
    expect(ledger.workspace('payments')?.outcomeDelivery).toEqual({
      digest: stored && outcomeDigest(stored),
      failedContacts: ['#payments'],
      attempts: 3,
    });
  });

  it('reports only resources that the manifest names, unless it prunes the others', async () => {
    const { run, ledger, outcome } = await openWorkspace();
    const gone = {
      address: 'gatewayTarget/front/gone',
      id: 'g',
      state: 'failed',
      reasons: [],
      since: NOW,
    } as const;
    ledger.putResource('payments', gone);
    await run('publishOutcome');
    expect(await outcome()).toMatchObject({ outcome: 'ready', applied: { 'gatewayTarget/front/gone': {} } });
    expect((await outcome())?.resources).toHaveLength(1);
  });

  it('notify: keeps what proves whose a target is, while a refused upload decides nothing about it', async () => {
    const { run, record, ledger, outcome } = await openWorkspace();
    record({ outputs: { targetId: 'target-1' } });
    await run('publishOutcome');
    const proof = (await outcome())?.applied[ISSUES];
    expect(proof).toEqual({ outputs: { targetId: 'target-1' } });
    // As a broken record is after its repair.
    ledger.putResource('payments', { address: ISSUES, state: 'absent', reasons: [], since: NOW });
    await run('publishOutcome', { next: 'refused' });
    expect((await outcome())?.applied[ISSUES]).toEqual(proof);
    await run('publishOutcome');
    expect((await outcome())?.applied[ISSUES]).toBeUndefined();
  });

  it('notify: lists resources in the order of the manifest, and what left it last', async () => {
    const { run, ledger, outcome } = await openWorkspace();
    const record = { id: 'a', state: 'ready', reasons: [], since: NOW } as const;
    ledger.putResource('payments', { ...record, address: 'gateway/a-former' });
    ledger.putResource('payments', { ...record, address: NOTES });
    await run('publishOutcome');
    // The ledger sorts by address.
    expect([...(await ledger.readResources('payments')).keys()]).toEqual(['gateway/a-former', ISSUES, NOTES]);
    expect((await outcome())?.resources.map(({ address }) => address)).toEqual([
      NOTES,
      ISSUES,
      'gateway/a-former',
    ]);
  });

  it('reports a top-level resource that left the manifest until it is given away', async () => {
    const { run, ledger, outcome } = await openWorkspace();
    const left = { address: 'gateway/left', id: 'g', reasons: [], since: NOW } as const;
    ledger.putResource('payments', { ...left, state: 'failed' });
    await run('publishOutcome');
    expect(await outcome()).toMatchObject({ outcome: 'failed' });
    ledger.putResource('payments', { ...left, state: 'absent' });
    await run('publishOutcome');
    expect(await outcome()).toMatchObject({ outcome: 'ready' });
  });
});
