import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import {
  ID,
  NOW,
  REFERENCE,
  sampleRecordSubject,
  sampleRequest,
} from '../../core/authorization/testing/sampleRequest.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { logger } from '../runtime/observability.ts';
import { resumeRequests } from './resumeRequests.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
vi.spyOn(logger, 'warn').mockImplementation(() => {});
const error = vi.spyOn(logger, 'error').mockImplementation(() => {});
beforeEach(() => error.mockClear());

const recordOf = (change: Partial<ResourceRecord>): ResourceRecord => ({
  address: 'gatewayTarget/front/issues',
  state: 'awaiting-authorization',
  reasons: [],
  since: NOW,
  ...change,
});
const requestOf = (id: string) => ({ id, kind: 'authorization', askedAt: NOW }) as const;
const target = recordOf({ request: requestOf(ID) });
const registry = recordOf({ address: 'registry/tools', state: 'ready' });

/** A reminder is due after 1 hour, an escalation after 2, the end after 3; no workflow runs. */
function withoutWorkflow(change: Partial<AuthorizationRequest> = {}, records = [target]) {
  const ledger = new InMemoryLedger();
  const events = new InMemoryEvents();
  const notifier = new InMemoryNotifier();
  const ports = {
    ledger,
    events,
    notifier,
    taskCallbacks: new InMemoryTaskCallbacks(),
    specBucket: new InMemorySpecBucket(),
    authorizationUrl: 'https://pages.example.com',
    newId: () => ID,
  };
  ledger.putRequest(sampleRequest(change));
  const pass = (after: number) => resumeRequests('payments', records, NOW + after, ports);
  const subjects = () => notifier.received().map(({ message }) => message.subject.split(':')[0]);
  const request = () => ledger.request(REFERENCE)?.request;
  const published = () => events.published().map(({ detailType }) => detailType);
  return { ...ports, pass, subjects, request, published };
}

describe('resumeRequests', () => {
  it('resumeRequests: sends the messages that the workflow of a request has missed, and each once', async () => {
    const { pass, subjects } = withoutWorkflow();
    await pass(5 * MINUTE - 1);
    expect(subjects()).toEqual([]);
    for (const after of [5 * MINUTE, 20 * MINUTE, HOUR + 5 * MINUTE, HOUR + 20 * MINUTE]) await pass(after);
    expect(subjects()).toEqual(['Gateloop', 'Gateloop, a reminder']);
    await pass(2 * HOUR + 15 * MINUTE);
    expect(subjects()).toHaveLength(4);
  });

  it('resumeRequests: lets a request expire whose workflow is dead, and publishes that', async () => {
    const { pass, request, published } = withoutWorkflow();
    await pass(3 * HOUR + 5 * MINUTE);
    expect(request()?.state).toBe('expired');
    expect(published()).toEqual(['Authorization Closed', 'Reconcile Requested']);
  });

  it('resumeRequests: leaves a request alone whose workflow is on time', async () => {
    const notifications = [{ stage: 'ask', sentAt: NOW, failedContacts: [] }] as const;
    const { pass, ledger, subjects, request } = withoutWorkflow({ notifications });
    await pass(HOUR);
    expect(ledger.script.calls('writeRequest')).toEqual([]);
    expect(subjects()).toEqual([]);
    expect(request()?.state).toBe('open');
  });

  it('resumeRequests: opens a request again whose completion was interrupted', async () => {
    const attempts = [{ browser: 'b', clickedAt: NOW, consentedAt: NOW }];
    const { pass, request } = withoutWorkflow({ state: 'completing', attempts });
    await pass(21 * MINUTE);
    expect(request()?.state).toBe('open');
  });

  it('resumeRequests: publishes an outcome that no step has published', async () => {
    const { pass, published } = withoutWorkflow({ state: 'refused', closedAt: NOW });
    await pass(4 * MINUTE);
    expect(published()).toEqual([]);
    await pass(5 * MINUTE);
    await pass(6 * MINUTE);
    expect(published()).toEqual(['Authorization Closed', 'Reconcile Requested']);
  });

  it('resumeRequests: resumes the other requests when one cannot be resumed, and logs that one', async () => {
    const other = 'f'.repeat(32);
    const records = [recordOf({ request: requestOf(other) }), target];
    const { pass, ledger, subjects } = withoutWorkflow({}, records);
    ledger.putRequest(sampleRequest({ id: other, reference: hashId(other) }));
    ledger.script.failNext('readRequest', new StepKilled());
    await pass(5 * MINUTE);
    expect(subjects()).toEqual(['Gateloop']);
    expect(error.mock.calls).toMatchObject([[expect.any(String), { request: hashId(other) }]]);
    expect(JSON.stringify(error.mock.calls)).not.toContain(other);
  });
});

describe('resumeRequests: a request about a record of the registry that the workspace manages', () => {
  const subject = sampleRecordSubject;
  const open = async (change: Partial<AuthorizationRequest> = {}, records = [registry]) => {
    const world = withoutWorkflow({ subject }, records);
    await world.ledger.openRequest(sampleRequest({ subject }));
    world.ledger.putRequest(sampleRequest({ subject, closePublishedAt: NOW, ...change }));
    const listed = () => world.ledger.listRecordRequests('payments');
    return { ...world, listed };
  };

  it('sends its missed messages, although no record of a resource names it', async () => {
    const { pass, subjects } = await open();
    await pass(5 * MINUTE);
    expect(subjects()).toEqual(['Gateloop']);
  });

  it('has a decision applied that its workflow has not applied within 30 minutes', async () => {
    const { pass, events } = await open({ state: 'completed', closedAt: NOW });
    await pass(30 * MINUTE - 1);
    expect(events.published()).toEqual([]);
    await pass(30 * MINUTE);
    expect(events.published('Record Review Requested')).toMatchObject([
      { detail: { registryId: 'registry-1', registryRecordId: 'record-1' } },
    ]);
  });

  it('is over once it has expired: no decision is left to apply', async () => {
    const { pass, listed, published } = await open({ state: 'expired', closedAt: NOW });
    await pass(30 * MINUTE);
    expect(await listed()).toEqual([]);
    expect(published()).toEqual([]);
  });

  it('costs no read in a workspace without a registry', async () => {
    const { pass, ledger } = await open({}, [target]);
    await pass(5 * MINUTE);
    expect(ledger.script.calls('listRecordRequests')).toHaveLength(0);
  });
});
