import { describe, expect, it } from 'vitest';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { NOW, REFERENCE, sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { notifyClosed, publishClosed, withdrawRequest } from './closeRequest.ts';
import { updateRequest } from './updateRequest.ts';

function openPorts(change: Partial<AuthorizationRequest> = { taskToken: 'token' }) {
  const ports = {
    ledger: new InMemoryLedger(),
    events: new InMemoryEvents(),
    taskCallbacks: new InMemoryTaskCallbacks(),
  };
  ports.ledger.putRequest(sampleRequest(change));
  ports.taskCallbacks.wait('token');
  const request = () => ports.ledger.request(REFERENCE)?.request;
  const eventTypes = () => ports.events.published().map(({ detailType }) => detailType);
  return { ...ports, ports, request, eventTypes };
}

const CLOSED = ['Authorization Closed', 'Reconcile Requested'];

describe('withdrawRequest', () => {
  it('withdraws an open request, publishes the outcome once and completes the waiting task', async () => {
    const { ports, request, events, eventTypes, taskCallbacks } = openPorts();
    await withdrawRequest(REFERENCE, 'Not needed.', NOW, ports);
    await withdrawRequest(REFERENCE, 'Again.', NOW, ports);
    expect(request()).toMatchObject({ state: 'withdrawn', reason: 'Not needed.', closePublishedAt: NOW });
    expect(eventTypes()).toEqual(CLOSED);
    expect(events.published('Authorization Closed')[0]?.detail).toMatchObject({
      workspace: 'payments',
      request: REFERENCE,
      outcome: 'withdrawn',
      reason: 'Not needed.',
      time: new Date(NOW).toISOString(),
    });
    expect(taskCallbacks.script.calls('complete')).toEqual([
      { method: 'complete', input: ['token', { outcome: 'withdrawn', kind: 'authorization' }] },
    ]);
  });

  it('does nothing for an unknown request', async () => {
    const { ports, eventTypes } = openPorts();
    await withdrawRequest('other', 'Not needed.', NOW, ports);
    expect(eventTypes()).toEqual([]);
  });
});

describe('notifyClosed', () => {
  it('completes the waiting task even when the bus rejects the events, and leaves the outcome unpublished', async () => {
    const { ports, events, request, taskCallbacks } = openPorts();
    events.script.failNext('publish', new ServiceError('ThrottlingException'));
    await expect(withdrawRequest(REFERENCE, 'Not needed.', NOW, ports)).rejects.toThrow(
      'ThrottlingException',
    );
    expect(request()).toMatchObject({ state: 'withdrawn' });
    expect(request()).not.toHaveProperty('closePublishedAt');
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'withdrawn', kind: 'authorization' });
  });

  it('completes no task when no workflow waits yet', async () => {
    const { ports, taskCallbacks, eventTypes } = openPorts({});
    await withdrawRequest(REFERENCE, 'Not needed.', NOW, ports);
    expect(taskCallbacks.script.calls()).toEqual([]);
    expect(eventTypes()).toEqual(CLOSED);
  });

  it('does nothing after an update that leaves the request open', async () => {
    const { ports, ledger, eventTypes, taskCallbacks } = openPorts();
    const update = await updateRequest(REFERENCE, { type: 'taskTokenStored', taskToken: 'two' }, NOW, ledger);
    await notifyClosed(update, NOW, ports);
    expect(eventTypes()).toEqual([]);
    expect(taskCallbacks.script.calls()).toEqual([]);
  });
});

describe('publishClosed', () => {
  const refused = sampleRequest({ state: 'refused', closedAt: NOW });

  it('publishes the outcome and stores that it is published', async () => {
    const { ports, request, eventTypes } = openPorts(refused);
    await publishClosed(refused, NOW, ports);
    expect(eventTypes()).toEqual(CLOSED);
    expect(request()?.closePublishedAt).toBe(NOW);
  });

  it('publishes nothing for a published outcome or an open request', async () => {
    const { ports, eventTypes } = openPorts(refused);
    await publishClosed({ ...refused, closePublishedAt: NOW }, NOW, ports);
    await publishClosed(sampleRequest(), NOW, ports);
    expect(eventTypes()).toEqual([]);
  });

  it('publishes again after a step that was killed between the event and the write', async () => {
    const { ports, ledger, eventTypes, request } = openPorts(refused);
    ledger.script.failNext('writeRequest', new StepKilled());
    await expect(publishClosed(refused, NOW, ports)).rejects.toThrow(StepKilled);
    await publishClosed(request() ?? refused, NOW, ports);
    expect(eventTypes()).toEqual([...CLOSED, ...CLOSED]);
  });
});
