import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { RequestOutcome } from '../../core/authorization/request.ts';
import { sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import { requestDetailsKey } from '../../core/storage/keys.ts';
import { logger } from '../runtime/observability.ts';
import { ID, ISSUES, NOW, openPages, PAGE, REFERENCE } from './testing/openPages.ts';

afterEach(() => vi.restoreAllMocks());

const ADA = { name: 'ada@example.com', email: 'ada@example.com' };
const EVE = { name: 'eve@example.com', email: 'eve@example.com' };
const POSTS = [PAGE, `${PAGE}/refuse`, `${PAGE}/decide`, `${PAGE}/again`];

describe('pages: origin of a form', () => {
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: 'https://pages.example.com', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' },
  ];
  it.each(POSTS.flatMap((path) => foreign.map((headers) => [path, headers] as const)))(
    'the app rejects a POST to %s with the headers %j and changes nothing',
    async (path, headers) => {
      const { send, ledger } = openPages({ kind: 'approval' });
      const { status, title } = await send('POST', path, { headers, form: { answer: 'yes' } });
      expect({ status, title }).toEqual({ status: 403, title: 'That click came from another site' });
      expect(ledger.script.calls()).toEqual([]);
    },
  );

  it.each([
    {},
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'https://pages.example.com' },
    { origin: 'https://pages.example.com', 'sec-fetch-site': 'same-origin' },
  ])('the app accepts a POST with the headers %j', async (headers) => {
    const { send, request } = openPages();
    await send('POST', `${PAGE}/refuse`, { headers });
    expect(request().state).toBe('refused');
  });

  it('the app accepts a GET from any site, since links are opened from mail', async () => {
    const { send } = openPages();
    const { status } = await send('GET', PAGE, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(status).toBe(200);
  });
});

describe('pages: reads', () => {
  it('a click counts its read of the target in the rate of the account, and waits for no other read', async () => {
    const { send, ledger } = openPages();
    await ledger.reserveReads('get gatewayTarget', 8, NOW);
    expect((await send('POST', PAGE)).status).toBe(303);
    expect(ledger.script.calls('countRead').map(({ input }) => input)).toEqual([['get gatewayTarget', NOW]]);
  });
});

describe('pages: headers', () => {
  it.each([
    ['GET', PAGE],
    ['GET', '/elsewhere'],
    ['POST', `${PAGE}/refuse`],
  ] as const)('the app answers %s %s with security headers', async (method, path) => {
    const { headers } = await openPages().send(method, path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });
});

describe('pages: unknown links', () => {
  it.each([
    '/',
    '/authorizations',
    `/authorizations/${'0'.repeat(32)}`,
    `/authorizations/${ID.slice(1)}`,
    `/authorizations/${ID}0`,
    `/authorizations/${ID.toUpperCase()}`,
    `${PAGE}/elsewhere`,
  ])('the app answers GET %s with 404', async (path) => {
    const { status, title } = await openPages().send('GET', path);
    expect({ status, title }).toEqual({ status: 404, title: 'This link is not valid' });
  });

  it.each(POSTS)('the app answers POST %s with 404 for an unknown request', async (path) => {
    const { status } = await openPages().send('POST', path.replace(ID, '0'.repeat(32)));
    expect(status).toBe(404);
  });

  it('the app looks requests up by the hash of the id', async () => {
    const { send, ledger } = openPages();
    await send('GET', PAGE);
    expect(ledger.script.calls('readRequest')).toEqual([{ method: 'readRequest', input: [hashId(ID)] }]);
  });
});

describe('pages: GET of a request', () => {
  it.each([
    ['authorization', 'May agents use “issues” for you?'],
    ['approval', 'May the tools of “issues” change?'],
    ['record', 'May “issues” enter the registry?'],
  ] as const)('the page of an open %s asks for the decision and changes nothing', async (kind, title) => {
    const { send, ledger } = openPages({ kind });
    expect(await send('GET', PAGE)).toMatchObject({ status: 200, title, cookie: undefined, refresh: null });
    const writes = ledger.script.calls().filter(({ method }) => !method.startsWith('read'));
    expect(writes).toEqual([]);
  });

  it.each([
    ['refused', 200, 'The answer was no'],
    ['expired', 410, 'This request has expired'],
    ['withdrawn', 410, 'Nothing is left to do'],
  ] as const)('the page of a request that is %s has status %i', async (state, status, title) => {
    const { send, changeRequest } = openPages();
    changeRequest({ state, closedAt: NOW });
    expect(await send('GET', PAGE)).toMatchObject({ status, title });
  });

  it('the page refreshes while a function completes the authorization, and asks for a click after two minutes', async () => {
    const { send, changeRequest, clock } = openPages();
    changeRequest({ state: 'completing', attempts: [{ browser: 'b', clickedAt: NOW, consentedAt: NOW }] });
    clock.now = NOW + 2 * 60_000;
    expect(await send('GET', PAGE)).toMatchObject({ title: 'Almost done', refresh: `2; url=${PAGE}` });
    clock.now += 1;
    const { title, refresh, text } = await send('GET', PAGE);
    expect({ title, refresh }).toEqual({ title: 'Please press the button once more', refresh: null });
    expect(text).toContain('Try again');
  });

  const record = { address: ISSUES, reasons: ['No role.'], since: NOW } as const;
  const question = {
    id: ID,
    kind: 'authorization',
    askedAt: NOW,
    fingerprint: 'f1',
    reason: 'create',
  } as const;
  it.each([
    ['no record is left', undefined, 'Your yes arrived, but “issues” is not ready'],
    ['the record is ready', { ...record, state: 'ready' }, 'Done: “issues” is ready'],
    ['the record failed', { ...record, state: 'failed' }, 'Your yes arrived, but “issues” is not ready'],
    ['the record is in progress', { ...record, state: 'in-progress' }, 'Thank you. It is being set up'],
    [
      'poll has not read the target since',
      { ...record, state: 'failed', request: question },
      'Thank you. It is being set up',
    ],
    [
      'a newer request exists',
      { ...record, state: 'awaiting-authorization', request: { ...question, id: 'other', askedAt: NOW + 1 } },
      'Your yes arrived, but “issues” is not ready',
    ],
  ] as const)('the page of a completed request shows the progress when %s', async (_, stored, title) => {
    const { send, changeRequest, ledger } = openPages();
    changeRequest({ state: 'completed', closedAt: NOW, ...(!stored && { workspace: 'elsewhere' }) });
    if (stored) ledger.putResource('payments', stored);
    const page = await send('GET', PAGE);
    expect(page.title).toBe(title);
    expect(page.refresh).toBe(title.startsWith('Thank you') ? '2' : null);
    expect(page.text.includes('No role.')).toBe(title.startsWith('Your yes') && !!stored);
  });

  it('the page of a consent to a record waits for no approval of the registry', async () => {
    const { send, changeRequest, ledger } = openPages();
    const { subject } = sampleRequest();
    if (subject.kind !== 'authorization') throw new Error('The sample asks for no consent.');
    const state = { state: 'completed', closedAt: NOW } as const;
    changeRequest({ ...state, subject: { ...subject, of: 'registryRecord', target: 'refunds' } });
    ledger.putResource('payments', { ...record, state: 'awaiting-approval' });
    expect(await send('GET', PAGE)).toMatchObject({
      title: 'Thank you. The registry has read “refunds”',
      refresh: null,
    });
  });

  it('the page of an approved record is ready at once', async () => {
    const { send, changeRequest } = openPages({ kind: 'record' });
    changeRequest({ state: 'completed', closedAt: NOW });
    expect((await send('GET', PAGE)).title).toBe('Done: “issues” is approved');
  });
});

describe('pages: decisions', () => {
  it.each([
    ['yes', 'completed'],
    ['no', 'refused'],
  ] as const)('the answer %s to an approval makes the request %s', async (answer, state) => {
    const { send, request, events, taskCallbacks } = openPages({ kind: 'approval' });
    const form = { answer, reason: `  ${'r'.repeat(300)} ` };
    expect(await send('POST', `${PAGE}/decide`, { form })).toMatchObject({ status: 303, location: PAGE });
    expect(request()).toMatchObject({ state, reason: 'r'.repeat(200), closedAt: NOW });
    expect(request()).not.toHaveProperty('closedBy');
    expect(events.published('Authorization Closed')).toHaveLength(1);
    expect(events.published('Reconcile Requested')).toHaveLength(1);
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: state, kind: 'approval' });
  });

  it('a decision without a reason stores none', async () => {
    const { send, request } = openPages({ kind: 'record' });
    await send('POST', `${PAGE}/decide`, { form: { answer: 'yes', reason: ' ' } });
    expect(request().state).toBe('completed');
    expect(request()).not.toHaveProperty('reason');
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=b'])(
    'decide: a body of the type %s that is no form decides nothing',
    async (type) => {
      const { send, request } = openPages({ kind: 'approval' });
      const sent = await send('POST', `${PAGE}/decide`, {
        form: { answer: 'yes' },
        headers: { 'content-type': type },
      });
      expect(sent).toMatchObject({ status: 303, location: PAGE });
      expect(request().state).toBe('open');
    },
  );

  it('decide: takes no yes while the page cannot show what it covers, and takes a no', async () => {
    const { send, request, specBucket } = openPages({ kind: 'approval' });
    const { subject } = request();
    if (subject.kind === 'authorization' || !subject.details) throw new Error('The request has no details.');
    specBucket.putObject(requestDetailsKey(subject.details.digest), '{}');
    await send('POST', `${PAGE}/decide`, { form: { answer: 'yes' } });
    expect(request().state).toBe('open');
    expect((await send('GET', PAGE)).text).toContain('this page takes no yes');
    await send('POST', `${PAGE}/decide`, { form: { answer: 'no' } });
    expect(request().state).toBe('refused');
  });

  it('decide: takes no yes to a change that is too large for a page', async () => {
    const { send, request, changeRequest } = openPages({ kind: 'approval' });
    const { subject } = request();
    if (subject.kind !== 'approval' || !subject.details) throw new Error('The request has no details.');
    changeRequest({ subject: { ...subject, details: { ...subject.details, bytes: 1_000_001 } } });
    await send('POST', `${PAGE}/decide`, { form: { answer: 'yes' } });
    expect(request().state).toBe('open');
    expect((await send('GET', PAGE)).text).toContain('too large for a page');
  });

  it.each([{ answer: 'maybe' }, {}])('the form %j decides nothing', async (form) => {
    const { send, request } = openPages({ kind: 'approval' });
    expect(await send('POST', `${PAGE}/decide`, { form })).toMatchObject({ status: 303 });
    expect(request().state).toBe('open');
  });

  it('the decision form cannot approve an authorization: only the provider can', async () => {
    const { send, request } = openPages();
    await send('POST', `${PAGE}/decide`, { form: { answer: 'yes' } });
    expect(request().state).toBe('open');
  });

  it('a person refuses an authorization on the page', async () => {
    const { send, request, taskCallbacks } = openPages();
    expect(await send('POST', `${PAGE}/refuse`)).toMatchObject({ status: 303, location: PAGE });
    expect(request().state).toBe('refused');
    expect(taskCallbacks.outputOf('token')).toEqual({ outcome: 'refused', kind: 'authorization' });
  });

  it.each([
    ['authorization', { detailType: 'Reconcile Requested', detail: { workspace: 'payments' } }],
    [
      'record',
      {
        detailType: 'Record Review Requested',
        detail: { registryId: 'Registry0001', registryRecordId: 'Record000001' },
      },
    ],
  ] as const)('a person renews a refused %s once', async (kind, event) => {
    const { send, changeRequest, events, request } = openPages({ kind });
    changeRequest({ state: 'refused', closedAt: NOW });
    const { status, title } = await send('POST', `${PAGE}/again`);
    expect({ status, title }).toEqual({ status: 200, title: 'A new request is on its way' });
    expect(request().renewalRequestedAt).toBe(NOW);
    expect(await send('POST', `${PAGE}/again`)).toMatchObject({ status: 303, location: PAGE });
    expect(events.published()).toEqual([event]);
  });

  it.each(['completed', 'withdrawn'] as const satisfies readonly RequestOutcome[])(
    'a person cannot renew a request that is %s',
    async (state) => {
      const { send, changeRequest, events } = openPages();
      changeRequest({ state, closedAt: NOW });
      expect(await send('POST', `${PAGE}/again`)).toMatchObject({ status: 303, location: PAGE });
      expect(events.published()).toEqual([]);
    },
  );
});

describe('pages: login', () => {
  it.each([EVE, undefined])(
    'only recipients of the request may see and decide it, not %j',
    async (identity) => {
      const { send, request } = openPages({ policy: 'owners', kind: 'approval' });
      const options = { ...(identity && { identity }), form: { answer: 'yes' } };
      for (const path of POSTS)
        expect(await send('POST', path, options)).toMatchObject({
          status: 403,
          title: 'This request is for another person',
        });
      for (const path of [PAGE, `${PAGE}/next`, `${PAGE}/go`])
        expect((await send('GET', path, identity ? { identity } : {})).status).toBe(403);
      expect(request()).toMatchObject({ state: 'open', attempts: [] });
    },
  );

  it.each(['completing', 'completed', 'refused', 'expired', 'withdrawn'] as const)(
    'only recipients see what was asked in a request that is %s',
    async (state) => {
      const { send, changeRequest } = openPages({ policy: 'owners', kind: 'approval' });
      changeRequest({ state, closedAt: NOW, closedBy: 'ada@example.com', reason: 'as agreed' });
      for (const options of [{ identity: EVE }, {}])
        expect(await send('GET', PAGE, options)).toMatchObject({
          status: 403,
          title: 'This request is for another person',
        });
      expect((await send('GET', PAGE, { identity: ADA })).status).not.toBe(403);
    },
  );

  it('a recipient decides, and the request stores the name', async () => {
    const { send, request } = openPages({ policy: 'owners', kind: 'approval' });
    expect((await send('GET', PAGE, { identity: ADA })).text).toContain(
      'You are logged in as ada@example.com.',
    );
    await send('POST', `${PAGE}/decide`, { identity: ADA, form: { answer: 'yes' } });
    expect(request()).toMatchObject({ state: 'completed', closedBy: 'ada@example.com' });
  });

  it('every logged-in person may decide under the policy `anybody`, and the request stores the name', async () => {
    const { send, request } = openPages();
    await send('POST', `${PAGE}/refuse`, { identity: EVE });
    expect(request()).toMatchObject({ state: 'refused', closedBy: 'eve@example.com' });
  });

  it('the callback of a person who is no recipient completes nothing', async () => {
    const { ledger, callBack, request } = openPages({ policy: 'owners' });
    await ledger.bindSession(hashId('s1'), { reference: REFERENCE, browser: 'b' }, NOW);
    expect(await callBack(undefined)).toMatchObject({
      status: 403,
      title: 'This request is for another person',
    });
    expect(request().state).toBe('open');
  });
});

describe('pages: errors', () => {
  it('a failed page shows the correlation id, and the log contains neither the link nor the message', async () => {
    const { send, ledger } = openPages();
    const error = vi.spyOn(logger, 'error').mockImplementation(() => {});
    ledger.script.failNext('readRequest', new ServiceError('ThrottlingException', `Too much of ${ID}`));
    const { status, text } = await send('GET', PAGE);
    expect(status).toBe(500);
    expect(text).toContain('call-1');
    const [message, details] = error.mock.calls[0] ?? [];
    expect(message).toBe('A page failed');
    expect(details).toMatchObject({
      correlation: 'call-1',
      method: 'GET',
      route: '/authorizations/:id',
      failure: {
        name: 'ThrottlingException',
        frames: expect.arrayContaining([expect.stringMatching(/^at /)]),
      },
    });
    expect(JSON.stringify(error.mock.calls)).not.toContain(ID);
  });
});
