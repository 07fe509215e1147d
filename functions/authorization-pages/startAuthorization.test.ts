import { describe, expect, it } from 'vitest';
import { hashId } from '../../core/authorization/hashId.ts';
import { ISSUES, NOW, openPages, PAGE, REFERENCE } from './testing/openPages.ts';

const MINUTE = 60_000;
const SECRET = '1'.padStart(64, '0');
const COOKIE = `__Host-gateloop-${REFERENCE.slice(0, 16)}`;

describe('startAuthorization', () => {
  it('binds the browser to the request with a cookie that scripts cannot read', async () => {
    const { send, request, events } = openPages();
    const { status, location, cookie } = await send('POST', PAGE);
    expect({ status, location }).toEqual({ status: 303, location: `${PAGE}/next` });
    expect(cookie).toBe(`${COOKIE}=${SECRET}; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`);
    expect(request().attempts).toEqual([{ browser: hashId(SECRET), clickedAt: NOW }]);
    expect(request()).not.toHaveProperty('clickedAt');
    expect(events.published()).toEqual([]);
  });

  it('keeps the secret of a browser that has one', async () => {
    const { click, request } = openPages();
    const cookie = await click();
    expect(await click(cookie)).toBe(cookie);
    expect(request().attempts).toHaveLength(1);
  });

  it('replaces a cookie that Gateloop did not set', async () => {
    const { click } = openPages();
    expect(await click(`${COOKIE}=short`)).toBe(`${COOKIE}=${SECRET}`);
  });

  it('binds a second browser as another attempt', async () => {
    const { click, request } = openPages();
    expect(await click()).not.toBe(await click());
    expect(request().attempts).toHaveLength(2);
  });

  it('requests a reconciliation when the link is nine minutes old, which makes the service issue a new one', async () => {
    const { send, clock, events, request } = openPages();
    clock.now = NOW + 9 * MINUTE - 1;
    await send('POST', PAGE);
    expect(events.published()).toEqual([]);
    clock.now += 1;
    await send('POST', PAGE);
    expect(events.published()).toEqual([
      { detailType: 'Reconcile Requested', detail: { workspace: 'payments' } },
    ]);
    expect(request().clickedAt).toBe(clock.now);
  });

  it('counts the age of a link from the first redirect to it, when the target changed since', async () => {
    const { click, send, clock, controlPlane, events } = openPages();
    const cookie = await click();
    await send('GET', `${PAGE}/go`, { cookie });
    clock.now = NOW + 9 * MINUTE;
    controlPlane.put(ISSUES, {});
    await click(cookie);
    expect(events.published('Reconcile Requested')).toHaveLength(1);
  });

  it('requests a reconciliation when the target is gone', async () => {
    const { send, controlPlane, events } = openPages();
    controlPlane.remove(ISSUES);
    await send('POST', PAGE);
    expect(events.published('Reconcile Requested')).toHaveLength(1);
  });

  it('stores that the person agreed to delete and create the target again', async () => {
    const { send, request } = openPages();
    await send('POST', PAGE);
    expect(request()).not.toHaveProperty('mayReplace');
    await send('POST', PAGE, { form: { agree: 'replace' } });
    expect(request().mayReplace).toBe(true);
  });

  it('binds no browser to a closed request', async () => {
    const { send, changeRequest, request } = openPages();
    changeRequest({ state: 'expired', closedAt: NOW });
    expect(await send('POST', PAGE)).toMatchObject({ status: 303, location: PAGE, cookie: undefined });
    expect(request().attempts).toEqual([]);
  });

  it('binds no browser to a request that closes meanwhile', async () => {
    const { send, changeRequest, ledger, events, clock } = openPages();
    clock.now = NOW + 10 * MINUTE;
    ledger.script.beforeNext('writeRequest', () => changeRequest({ state: 'refused', closedAt: NOW }));
    expect(await send('POST', PAGE)).toMatchObject({ location: PAGE, cookie: undefined });
    expect(events.published()).toEqual([]);
  });

  it.each(['approval', 'record'] as const)('binds no browser to an %s: there is no login', async (kind) => {
    const { send, request } = openPages({ kind });
    expect(await send('POST', PAGE)).toMatchObject({ location: PAGE, cookie: undefined });
    expect(request().attempts).toEqual([]);
  });

  it('leads over a page of Gateloop that refreshes to the redirect', async () => {
    const { send, changeRequest } = openPages();
    expect(await send('GET', `${PAGE}/next`)).toMatchObject({ status: 200, refresh: `0; url=${PAGE}/go` });
    changeRequest({ state: 'refused', closedAt: NOW });
    expect(await send('GET', `${PAGE}/next`)).toMatchObject({ status: 303, location: PAGE });
  });
});

describe('redirectToProvider', () => {
  it('redirects a bound browser to the link of the service and stores its session', async () => {
    const { click, send, request, ledger } = openPages();
    const cookie = await click();
    expect(await send('GET', `${PAGE}/go`, { cookie })).toMatchObject({
      status: 303,
      location: 'https://login.example.com/authorize?request_uri=s1',
    });
    const session = hashId('s1');
    expect(request().attempts).toEqual([
      { browser: hashId(SECRET), clickedAt: NOW, session, userId: 'user of s1' },
    ]);
    expect(request().link).toEqual({ session, issuedAt: NOW });
    expect(await ledger.findSession(session)).toEqual({ reference: REFERENCE, browser: hashId(SECRET) });
  });

  it.each([undefined, `${COOKIE}=${'f'.repeat(64)}`])(
    'shows the page with the button to a browser that is not bound: cookie %s',
    async (cookie) => {
      const { click, send, ledger } = openPages();
      await click();
      const { status, title } = await send('GET', `${PAGE}/go`, { cookie });
      expect({ status, title }).toEqual({ status: 200, title: 'May agents use “issues” for you?' });
      expect(ledger.script.calls('bindSession')).toEqual([]);
    },
  );

  it('shows the outcome of a closed request', async () => {
    const { click, send, changeRequest } = openPages();
    const cookie = await click();
    changeRequest({ state: 'refused', closedAt: NOW });
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('The answer was no');
  });

  it('waits two minutes for a new link while the service holds an old one', async () => {
    const { click, send, clock } = openPages();
    clock.now = NOW + 10 * MINUTE;
    const cookie = await click();
    clock.now += 2 * MINUTE - 1;
    expect(await send('GET', `${PAGE}/go`, { cookie })).toMatchObject({
      title: 'One moment, please',
      refresh: `2; url=${PAGE}/go`,
    });
    clock.now += 1;
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('AWS is still holding an old link');
  });

  it('redirects to a new link that the service issues meanwhile', async () => {
    const { click, send, clock, issueLink } = openPages();
    clock.now = NOW + 10 * MINUTE;
    const cookie = await click();
    issueLink('s2');
    expect((await send('GET', `${PAGE}/go`, { cookie })).location).toContain('request_uri=s2');
  });

  it('says that operators have suspended all changes when a new link needs one, and goes on after the resumption', async () => {
    const { click, send, clock, ledger, issueLink, controlPlane } = openPages();
    await ledger.suspend(undefined, { since: NOW });
    clock.now = NOW + 10 * MINUTE;
    const cookie = await click();
    const page = await send('GET', `${PAGE}/go`, { cookie });
    expect(page).toMatchObject({ title: 'Your login has to wait', refresh: null });
    expect(page.text).toContain('The operators have suspended all changes');
    // An operation that began before the suspension ends, and may give a link.
    controlPlane.put(ISSUES, { status: 'CREATING', members: {} });
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('One moment, please');
    await ledger.resume(undefined);
    issueLink('s2');
    expect((await send('GET', `${PAGE}/go`, { cookie: await click(cookie) })).location).toContain('s2');
  });

  it('reports a missing link at once when the operation of the click has failed', async () => {
    const { click, send, controlPlane, ledger } = openPages();
    const cookie = await click();
    controlPlane.put(ISSUES, { status: 'FAILED', members: {} });
    const record = ledger.resource('payments', ISSUES)?.record;
    const operation = { operation: 'create', fingerprint: 'f1', startedAt: NOW } as const;
    if (record) ledger.putResource('payments', { ...record, operation });
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('There is no login link yet');
    if (record)
      ledger.putResource('payments', { ...record, operation: { ...operation, startedAt: NOW - 1 } });
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('One moment, please');
  });

  it('asks for consent before the target is deleted and created again', async () => {
    const { click, send, clock, ledger, request } = openPages();
    clock.now = NOW + 10 * MINUTE;
    const record = ledger.resource('payments', ISSUES)?.record;
    const retry = { fingerprint: 'f1', count: 1, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [] };
    if (record)
      ledger.putResource('payments', {
        ...record,
        applied: { fingerprint: 'f0', updatedAt: NOW },
        retry: { ...retry, escalation: 'replace' },
      });
    const title = '“issues” has to be created again first';
    expect((await send('GET', PAGE)).title).toBe(title);
    const cookie = await click();
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe(title);
    await send('POST', PAGE, { cookie, form: { agree: 'replace' } });
    expect(request().mayReplace).toBe(true);
    expect((await send('GET', `${PAGE}/go`, { cookie })).title).toBe('One moment, please');
  });
});
