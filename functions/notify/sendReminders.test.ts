import { describe, expect, it, vi } from 'vitest';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { ID, NOW, REFERENCE, sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { logger } from '../runtime/observability.ts';
import { notify } from './notify.ts';

const HOUR = 3600;
const ADA = { channel: 'email', address: 'ada@example.com' } as const;
const BOB = { channel: 'email', address: 'bob@example.com' } as const;
const LINK = `https://pages.example.com/authorizations/${ID}`;
const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});

/** A stored request that goes to Ada, a reminder after 1 hour, an escalation to Bob after 2, the end after 3. */
function openRequestWorkflow(change: Partial<AuthorizationRequest> = {}) {
  const ledger = new InMemoryLedger();
  const events = new InMemoryEvents();
  const notifier = new InMemoryNotifier();
  const taskCallbacks = new InMemoryTaskCallbacks();
  const others = { specBucket: new InMemorySpecBucket(), newId: () => ID };
  const ports = {
    ledger,
    events,
    notifier,
    taskCallbacks,
    ...others,
    authorizationUrl: 'https://pages.example.com',
  };
  ledger.putRequest(sampleRequest(change));
  /** Runs the step so many seconds after the request was made. */
  const step = (seconds: number) =>
    notify({ action: 'sendReminders', reference: REFERENCE, now: NOW + seconds * 1000 }, ports);
  const storeToken = (reference = REFERENCE) =>
    notify({ action: 'storeTaskToken', reference, taskToken: 'token', now: NOW }, ports);
  const request = () => ledger.request(REFERENCE)?.request;
  const received = () =>
    notifier.received().map(({ contact, message }) => [contact?.address, message.subject.split(':')[0]]);
  return { ledger, events, notifier, taskCallbacks, ports, step, storeToken, request, received };
}

describe('sendReminders', () => {
  it('sends the first message, a reminder and an escalation when they are due, and each once', async () => {
    const { step, received, events } = openRequestWorkflow();
    expect(await step(0)).toEqual({
      next: 'wait',
      waitSeconds: HOUR,
      outcome: 'open',
      kind: 'authorization',
    });
    expect(await step(10)).toMatchObject({ next: 'wait', waitSeconds: HOUR - 10 });
    for (const seconds of [HOUR, HOUR + 1, 2 * HOUR, 2 * HOUR + 1]) await step(seconds);
    expect(received()).toEqual([
      ['ada@example.com', 'Gateloop'],
      ['ada@example.com', 'Gateloop, a reminder'],
      ['bob@example.com', expect.stringMatching(/^Gateloop, /)],
      ['ada@example.com', expect.stringMatching(/^Gateloop, /)],
    ]);
    expect(events.published()).toMatchObject([
      { detailType: 'Authorization Required', detail: { request: REFERENCE, link: LINK } },
    ]);
  });

  it('puts the link of the page into the message', async () => {
    const { step, notifier } = openRequestWorkflow();
    await step(0);
    expect(notifier.received()[0]?.message).toMatchObject({ link: LINK });
  });

  it('lets the request expire, publishes the outcome and completes the waiting task', async () => {
    const { step, request, events, taskCallbacks, received } = openRequestWorkflow({ taskToken: 'token' });
    taskCallbacks.wait('token');
    expect(await step(3 * HOUR)).toMatchObject({ next: 'over', outcome: 'expired', kind: 'authorization' });
    expect(request()).toMatchObject({ state: 'expired', closedAt: NOW + 3 * HOUR * 1000 });
    expect(events.published().map(({ detailType }) => detailType)).toEqual([
      'Authorization Closed',
      'Reconcile Requested',
    ]);
    expect(taskCallbacks.outputOf('token')).toMatchObject({ outcome: 'expired' });
    expect(received()).toEqual([]);
  });

  it('keeps and publishes the decision that a person stored at the moment of the expiry', async () => {
    const { step, request, ledger, events } = openRequestWorkflow();
    const refused = sampleRequest({ state: 'refused', closedAt: NOW });
    ledger.script.beforeNext('writeRequest', () => ledger.putRequest(refused));
    expect(await step(3 * HOUR)).toMatchObject({ next: 'over', outcome: 'refused' });
    expect(request()?.state).toBe('refused');
    expect(events.published('Authorization Closed')).toMatchObject([{ detail: { outcome: 'refused' } }]);
  });

  it('does not let a request expire while a function completes the authorization', async () => {
    const consentedAt = NOW + 3 * HOUR * 1000;
    const attempts = [{ browser: 'b', clickedAt: NOW, consentedAt }];
    const { step, request } = openRequestWorkflow({ state: 'completing', attempts });
    expect(await step(3 * HOUR)).toMatchObject({ next: 'wait', waitSeconds: 1, outcome: 'open' });
    expect(request()?.state).toBe('completing');
  });

  it('opens a request again whose completion began more than 15 minutes ago', async () => {
    const attempts = [{ browser: 'b', clickedAt: NOW, consentedAt: NOW }];
    const { step, request } = openRequestWorkflow({ state: 'completing', attempts });
    await step(900);
    expect(request()?.state).toBe('completing');
    await step(901);
    expect(request()?.state).toBe('open');
  });

  it('publishes the outcome of a closed request unless it is published', async () => {
    const { step, events } = openRequestWorkflow({ state: 'completed', closedAt: NOW });
    const over = { next: 'over', waitSeconds: 1, outcome: 'completed', kind: 'authorization' };
    expect([await step(1), await step(2)]).toEqual([over, over]);
    expect(events.published('Authorization Closed')).toHaveLength(1);
  });

  it('ends the workflow of a request that the ledger does not hold', async () => {
    const { ports } = openRequestWorkflow();
    expect(await notify({ action: 'sendReminders', reference: 'other', now: NOW }, ports)).toEqual({
      next: 'over',
      waitSeconds: 1,
      outcome: 'forgotten',
      kind: 'none',
    });
  });

  it('retries only the failed contacts after five minutes, three times in all', async () => {
    const { step, notifier, received, request } = openRequestWorkflow({ owner: { contacts: [ADA, BOB] } });
    notifier.breakContact(BOB, 'status 500');
    expect(await step(0)).toMatchObject({ next: 'wait', waitSeconds: 300 });
    expect(await step(300)).toMatchObject({ waitSeconds: 300 });
    await step(600);
    expect(await step(900)).toMatchObject({ waitSeconds: HOUR - 900 });
    expect(notifier.script.calls('notify')).toHaveLength(3);
    expect(received()).toEqual([['ada@example.com', 'Gateloop']]);
    expect(request()?.notifications).toHaveLength(3);
    expect(warn).toHaveBeenCalledWith('A message did not reach every contact', {
      request: REFERENCE,
      failures: [{ contact: expect.stringContaining('e-mail at example.com'), reason: 'status 500' }],
    });
    expect(JSON.stringify(warn.mock.calls)).not.toContain('bob@');
  });

  it('retries the event when the bus rejected it, without another message', async () => {
    const { step, events, notifier } = openRequestWorkflow();
    events.script.failNext('publish', new ServiceError('ThrottlingException'));
    expect(await step(0)).toMatchObject({ waitSeconds: 300 });
    expect(await step(300)).toMatchObject({ waitSeconds: HOUR - 300 });
    expect(events.published('Authorization Required')).toHaveLength(1);
    expect(notifier.received()).toHaveLength(1);
  });

  it('retries the listeners of all messages when the request has no owner', async () => {
    const { owner: _, ...ownerless } = sampleRequest();
    const { step, ledger, notifier } = openRequestWorkflow();
    ledger.putRequest(ownerless);
    notifier.breakContact(undefined, 'status 500');
    await step(0);
    notifier.restoreContact(undefined);
    await step(300);
    expect(notifier.received().map(({ contact }) => contact)).toEqual([undefined]);
  });
});

describe('storeTaskToken', () => {
  it('stores the token with an open request, and completes no task', async () => {
    const { storeToken, request, taskCallbacks } = openRequestWorkflow();
    expect(await storeToken()).toBeNull();
    expect(request()?.taskToken).toBe('token');
    expect(taskCallbacks.script.calls()).toEqual([]);
  });

  it('completes the task at once for a closed request', async () => {
    const { storeToken, taskCallbacks } = openRequestWorkflow({ state: 'refused', closedAt: NOW });
    taskCallbacks.wait('token');
    await storeToken();
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'refused', kind: 'authorization' });
  });

  it('completes the task for a request that the ledger does not hold', async () => {
    const { storeToken, taskCallbacks } = openRequestWorkflow();
    taskCallbacks.wait('token');
    await storeToken('other');
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'forgotten', kind: 'none' });
  });
});
