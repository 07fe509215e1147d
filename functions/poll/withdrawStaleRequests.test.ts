import { beforeEach, describe, expect, it } from 'vitest';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { newRequest } from '../../core/authorization/request.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { OpenRequest } from '../../core/reconcile/ledgerRecord.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const ISSUES = 'gatewayTarget/front/issues';
const ID = 'request-id';
const TASK_TOKEN = 'task-token';

let fixture: ReconcileFixture;
beforeEach(async () => {
  fixture = new ReconcileFixture(manifestWith());
  await fixture.reconcile();
});

/** Opens a request about the target, whose workflow waits under a task token. */
function openRequest(change: Partial<OpenRequest> = {}): void {
  const request: OpenRequest = { id: ID, kind: 'authorization', askedAt: fixture.now, ...change };
  fixture.changeRecord(ISSUES, { request });
  const opened = newRequest({
    id: ID,
    workspace: WORKSPACE,
    address: ISSUES,
    subject: { kind: 'authorization', gateway: 'front', target: 'issues', scopes: [], reason: 'create' },
    settings: defaultSettings.authorization,
    askedAt: fixture.now,
    owner: undefined,
    owners: {},
  });
  fixture.ledger.putRequest({ ...opened, taskToken: TASK_TOKEN });
  fixture.taskCallbacks.wait(TASK_TOKEN);
}

const request = () => fixture.ledger.request(hashId(ID))?.request;
const closedEvents = () => fixture.events.published('Authorization Closed');

describe('withdrawStaleRequests', () => {
  it('withdraws the request for a target that became ready without it, and tells everyone who waits', async () => {
    openRequest();
    await fixture.poll();
    expect(request()).toMatchObject({
      state: 'withdrawn',
      closedAt: fixture.now,
      reason: 'It was authorized in another way, such as in the AWS console.',
    });
    expect(fixture.record(ISSUES)).not.toHaveProperty('request');
    expect(closedEvents()).toHaveLength(1);
    expect(fixture.taskCallbacks.outputOf(TASK_TOKEN)).toEqual({
      outcome: 'withdrawn',
      kind: 'authorization',
    });
  });

  it.each<[string, Partial<OpenRequest>, RegExp]>([
    ['an approval', { kind: 'approval' }, /nothing is left to approve/],
    ['an update', { reason: 'update' }, /has the settings of the manifest/],
    ['a synchronization', { reason: 'sync' }, /up to date/],
  ])('says why it withdraws the request for %s', async (_, change, reason) => {
    openRequest(change);
    await fixture.poll();
    expect(request()?.reason).toMatch(reason);
  });

  it('withdraws the request for a target that has left the manifest', async () => {
    openRequest();
    fixture.upload(manifestWith({ hasTarget: false }));
    await fixture.poll();
    expect(request()).toMatchObject({ state: 'withdrawn', reason: expect.stringContaining('have changed') });
  });

  it('withdraws the request for a target that exists no longer, when its record is deleted', async () => {
    fixture.upload(manifestWith({ hasTarget: false }));
    await fixture.reconcile();
    fixture.now += 90_000_000;
    openRequest();
    await fixture.poll();
    expect(fixture.record(ISSUES)).toBeUndefined();
    expect(request()).toMatchObject({
      state: 'withdrawn',
      reason: 'The workspace no longer has this target.',
    });
  });

  it('leaves a request that the decision still waits for', async () => {
    const { fingerprint } = fixture.record(ISSUES)?.applied ?? {};
    fixture.controlPlane.put(ISSUES, { status: 'UPDATE_PENDING_AUTH' });
    openRequest(fingerprint === undefined ? {} : { fingerprint });
    await fixture.poll();
    expect(request()?.state).toBe('open');
    expect(fixture.record(ISSUES)?.request?.id).toBe(ID);
    expect(closedEvents()).toEqual([]);
  });

  it('publishes a withdrawal once when the step is killed before it writes the record, and is retried', async () => {
    openRequest();
    fixture.ledger.script.failNext('writeResource', new StepKilled());
    await expect(fixture.poll()).rejects.toThrow(StepKilled);
    expect(request()?.state).toBe('withdrawn');
    expect(fixture.record(ISSUES)).toHaveProperty('request');
    expect((await fixture.poll()).next).toBe('settled');
    expect(closedEvents()).toHaveLength(1);
  });

  it('publishes a withdrawal that a poll before stored without a word', async () => {
    openRequest();
    fixture.upload(manifestWith({ hasTarget: false }));
    fixture.events.script.failNext('publish', new StepKilled());
    await expect(fixture.poll()).rejects.toThrow(StepKilled);
    expect(request()?.state).toBe('withdrawn');
    expect(closedEvents()).toEqual([]);
    await fixture.poll();
    expect(closedEvents()).toHaveLength(1);
  });

  it('publishes nothing for a request whose item the ledger has lost', async () => {
    fixture.changeRecord(ISSUES, { request: { id: ID, kind: 'authorization', askedAt: fixture.now } });
    fixture.upload(manifestWith({ hasTarget: false }));
    expect((await fixture.poll()).next).toBe('provision');
    expect(closedEvents()).toEqual([]);
  });
});
