import { describe, expect, it } from 'vitest';
import { InMemoryAuthorizationSessions } from './inMemoryAuthorizationSessions.ts';
import { InMemoryEvents } from './inMemoryEvents.ts';
import { InMemoryLedger } from './inMemoryLedger.ts';
import { InMemoryNotifier } from './inMemoryNotifier.ts';
import { InMemoryRegistryRecords } from './inMemoryRegistryRecords.ts';
import { InMemorySecrets } from './inMemorySecrets.ts';
import { InMemorySpecBucket } from './inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from './inMemoryTaskCallbacks.ts';

describe('in-memory ports', () => {
  it('ledger: rejects a write after another step wrote the resource', async () => {
    const ledger = new InMemoryLedger();
    const record = { address: 'gateway/front', state: 'ready', reasons: [], since: 0 } as const;
    ledger.putResource('payments', record);
    ledger.script.beforeNext('writeResource', () => ledger.putResource('payments', record));
    const outdated = ledger.writeResource('payments', { ...record, state: 'failed' }, 1);
    await expect(outdated).rejects.toMatchObject({ code: 'LedgerConflict' });
    expect(ledger.resource('payments', 'gateway/front')).toEqual({ record, version: 2 });
  });

  it('ledger: is not changed when a reader changes what it read', async () => {
    const ledger = new InMemoryLedger();
    ledger.putWorkspace('payments', { registryIds: ['one'] });
    const read = await ledger.readWorkspace('payments');
    Object.assign(read, { registryIds: ['two'] });
    expect(ledger.workspace('payments')).toEqual({ registryIds: ['one'] });
  });

  it('ledger: shows whether the lease is dirty', async () => {
    const ledger = new InMemoryLedger();
    const lease = { workspace: 'payments', now: 1000, duration: 500 };
    await ledger.takeLease({ ...lease, holder: 'one' });
    await ledger.takeLease({ ...lease, holder: 'two' });
    expect(ledger.lease('payments')).toEqual({ holder: 'one', expiresAt: 1500, mark: 'two 1000' });
  });

  it('secrets: adds and removes a secret', async () => {
    const secrets = new InMemorySecrets();
    secrets.put('payments/github', 'secret-value');
    expect((await secrets.read('payments/github')).value).toBe('secret-value');
    secrets.remove('payments/github');
    await expect(secrets.read('payments/github')).rejects.toMatchObject({ code: 'SecretMissing' });
  });

  it('spec bucket: shows documents and keys, and throws when a missing file is deleted', async () => {
    const bucket = new InMemorySpecBucket('mine');
    bucket.putDocument('outcomes/payments.json', { outcome: 'ready' });
    bucket.upload('payments', 'manifest.yaml', 'owners: {}');
    expect(bucket.document('outcomes/payments.json')).toEqual({ outcome: 'ready' });
    expect(bucket.keys()).toEqual([
      'guardrails.yaml',
      'outcomes/payments.json',
      'workspaces/payments/manifest.yaml',
    ]);
    bucket.deleteUpload('payments', 'manifest.yaml');
    expect(await bucket.listFiles('payments')).toEqual([]);
    expect(() => bucket.deleteUpload('payments', 'manifest.yaml')).toThrow('has no file manifest.yaml');
    expect(bucket.appliedUri('abc')).toBe('s3://mine/applied/abc');
  });

  it('spec bucket: rejects a document that JSON cannot represent', async () => {
    const writing = new InMemorySpecBucket().writeDocument('outcomes/payments.json', undefined);
    await expect(writing).rejects.toThrow(RangeError);
  });

  it('events: shows the events of one detail type, and those that a failed call delivered', async () => {
    const events = new InMemoryEvents();
    events.acceptOnly(1);
    const ready = { detailType: 'Resource Ready', detail: { name: 'front' } } as const;
    const failed = { detailType: 'Resource Failed', detail: { name: 'front' } } as const;
    await expect(events.publish([ready, failed])).rejects.toMatchObject({ code: 'EventsNotAccepted' });
    expect(events.published()).toEqual([ready]);
    await events.publish([failed]);
    expect(events.published('Resource Failed')).toEqual([failed]);
  });

  it('notifier: delivers only later messages to a contact that works again', async () => {
    const notifier = new InMemoryNotifier();
    const ada = { channel: 'email', address: 'ada@example.com' } as const;
    const about = { workspace: 'payments', event: 'authorization-required' };
    const message = (text: string) => ({ subject: 'Gateloop', text, about });
    notifier.breakContact(ada, 'status 500');
    await notifier.notify({ contacts: [ada] }, message('first'));
    notifier.restoreContact(ada);
    await notifier.notify({ contacts: [ada] }, message('second'));
    expect(notifier.received()).toEqual([{ contact: ada, message: message('second') }]);
    expect(() => notifier.restoreContact(ada)).toThrow('is not broken');
  });

  it('notifier: rejects a subject that SNS would reject', async () => {
    const about = { workspace: 'payments', event: 'authorization-required' };
    const notifying = new InMemoryNotifier().notify(undefined, { subject: 'Für dich', text: '', about });
    await expect(notifying).rejects.toThrow('SNS rejects the subject');
  });

  it('authorization sessions: shows the state of a session, and ends only an open one', async () => {
    const sessions = new InMemoryAuthorizationSessions();
    sessions.open('session', 'ada');
    expect(sessions.stateOf('session')).toBe('open');
    sessions.end('session', 'granted');
    await sessions.complete('session', 'ada');
    expect(sessions.stateOf('session')).toBe('completed');
    expect(() => sessions.end('session', 'denied')).toThrow('is not open');
    expect(sessions.stateOf('unknown')).toBeUndefined();
  });

  it('registry records: shows records and decisions, and accepts only what the service could store', async () => {
    const records = new InMemoryRegistryRecords();
    const id = { registryId: 'Registry0001', recordId: 'Record000001' };
    const content = { name: 'server', recordType: 'MCP', descriptors: {}, version: '1' };
    const record = { ...id, ...content, status: 'PENDING_APPROVAL', createdAt: 1, updatedAt: 2 };
    expect(() => records.putRecord(record)).toThrow('The registry Registry0001 does not exist');
    records.putRegistry(id.registryId);
    expect(() => records.putRecord({ ...record, recordId: 'short' })).toThrow('short is not a record id');
    records.putRecord(record);
    await records.updateStatus(id, 'REJECTED', 'Unknown author.');
    expect(records.record(id)).toEqual({ ...record, status: 'REJECTED' });
    expect(records.decisions()).toEqual([{ ...id, status: 'REJECTED', reason: 'Unknown author.' }]);
    records.removeRecord(id);
    expect(await records.get(id)).toBeUndefined();
    expect(() => records.removeRecord(id)).toThrow('has no record Record000001');
  });

  it('task callbacks: accepts a new output for a task that waits again under its token', async () => {
    const callbacks = new InMemoryTaskCallbacks();
    callbacks.wait('token');
    await callbacks.complete('token', { outcome: 'refused' });
    callbacks.wait('token');
    expect(callbacks.outputOf('token')).toBeUndefined();
    await callbacks.complete('token', { outcome: 'completed' });
    expect(callbacks.outputOf('token')).toEqual({ outcome: 'completed' });
  });
});
