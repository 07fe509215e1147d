import { describe, expect, it, vi } from 'vitest';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { logger } from '../runtime/observability.ts';
import { ISSUES, NOW, openPages, PAGE, REFERENCE } from './testing/openPages.ts';

/**
 * The holder of a link clicks the button, learns the service's link, and has another person consent there. The consent of
 * that person must not count for the holder.
 */
const MINUTE = 60_000;
const WRONG_BROWSER = { status: 403, title: 'Please start again in this browser' };
const OTHER_LOGIN = 'Please log in once more';
const ADA = { name: 'ada@example.com', email: 'ada@example.com' };
const EVE = { name: 'eve@example.com', email: 'eve@example.com' };
vi.spyOn(logger, 'warn').mockImplementation(() => {});
vi.spyOn(logger, 'error').mockImplementation(() => {});

/** The pages, with a holder who was redirected to the provider. */
async function openAttack(options: Parameters<typeof openPages>[0] = {}) {
  const pages = openPages(options);
  const holder = await pages.click();
  await pages.send('GET', `${PAGE}/go`, { cookie: holder });
  /** The other person consents. The holder knows the session. */
  const consent = () => pages.authorizationSessions.end('s1', 'granted');
  return { ...pages, holder, consent };
}

describe('the consent of another person', () => {
  it.each(['session_id=s1', 'session_id=s1&error=access_denied', 'session_id=s1&error=server_error'])(
    'handleOAuthCallback: makes a session void that comes back in another browser: %s',
    async (query) => {
      const { holder, consent, callBack, authorizationSessions, request, events } = await openAttack();
      consent();
      expect(await callBack(undefined, query)).toMatchObject({ ...WRONG_BROWSER, location: null });
      for (const again of ['session_id=s1', query])
        expect((await callBack(holder, again)).title).toMatch(/log in once more|login did not work/);
      expect(authorizationSessions.script.calls()).toEqual([]);
      expect(request()).toMatchObject({
        state: 'open',
        voidSessions: [{ session: hashId('s1'), cause: 'wrongBrowser', voidedAt: NOW }],
      });
      expect(events.published()).toEqual([
        {
          detailType: 'Authorization Voided',
          detail: expect.objectContaining({ request: REFERENCE, cause: 'wrongBrowser' }),
        },
      ]);
    },
  );

  it('handleOAuthCallback: makes a session void that comes back before there is a consent', async () => {
    const { holder, consent, callBack, authorizationSessions, request, events } = await openAttack();
    expect((await callBack(holder)).title).toBe('AWS has no consent from you');
    consent();
    expect((await callBack(holder)).title).toBe('AWS has no consent from you');
    expect(authorizationSessions.script.calls()).toHaveLength(1);
    expect(request()).toMatchObject({ state: 'open', voidSessions: [{ cause: 'noConsent' }] });
    expect(events.published('Authorization Voided')).toHaveLength(1);
  });

  it('handleOAuthCallback: completes nothing while the other browser makes the session void', async () => {
    const { holder, consent, callBack, ledger, authorizationSessions, request } = await openAttack();
    consent();
    // Between the request's write and the claim of the session.
    ledger.script.beforeNext('claimCompletion', async () => void (await callBack(undefined)));
    expect((await callBack(holder)).title).toBe(OTHER_LOGIN);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().state).toBe('open');
  });

  it('handleOAuthCallback: does not resume an interrupted completion of a session that became void', async () => {
    const { holder, consent, callBack, authorizationSessions, clock, request, send } = await openAttack();
    authorizationSessions.script.failNext('complete', new StepKilled());
    await callBack(holder);
    consent();
    expect(await callBack(undefined)).toMatchObject(WRONG_BROWSER);
    clock.now = NOW + MINUTE;
    expect((await callBack(holder)).title).toBe(OTHER_LOGIN);
    expect(request().state).toBe('open');
    expect((await send('POST', PAGE, { cookie: holder })).location).toBe(`${PAGE}/next`);
    expect(authorizationSessions.script.calls()).toHaveLength(1);
  });

  it('resumeCompletion: does not resume an interrupted completion of a session that became void', async () => {
    const { holder, consent, callBack, authorizationSessions, clock, request, send } = await openAttack();
    authorizationSessions.script.failNext('complete', new StepKilled());
    await callBack(holder);
    consent();
    await callBack(undefined);
    clock.now = NOW + 2 * MINUTE + 1;
    await send('POST', PAGE, { cookie: holder });
    expect(request().state).toBe('open');
    expect(authorizationSessions.script.calls()).toHaveLength(1);
  });

  it('redirectToProvider: gives the session of one browser to no other, which asks for a link of its own', async () => {
    const { click, send, request, events, issueLink } = await openAttack();
    const owner = await click();
    expect(request()).toMatchObject({ clickedAt: NOW, staleSession: hashId('s1') });
    expect(events.published('Reconcile Requested')).toHaveLength(1);
    expect((await send('GET', `${PAGE}/go`, { cookie: owner })).title).toBe('One moment, please');
    issueLink('s2');
    expect((await send('GET', `${PAGE}/go`, { cookie: owner })).location).toContain('request_uri=s2');
  });

  it('handleOAuthCallback: makes a session void that another tab of a bound browser took from an earlier one', async () => {
    const { holder, click, send, issueLink, callBack, authorizationSessions } = await openAttack();
    const owner = await click();
    issueLink('s2');
    await send('GET', `${PAGE}/go`, { cookie: owner });
    authorizationSessions.end('s1', 'granted');
    expect((await callBack(owner)).title).toBe('Please do that once more');
    expect((await callBack(holder)).title).toBe(OTHER_LOGIN);
    expect(authorizationSessions.script.calls()).toEqual([]);
  });

  it('handleOAuthCallback: counts only for the person who clicked, where the pages have a login', async () => {
    const pages = openPages();
    const { send, authorizationSessions, request } = pages;
    const clicked = await send('POST', PAGE, { identity: EVE });
    const cookie = clicked.cookie?.replace(/;.*/, '');
    await send('GET', `${PAGE}/go`, { cookie, identity: EVE });
    authorizationSessions.end('s1', 'granted');
    const callback = '/authorizations/return?session_id=s1';
    expect(await send('GET', callback, { cookie, identity: ADA })).toMatchObject(WRONG_BROWSER);
    expect((await send('GET', callback, { cookie, identity: EVE })).title).toBe(OTHER_LOGIN);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().state).toBe('open');
  });

  it.each([
    ['completes the session', false],
    ['finds it completed', true],
  ])(
    'resumeCompletion: stores the person who consented, and not the one who clicked later and %s',
    async (_, isDone) => {
      const { send, authorizationSessions, clock, request, controlPlane } = openPages();
      const clicked = await send('POST', PAGE, { identity: ADA });
      const cookie = clicked.cookie?.replace(/;.*/, '');
      await send('GET', `${PAGE}/go`, { cookie, identity: ADA });
      authorizationSessions.end('s1', 'granted');
      authorizationSessions.script.failNext('complete', new StepKilled());
      await send('GET', '/authorizations/return?session_id=s1', { cookie, identity: ADA });
      clock.now = NOW + 2 * MINUTE + 1;
      if (isDone) controlPlane.put(ISSUES, { status: 'READY', members: {} });
      await send('POST', PAGE, { identity: EVE });
      expect(request()).toMatchObject({ state: 'completed', closedBy: ADA.name });
    },
  );

  it('handleOAuthCallback: makes a session void that comes back for a person who may not decide', async () => {
    const { send, authorizationSessions, request } = openPages({ policy: 'owners' });
    const clicked = await send('POST', PAGE, { identity: ADA });
    const cookie = clicked.cookie?.replace(/;.*/, '');
    await send('GET', `${PAGE}/go`, { cookie, identity: ADA });
    authorizationSessions.end('s1', 'granted');
    const callback = '/authorizations/return?session_id=s1';
    expect((await send('GET', callback, { identity: EVE })).title).toBe('This request is for another person');
    expect((await send('GET', callback, { cookie, identity: ADA })).title).toBe(OTHER_LOGIN);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().state).toBe('open');
  });

  it('handleOAuthCallback: stays without effect in a later request about the same target', async () => {
    const { holder, consent, callBack, send, changeRequest, request, authorizationSessions, click, events } =
      await openAttack();
    // The holder refuses the request, so that it is closed when the other person comes back.
    await send('POST', `${PAGE}/refuse`);
    consent();
    await callBack(undefined);
    changeRequest({ state: 'open' });
    const again = await click(holder);
    expect(request()).toMatchObject({ clickedAt: NOW, staleSession: hashId('s1') });
    expect(events.published('Reconcile Requested')).toHaveLength(2);
    expect((await send('GET', `${PAGE}/go`, { cookie: again })).location).toBeNull();
    await callBack(again);
    expect(authorizationSessions.script.calls()).toEqual([]);
  });

  it('handleOAuthCallback: counts no callback more than an hour after the click, and makes its session void', async () => {
    const { holder, consent, callBack, clock, authorizationSessions, request } = await openAttack();
    consent();
    clock.now = NOW + 60 * MINUTE + 1;
    expect(await callBack(holder)).toMatchObject(WRONG_BROWSER);
    expect(authorizationSessions.script.calls()).toEqual([]);
    expect(request().voidSessions).toHaveLength(1);
  });
});

describe('a session that is void', () => {
  it('startAuthorization: makes the durable link ask for a new one', async () => {
    const { holder, callBack, click, send, issueLink, events, request, consent } = await openAttack();
    await callBack(undefined);
    expect(await click(holder)).toBe(holder);
    expect(request().clickedAt).toBe(NOW);
    expect(events.published('Reconcile Requested')).toHaveLength(1);
    const waiting = await send('GET', `${PAGE}/go`, { cookie: holder });
    expect(waiting).toMatchObject({ title: 'One moment, please', refresh: `2; url=${PAGE}/go` });
    issueLink('s2');
    expect((await send('GET', `${PAGE}/go`, { cookie: holder })).location).toContain('request_uri=s2');
    consent();
    await callBack(holder, 'session_id=s2&error=server_error');
    expect(request().state).toBe('open');
  });

  it('redirectToProvider: asks for another click when the session became void after the click', async () => {
    const { holder, callBack, send, clock } = await openAttack();
    clock.now += 1;
    await callBack(undefined);
    expect((await send('GET', `${PAGE}/go`, { cookie: holder })).title).toBe(OTHER_LOGIN);
  });

  it('redirectToProvider: redirects no browser when the session becomes void meanwhile', async () => {
    const { send, callBack, ledger, holder } = await openAttack();
    ledger.script.beforeNext('bindSession', async () => void (await callBack(undefined)));
    expect((await send('GET', `${PAGE}/go`, { cookie: holder })).location).toBeNull();
    expect((await callBack(holder)).title).toBe(OTHER_LOGIN);
  });

  it('the page of the request says so', async () => {
    const { callBack, send } = await openAttack();
    await callBack(undefined);
    expect((await send('GET', PAGE)).text).toContain(
      'A login for this request came back in another browser than the one that started it, on 1 January 2026, 10:00 UTC. It does not count.',
    );
  });

  it('handleOAuthCallback: tells a browser without the cookie neither the link nor the state of a closed request', async () => {
    const { callBack, changeRequest } = await openAttack();
    for (const state of ['open', 'completed', 'refused', 'expired', 'withdrawn'] as const) {
      changeRequest({ state, closedAt: NOW });
      expect(await callBack(undefined)).toMatchObject({ ...WRONG_BROWSER, location: null });
    }
  });

  it('handleOAuthCallback: says once that the session of a completed request came back in another browser', async () => {
    const { holder, click, consent, callBack, request, events, ledger, clock, send } = await openAttack();
    const colleague = await click();
    consent();
    await callBack(holder);
    expect(await callBack(holder)).toMatchObject({ status: 303, location: PAGE });
    expect(request()).not.toHaveProperty('disputedAt');
    clock.now += 1000;
    expect(await callBack(undefined)).toMatchObject({ ...WRONG_BROWSER, location: null });
    expect(await callBack(colleague)).toMatchObject({ status: 303, location: PAGE });
    expect(request()).toMatchObject({ state: 'completed', disputedAt: NOW + 1000 });
    expect(events.published('Authorization Disputed')).toHaveLength(1);
    expect(ledger.script.calls('voidSession')).toEqual([]);
    expect(await callBack(holder)).toMatchObject({ status: 303, location: PAGE });
    expect((await send('GET', PAGE)).text).toContain('The same login also came back in another browser');
  });

  it('handleOAuthCallback: disputes no completion after fifteen minutes, and none of another session', async () => {
    const { holder, consent, callBack, request, clock, issueLink, send } = await openAttack();
    issueLink('s2');
    clock.now += 1;
    await send('GET', `${PAGE}/go`, { cookie: holder });
    consent();
    await callBack(holder, 'session_id=s2&error=server_error');
    await callBack(holder, 'session_id=s1');
    expect(request().state).toBe('open');
    const other = await openAttack();
    other.consent();
    await other.callBack(other.holder);
    other.clock.now = NOW + 15 * MINUTE + 1;
    await other.callBack(undefined);
    expect(other.request()).not.toHaveProperty('disputedAt');
  });
});
