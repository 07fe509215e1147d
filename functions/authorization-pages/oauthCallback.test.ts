import { describe, expect, it, vi } from 'vitest';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { logger } from '../runtime/observability.ts';
import { ISSUES, NOW, openPages, PAGE, REFERENCE } from './testing/openPages.ts';

const MINUTE = 60_000;
const WRONG_BROWSER = { status: 403, title: 'Please start again in this browser' };
vi.spyOn(logger, 'warn').mockImplementation(() => {});
vi.spyOn(logger, 'error').mockImplementation(() => {});

describe('handleOAuthCallback', () => {
  it('completes the authorization under the user id of the session, and closes the request', async () => {
    const {
      consentAtProvider,
      callBack,
      authorizationSessions,
      request,
      events,
      taskCallbacks,
      controlPlane,
    } = openPages();
    const cookie = await consentAtProvider();
    expect(await callBack(cookie)).toMatchObject({ status: 303, location: PAGE });
    expect(authorizationSessions.script.calls()).toEqual([
      { method: 'complete', input: ['s1', 'user of s1'] },
    ]);
    expect(request()).toMatchObject({ state: 'completed', closedAt: NOW });
    expect(Object.keys(request().attempts[0] ?? {})).toEqual(['browser', 'clickedAt']);
    expect(events.published().map(({ detailType }) => detailType)).toEqual([
      'Authorization Closed',
      'Reconcile Requested',
    ]);
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'completed', kind: 'authorization' });
    expect(controlPlane.script.calls('update')).toEqual([]);
  });

  it('completes nothing in a browser without the cookie', async () => {
    const { consentAtProvider, callBack, authorizationSessions, request } = openPages();
    await consentAtProvider();
    for (const query of ['session_id=s1', 'session_id=s1&error=server_error'])
      expect(await callBack(undefined, query)).toMatchObject(WRONG_BROWSER);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().state).toBe('open');
  });

  it('completes nothing in another browser that clicked the button too', async () => {
    const { consentAtProvider, click, callBack, authorizationSessions, request } = openPages();
    await consentAtProvider();
    expect(await callBack(await click())).toMatchObject(WRONG_BROWSER);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().state).toBe('open');
  });

  it.each(['session_id=other', ''])('answers an unknown session with 404: %s', async (query) => {
    const { consentAtProvider, callBack } = openPages();
    expect((await callBack(await consentAtProvider(), query)).status).toBe(404);
  });

  it('completes the authorization once, however often the browser comes back', async () => {
    const { consentAtProvider, callBack, authorizationSessions } = openPages();
    const cookie = await consentAtProvider();
    await callBack(cookie);
    expect(await callBack(cookie)).toMatchObject({ status: 303, location: PAGE });
    expect(await callBack(undefined)).toMatchObject({ ...WRONG_BROWSER, location: null });
    expect(authorizationSessions.script.calls()).toHaveLength(1);
  });

  it('refuses the request when the person refused at the provider', async () => {
    const { click, send, callBack, authorizationSessions, request, taskCallbacks } = openPages();
    const cookie = await click();
    await send('GET', `${PAGE}/go`, { cookie });
    await callBack(cookie, 'session_id=s1&error=access_denied');
    expect(request().state).toBe('refused');
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'refused', kind: 'authorization' });
  });

  it('does not let another browser refuse', async () => {
    const { click, send, callBack, request } = openPages();
    await send('GET', `${PAGE}/go`, { cookie: await click() });
    const other = await click();
    expect(await callBack(other, 'session_id=s1&error=access_denied')).toMatchObject(WRONG_BROWSER);
    expect(request().state).toBe('open');
  });

  it('lets the person try again after another error of the provider', async () => {
    const { consentAtProvider, callBack, request } = openPages();
    const cookie = await consentAtProvider();
    const page = await callBack(cookie, 'session_id=s1&error=server_error');
    expect(page).toMatchObject({ status: 200, title: 'The login did not work' });
    expect(request().state).toBe('open');
  });

  it('asks for another click when a newer tab of the same browser replaced the session', async () => {
    const { consentAtProvider, callBack, issueLink, clock, send, authorizationSessions } = openPages();
    const cookie = await consentAtProvider();
    clock.now += 10 * MINUTE;
    issueLink('s2');
    await send('GET', `${PAGE}/go`, { cookie });
    expect((await callBack(cookie)).title).toBe('Please do that once more');
    expect(authorizationSessions.script.calls()).toEqual([]);
  });

  it('opens the request again and repeats the page when the service is busy, until it accepts', async () => {
    const { consentAtProvider, callBack, authorizationSessions, request } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNext(
      'complete',
      new ServiceError('InternalServerException', 'user of s1'),
    );
    expect(await callBack(cookie)).toMatchObject({ title: 'One moment, please', refresh: '5' });
    expect(request().state).toBe('open');
    expect(logger.warn).toHaveBeenLastCalledWith('The service rejected a consent', {
      request: REFERENCE,
      code: 'InternalServerException',
    });
    await callBack(cookie);
    expect(request().state).toBe('completed');
  });

  it('repeats the page when the service is busy, whatever link the target shows', async () => {
    const { consentAtProvider, callBack, authorizationSessions, issueLink } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNext('complete', new ServiceError('InternalServerException'));
    issueLink('s2');
    expect(await callBack(cookie)).toMatchObject({ title: 'One moment, please', refresh: '5' });
  });

  it('asks for another click when the service rejects the session and holds another link', async () => {
    const { consentAtProvider, callBack, authorizationSessions, issueLink, request } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNext('complete', new ServiceError('ValidationException'));
    issueLink('s2');
    expect((await callBack(cookie)).title).toBe('Please do that once more');
    expect(request().state).toBe('open');
  });

  it('asks for another click when the service rejects the session nine minutes after it issued the link', async () => {
    const { consentAtProvider, callBack, authorizationSessions, clock, request } = openPages();
    const cookie = await consentAtProvider();
    clock.now = NOW + 9 * MINUTE;
    authorizationSessions.script.failNext('complete', new ServiceError('ValidationException'));
    expect((await callBack(cookie)).title).toBe('Please do that once more');
    expect(request()).not.toHaveProperty('voidSessions');
  });

  it('waits for the target when a call without an answer may have completed the session', async () => {
    const { consentAtProvider, callBack, authorizationSessions, controlPlane, clock, request } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNextAfterEffect('complete', new ServiceError('InternalServerException'));
    for (const seconds of [0, 5, 10]) {
      clock.now = NOW + seconds * 1000;
      expect(await callBack(cookie)).toMatchObject({ title: 'One moment, please', refresh: '5' });
    }
    expect(authorizationSessions.script.calls()).toHaveLength(2);
    controlPlane.put(ISSUES, { status: 'CREATING', members: {} });
    expect(await callBack(cookie)).toMatchObject({ status: 303, location: PAGE });
    expect(request().state).toBe('completed');
  });

  it('asks for another login when the target shows no consent 30 seconds after calls without an answer', async () => {
    const { consentAtProvider, callBack, authorizationSessions, clock, request, events } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNextAfterEffect('complete', new ServiceError('InternalServerException'));
    await callBack(cookie);
    await callBack(cookie);
    clock.now = NOW + 30_001;
    expect((await callBack(cookie)).title).toBe('AWS has no consent from you');
    expect(request()).toMatchObject({ state: 'open', voidSessions: [{ session: hashId('s1') }] });
    expect(events.published('Authorization Voided')).toHaveLength(1);
    expect(authorizationSessions.script.calls()).toHaveLength(2);
  });

  it.each(['READY', 'CREATING'] as const)(
    'completes the request when the service rejects the session of a target that is %s: an earlier call had its effect',
    async (status) => {
      const { consentAtProvider, callBack, authorizationSessions, controlPlane, request } = openPages();
      const cookie = await consentAtProvider();
      authorizationSessions.script.failNext('complete', new ServiceError('ValidationException'));
      controlPlane.put(ISSUES, { status, members: {} });
      await callBack(cookie);
      expect(request().state).toBe('completed');
    },
  );

  it('asks for another click when the service accepts a session that a newer link replaced', async () => {
    const { consentAtProvider, callBack, issueLink, request } = openPages();
    const cookie = await consentAtProvider();
    issueLink('s2');
    expect((await callBack(cookie)).title).toBe('Please do that once more');
    expect(request().state).toBe('open');
  });

  it('lets the same browser complete an interrupted completion after 30 seconds', async () => {
    const { consentAtProvider, callBack, authorizationSessions, clock, request } = openPages();
    const cookie = await consentAtProvider();
    authorizationSessions.script.failNext('complete', new StepKilled());
    expect((await callBack(cookie)).status).toBe(500);
    expect(request().state).toBe('completing');
    clock.now = NOW + 30_000;
    expect(await callBack(cookie)).toMatchObject({ status: 303, location: PAGE });
    expect(authorizationSessions.script.calls()).toHaveLength(1);
    clock.now += 1;
    await callBack(cookie);
    expect(request().state).toBe('completed');
    expect(authorizationSessions.script.calls()).toHaveLength(2);
  });
});

describe('resumeCompletion', () => {
  /** A function stops while it completes the authorization; the person clicks the button more than two minutes later. */
  async function interrupt(error = new StepKilled(), afterEffect = false) {
    const pages = openPages();
    const cookie = await pages.consentAtProvider();
    if (afterEffect) pages.authorizationSessions.script.failNextAfterEffect('complete', error);
    else pages.authorizationSessions.script.failNext('complete', error);
    await pages.callBack(cookie);
    pages.clock.now = NOW + 2 * MINUTE + 1;
    return { ...pages, cookie };
  }

  it('completes the authorization when the service still waits for the same session', async () => {
    const { send, authorizationSessions, request } = await interrupt();
    expect(await send('POST', PAGE)).toMatchObject({ status: 303, location: PAGE, cookie: undefined });
    expect(authorizationSessions.script.calls().map(({ input }) => input)).toEqual([
      ['s1', 'user of s1'],
      ['s1', 'user of s1'],
    ]);
    expect(request().state).toBe('completed');
  });

  it('completes the request when the service has the consent', async () => {
    const { send, controlPlane, authorizationSessions, request, taskCallbacks } = await interrupt(
      new StepKilled(),
      true,
    );
    controlPlane.put(ISSUES, { status: 'READY', members: {} });
    await send('POST', PAGE);
    expect(authorizationSessions.script.calls()).toHaveLength(1);
    expect(request().state).toBe('completed');
    expect(taskCallbacks.outputOf('token')).toMatchObject({ outcome: 'completed' });
  });

  it('opens the request again when the service holds another link, and starts a new login', async () => {
    const { send, issueLink, request, authorizationSessions } = await interrupt();
    issueLink('s2');
    expect((await send('POST', PAGE)).location).toBe(`${PAGE}/next`);
    expect(request().state).toBe('open');
    expect(authorizationSessions.script.calls()).toHaveLength(1);
  });

  it('does nothing within two minutes: a function may still complete the authorization', async () => {
    const { send, clock, authorizationSessions, request } = await interrupt();
    clock.now -= 1;
    expect(await send('POST', PAGE)).toMatchObject({ status: 303, location: PAGE });
    expect(request().state).toBe('completing');
    expect(authorizationSessions.script.calls()).toHaveLength(1);
  });

  it('changes nothing when another function resumes the completion meanwhile', async () => {
    const { send, controlPlane, ledger, changeRequest, request, clock } = await interrupt();
    controlPlane.remove(ISSUES);
    ledger.script.letPass('readRequest');
    ledger.script.beforeNext('readRequest', () =>
      changeRequest({
        attempts: request().attempts.map((attempt) => ({ ...attempt, consentedAt: clock.now })),
      }),
    );
    await send('POST', PAGE);
    expect(ledger.script.unused()).toEqual([]);
    expect(request().state).toBe('completing');
  });
});

it('oauthCallback: the ledger holds hashes of sessions only', async () => {
  const { consentAtProvider, ledger } = openPages();
  await consentAtProvider('s1');
  expect(ledger.request(REFERENCE)?.request.attempts[0]?.session).toBe(hashId('s1'));
});
