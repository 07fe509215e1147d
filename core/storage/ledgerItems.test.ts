import { describe, expect, it } from 'vitest';
import { sampleRecordSubject, sampleRequest } from '../authorization/testing/sampleRequest.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import {
  readAuthorizationRequest,
  readCommand,
  readResourceRecord,
  readSuspension,
  readWorkspaceRecord,
} from './ledgerItems.ts';

const ADDRESS = 'gateway/front';
const record: ResourceRecord = {
  address: ADDRESS,
  id: 'front-1',
  generation: 1,
  applied: { fingerprint: 'f', updatedAt: 1 },
  snapshot: { model: 'm', members: { name: 'd' } },
  retry: { fingerprint: 'f', count: 1, firstAt: 1, nextAt: 2, deferrals: 0, reasons: [] },
  state: 'ready',
  reasons: [],
  since: 1,
};

describe('readResourceRecord', () => {
  it('readResourceRecord: returns what Gateloop wrote, with members that a later version has added', () => {
    const later = { ...record, added: { later: true } };
    expect(readResourceRecord(ADDRESS, later)).toEqual({ value: later, broken: [] });
  });

  it('readResourceRecord: takes a broken member for lost, and keeps the others', () => {
    const { retry: _, ...kept } = record;
    const broken = { ...record, retry: { ...record.retry, nextAt: 'soon' } };
    expect(readResourceRecord(ADDRESS, broken)).toEqual({ value: kept, broken: ['retry'] });
  });

  it('readResourceRecord: takes what was applied for lost as a whole', () => {
    const { value } = readResourceRecord(ADDRESS, { ...record, snapshot: 42 });
    expect(value).not.toHaveProperty('applied');
    expect(value).not.toHaveProperty('snapshot');
    expect(value.id).toBe('front-1');
  });

  it.each([undefined, null, 'garbage', 42, []])(
    'readResourceRecord: knows nothing of the resource of %j',
    (stored) => {
      const value = { address: ADDRESS, state: 'in-progress', reasons: [], since: 0 };
      expect(readResourceRecord(ADDRESS, stored)).toEqual({ value, broken: ['the whole item'] });
    },
  );

  it('readResourceRecord: takes a protection that it cannot read for one that protects', () => {
    const { value, broken } = readResourceRecord(ADDRESS, { ...record, protect: 'perhaps' });
    expect(broken).toEqual(['protect']);
    expect(value.protect).toBe(true);
  });

  it('readResourceRecord: believes the key of the item, and not an address in it that differs', () => {
    const { value, broken } = readResourceRecord(ADDRESS, { ...record, address: 'gateway/other' });
    expect([value.address, broken]).toEqual([ADDRESS, ['address']]);
  });
});

describe('readWorkspaceRecord', () => {
  it('readWorkspaceRecord: drops a broken time, and keeps the rest', () => {
    const stored = { nextResyncAt: -1, acceptedRevision: 'r1' };
    expect(readWorkspaceRecord(stored)).toEqual({
      value: { acceptedRevision: 'r1' },
      broken: ['nextResyncAt'],
    });
  });
});

describe('readSuspension', () => {
  it.each([null, 'garbage', {}, { since: 'yesterday' }])(
    'readSuspension: still suspends when it is %j',
    (stored) => {
      expect(readSuspension(stored).value).toEqual({ since: 0 });
      expect(readSuspension(stored).broken).not.toEqual([]);
    },
  );
});

describe('readCommand', () => {
  it.each([{ action: 'delete' }, { address: 'nothing' }, { givenAt: 'now' }])(
    'readCommand: reads none with %j',
    (change) => {
      const command = { action: 'sync', address: ADDRESS, givenAt: 1 };
      expect(readCommand(command)).toEqual(command);
      expect(readCommand({ ...command, ...change })).toBeUndefined();
    },
  );
});

describe('readAuthorizationRequest', () => {
  it.each([
    sampleRequest(),
    sampleRequest({ subject: sampleRecordSubject, state: 'completed', closedAt: 1 }),
    sampleRequest({
      subject: {
        kind: 'approval',
        gateway: 'front',
        target: 'issues',
        fingerprint: 'f',
        changes: [],
        total: 0,
      },
    }),
  ])('readAuthorizationRequest: returns what Gateloop wrote', (request) => {
    expect(readAuthorizationRequest(request)).toEqual(request);
  });

  it.each([
    { state: 'maybe' },
    { subject: { kind: 'approval' } },
    { subject: { kind: 'constructor' } },
    { settings: {} },
    { owner: { contacts: 'ada' } },
    { notifications: [{ stage: 'ask' }] },
  ])('readAuthorizationRequest: reads none with %j', (change) => {
    expect(readAuthorizationRequest({ ...sampleRequest(), ...change })).toBeUndefined();
  });
});
