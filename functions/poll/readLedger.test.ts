import { beforeEach, describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { type AuthorizationRequest, newRequest } from '../../core/authorization/request.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { OpenRequest, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { readLedger } from './readLedger.ts';

const NOW = Date.UTC(2026, 0, 1);
const WORKSPACE = 'payments';
const ADDRESS = 'gatewayTarget/front/issues';
const ID = 'request-id';

const openRequest: OpenRequest = { id: ID, kind: 'authorization', askedAt: NOW };
const record: ResourceRecord = {
  address: ADDRESS,
  state: 'awaiting-authorization',
  reasons: [],
  since: NOW,
  request: openRequest,
  link: { session: 'session', issuedAt: NOW },
};
const request = newRequest({
  id: ID,
  workspace: WORKSPACE,
  address: ADDRESS,
  subject: {
    kind: 'authorization',
    gateway: 'front',
    target: 'issues',
    scopes: [],
    reason: 'create',
  },
  settings: defaultSettings.authorization,
  askedAt: NOW,
  owner: undefined,
  owners: {},
});

let ledger: InMemoryLedger;
beforeEach(() => {
  ledger = new InMemoryLedger();
  ledger.putResource(WORKSPACE, record);
});

/** The record that poll decides on while the request has these members. */
async function recordWith(change: Partial<AuthorizationRequest>): Promise<ResourceRecord | undefined> {
  ledger.putRequest({ ...request, ...change });
  return (await read()).records.get(ADDRESS);
}

function read() {
  const event = { workspace: WORKSPACE, leaseHolder: 'execution', iteration: 0, isFull: true, now: NOW };
  return readLedger({ event }, { ledger });
}

describe('readLedger', () => {
  it('returns the records with their versions, and the workspace record', async () => {
    ledger.putWorkspace(WORKSPACE, { acceptedRevision: 'r1' });
    ledger.putRequest(request);
    const { ledgerEntries, workspaceRecord } = await read();
    expect(ledgerEntries).toEqual(new Map([[ADDRESS, { record, version: 1 }]]));
    expect(workspaceRecord).toEqual({ acceptedRevision: 'r1' });
  });

  it('returns a record without a request as it is, and reads no request', async () => {
    const { request: _, ...ready } = record;
    ledger.putResource(WORKSPACE, ready);
    expect((await read()).records.get(ADDRESS)).toEqual(ready);
    expect(ledger.script.calls('readRequest')).toEqual([]);
  });

  it('finds the request by the hash of its id', async () => {
    await read();
    expect(ledger.script.calls('readRequest').map(({ input }) => input)).toEqual([[hashId(ID)]]);
  });

  it('adds when the first message was sent, and a later click', async () => {
    expect((await recordWith({}))?.request).toEqual(openRequest);
    const notifications = [NOW + 1000, NOW + 2000].map((sentAt) => ({
      stage: 'ask' as const,
      sentAt,
      failedContacts: [],
    }));
    expect((await recordWith({ notifications, clickedAt: NOW + 5000, mayReplace: true }))?.request).toEqual({
      ...openRequest,
      notifiedAt: NOW + 1000,
      clickedAt: NOW + 5000,
      mayReplace: true,
    });
  });

  it('adds the time of the consent while the authorization is being completed', async () => {
    const attempt = { browser: 'b', clickedAt: NOW };
    const attempts = [
      { ...attempt, consentedAt: NOW + 3000 },
      { ...attempt, consentedAt: NOW + 4000 },
      attempt,
    ];
    expect((await recordWith({ state: 'completing', attempts }))?.request).toEqual({
      ...openRequest,
      answeredAt: NOW + 4000,
    });
  });

  it('adds the time at which the request was completed', async () => {
    expect((await recordWith({ state: 'completed', closedAt: NOW + 9000 }))?.request).toEqual({
      ...openRequest,
      answeredAt: NOW + 9000,
    });
  });

  it.each(['refused', 'expired'] as const)('adds that the request was %s, and when', async (state) => {
    expect((await recordWith({ state, closedAt: NOW + 9000 }))?.request).toEqual({
      ...openRequest,
      closed: state,
      closedAt: NOW + 9000,
    });
  });

  it.each<[string, Partial<AuthorizationRequest>]>([
    ['was withdrawn', { state: 'withdrawn', closedAt: NOW }],
    ['is to be renewed', { state: 'expired', renewalRequestedAt: NOW }],
  ])('removes a request that %s, with its link', async (_, change) => {
    const after = await recordWith(change);
    expect(after).not.toHaveProperty('request');
    expect(after).not.toHaveProperty('link');
  });

  it('removes a request that the ledger has lost', async () => {
    expect((await read()).records.get(ADDRESS)).not.toHaveProperty('request');
  });
});
