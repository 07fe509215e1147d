import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';

const NOW = Date.UTC(2026, 0, 1);
const LEASE_MS = 300_000;

const lease = (holder: string, now = NOW, workspace = 'payments') => ({
  workspace,
  holder,
  now,
  duration: LEASE_MS,
});

const resourceRecord = (name: string, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address: `gateway/${name}`,
  state: 'in-progress',
  reasons: [],
  since: NOW,
  ...more,
});

const requestAt = (askedAt: number, more: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  id: '0'.repeat(32),
  reference: 'f'.repeat(64),
  workspace: 'payments',
  address: 'gatewayTarget/payments/issues',
  subject: { kind: 'authorization', gateway: 'payments', target: 'issues', scopes: [], reason: 'create' },
  settings: { remindAfter: [], escalateAfter: 60, expireAfter: 60 },
  askedAt,
  state: 'open',
  attempts: [],
  notifications: [],
  ...more,
});

/**
 * What every ledger does, whatever it is kept in. Each test opens one of its own.
 *
 * @param open an empty ledger
 */
export function describeLedgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(name, () => ledgerContract(open));
}

function ledgerContract(open: () => Promise<Ledger>): void {
  describe('the lease of a workspace', () => {
    it('is taken once, and renewed by whoever holds it', async () => {
      const ledger = await open();
      expect(await ledger.takeLease(lease('one'))).toBe(true);
      expect(await ledger.takeLease(lease('two'))).toBe(false);
      expect(await ledger.takeLease(lease('one', NOW + LEASE_MS - 1))).toBe(true);
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS + 1))).toBe(false);
    });

    it('stands for one workspace only', async () => {
      const ledger = await open();
      expect(await ledger.takeLease(lease('one'))).toBe(true);
      expect(await ledger.takeLease(lease('two', NOW, 'books'))).toBe(true);
    });

    it('is let go, and can be taken by another', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('two'))).toBe(true);
    });

    it('runs out for a holder that does not come back', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS))).toBe(false);
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS + 1))).toBe(true);
    });

    it('is not let go by one who has lost it', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two', NOW + LEASE_MS + 1));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('three', NOW + LEASE_MS + 1))).toBe(false);
    });

    it('stays held when somebody asked for it meanwhile, so that the holder looks once more', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two'));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: true });
      expect(await ledger.takeLease(lease('three', NOW))).toBe(false);
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: true });
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
    });

    it('loses its mark when it is renewed, since what follows looks afresh', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two'));
      await ledger.takeLease(lease('one'));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
    });

    it('goes to exactly one of ten who ask at once, who then learns of the others', async () => {
      const ledger = await open();
      const holders = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
      const taken = await Promise.all(holders.map((holder) => ledger.takeLease(lease(holder))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const holder = holders[taken.indexOf(true)] ?? '';
      expect(await ledger.releaseLease('payments', holder)).toEqual({ dirty: true });
    });

    it('is never marked when it is free: who asks at the moment of letting go takes it, or is seen', async () => {
      const ledger = await open();
      for (let round = 0; round < 20; round += 1) {
        await ledger.takeLease(lease('one'));
        const [{ dirty }, taken] = await Promise.all([
          ledger.releaseLease('payments', 'one'),
          ledger.takeLease(lease('two')),
        ]);
        expect(taken).toBe(!dirty);
        // A mark that nobody was to see would show here.
        const holder = taken ? 'two' : 'one';
        expect(await ledger.releaseLease('payments', holder)).toEqual({ dirty: false });
      }
    });
  });

  describe('leave to write', () => {
    it('is given for five writes a second to all workspaces together', async () => {
      const ledger = await open();
      expect(await ledger.reserveWrites(3, NOW)).toBe(3);
      expect(await ledger.reserveWrites(3, NOW + 500)).toBe(2);
      expect(await ledger.reserveWrites(1, NOW + 999)).toBe(0);
    });

    it('is given again when the second is over', async () => {
      const ledger = await open();
      await ledger.reserveWrites(5, NOW);
      expect(await ledger.reserveWrites(5, NOW + 2000)).toBe(5);
    });

    it('never exceeds five in any second, whoever asks at once', async () => {
      const ledger = await open();
      const granted: { at: number; count: number }[] = [];
      for (let at = NOW; at < NOW + 4000; at += 400) {
        const counts = await Promise.all(Array.from({ length: 6 }, () => ledger.reserveWrites(2, at)));
        granted.push({ at, count: counts.reduce((sum, count) => sum + count, 0) });
      }
      for (const { at: from } of granted) {
        const inSecond = granted.filter(({ at }) => at >= from && at < from + 1000);
        expect(inSecond.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(5);
      }
      expect(granted.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(15);
    });
  });

  describe('what is remembered of resources', () => {
    it('is read back as it was written, workspace by workspace', async () => {
      const ledger = await open();
      const front = resourceRecord('front', {
        id: 'front-abc',
        outputs: { gatewayUrl: 'https://example.com' },
      });
      await ledger.writeResource('payments', front, 0);
      await ledger.writeResource('books', resourceRecord('other'), 0);
      const read = await ledger.readResources('payments');
      expect([...read]).toEqual([['gateway/front', { record: front, version: 1 }]]);
    });

    it('is empty for a workspace that was never seen', async () => {
      const ledger = await open();
      expect((await ledger.readResources('payments')).size).toBe(0);
      expect(await ledger.readWorkspace('payments')).toEqual({ latencies: {} });
    });

    it('refuses a write that was overtaken, and keeps what was written first', async () => {
      const ledger = await open();
      await ledger.writeResource('payments', resourceRecord('front'), 0);
      await ledger.writeResource('payments', resourceRecord('front', { state: 'ready' }), 1);
      const late = ledger.writeResource('payments', resourceRecord('front', { state: 'failed' }), 1);
      await expect(late).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
      const again = ledger.writeResource('payments', resourceRecord('front'), 0);
      await expect(again).rejects.toMatchObject({ code: 'LedgerConflict' });
      const read = await ledger.readResources('payments');
      expect(read.get('gateway/front')).toMatchObject({ record: { state: 'ready' }, version: 2 });
    });

    it('takes one of many writes at once', async () => {
      const ledger = await open();
      const writes = Array.from({ length: 5 }, () =>
        ledger.writeResource('payments', resourceRecord('front'), 0),
      );
      const ends = await Promise.allSettled(writes);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('is forgotten only as it was read', async () => {
      const ledger = await open();
      await ledger.writeResource('payments', resourceRecord('front'), 0);
      await ledger.writeResource('payments', resourceRecord('front', { state: 'ready' }), 1);
      const late = ledger.deleteResource('payments', 'gateway/front', 1);
      await expect(late).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
      await ledger.deleteResource('payments', 'gateway/front', 2);
      expect((await ledger.readResources('payments')).size).toBe(0);
    });

    it('is read whole, however much it is', async () => {
      const ledger = await open();
      const names = Array.from({ length: 60 }, (_, index) => `gateway-${index}`);
      // 60 of 20 kB are more than the megabyte that one page of DynamoDB holds.
      const reasons = ['x'.repeat(20_000)];
      await Promise.all(
        names.map((name) => ledger.writeResource('payments', resourceRecord(name, { reasons }), 0)),
      );
      expect((await ledger.readResources('payments')).size).toBe(60);
    });
  });

  it('remembers of a workspace what was written last', async () => {
    const ledger = await open();
    const deliveryOf = (digest: string) => ({ digest, failedContacts: [], attempts: 1 });
    await ledger.writeWorkspace('payments', { latencies: {}, outcomeDelivery: deliveryOf('one') });
    await ledger.writeWorkspace('payments', {
      latencies: {},
      outcomeDelivery: deliveryOf('two'),
      nextResyncAt: NOW,
    });
    expect(await ledger.readWorkspace('payments')).toEqual({
      latencies: {},
      outcomeDelivery: deliveryOf('two'),
      nextResyncAt: NOW,
    });
    expect((await ledger.readResources('payments')).size).toBe(0);
  });

  it('finds the request that a session was sent out with, and none for any other', async () => {
    const ledger = await open();
    await ledger.putAlias('session-hash', 'reference', NOW);
    expect(await ledger.resolveAlias('session-hash')).toBe('reference');
    expect(await ledger.resolveAlias('other')).toBeUndefined();
    expect(await ledger.readRequest('reference')).toBeUndefined();
  });

  it('lets one of many give a name to their request, and nobody who saw an older one', async () => {
    const ledger = await open();
    const moves = (from: string | undefined, round: string) =>
      Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          ledger.replaceAlias('record', from, `${round}-${index}`, NOW),
        ),
      );
    expect((await moves(undefined, 'first')).filter(Boolean)).toHaveLength(1);
    const first = await ledger.resolveAlias('record');
    expect((await moves(first, 'second')).filter(Boolean)).toHaveLength(1);
    expect(await ledger.resolveAlias('record')).toMatch(/^second-/);
    expect(await ledger.replaceAlias('record', first, 'late', NOW)).toBe(false);
  });

  it('moves a name that was never given only for a caller who saw none', async () => {
    const ledger = await open();
    expect(await ledger.replaceAlias('record', 'unseen', 'reference', NOW)).toBe(false);
    expect(await ledger.resolveAlias('record')).toBeUndefined();
  });

  it('has a later note of a session count', async () => {
    const ledger = await open();
    await ledger.putAlias('session-hash', 'first', NOW);
    await ledger.putAlias('session-hash', 'second', NOW);
    expect(await ledger.resolveAlias('session-hash')).toBe('second');
  });

  describe('a request to a person', () => {
    const { reference } = requestAt(NOW);

    it('is opened once: a second opening changes nothing', async () => {
      const ledger = await open();
      await ledger.openRequest(requestAt(NOW));
      await ledger.openRequest(requestAt(NOW + 1));
      expect(await ledger.readRequest(reference)).toEqual({ request: requestAt(NOW), version: 1 });
    });

    it('is written only under the version that was read', async () => {
      const ledger = await open();
      await ledger.openRequest(requestAt(NOW));
      expect(await ledger.writeRequest(requestAt(NOW, { state: 'refused' }), 1)).toBe(true);
      expect(await ledger.writeRequest(requestAt(NOW, { state: 'completed' }), 1)).toBe(false);
      expect(await ledger.readRequest(reference)).toMatchObject({
        request: { state: 'refused' },
        version: 2,
      });
    });

    it('is not written where it was never opened', async () => {
      const ledger = await open();
      expect(await ledger.writeRequest(requestAt(NOW), 1)).toBe(false);
      expect(await ledger.readRequest(reference)).toBeUndefined();
    });
  });

  describe('an item of the ledger', () => {
    it('comes back without members that are undefined, and apart from the object that was written', async () => {
      const ledger = await open();
      const reasons = ['first'];
      const written = Object.assign(resourceRecord('front', { reasons }), { id: undefined });
      await ledger.writeResource('payments', written, 0);
      reasons.push('second');
      const read = await ledger.readResources('payments');
      expect(read.get('gateway/front')?.record).toStrictEqual(
        resourceRecord('front', { reasons: ['first'] }),
      );
    });

    it('is listed in the order of the addresses', async () => {
      const ledger = await open();
      for (const name of ['b', 'a-2', 'B', 'a'])
        await ledger.writeResource('payments', resourceRecord(name), 0);
      const read = await ledger.readResources('payments');
      expect([...read.keys()]).toEqual(['gateway/B', 'gateway/a', 'gateway/a-2', 'gateway/b']);
    });

    it('is refused beyond 400 KB, and what was there stays', async () => {
      const ledger = await open();
      await ledger.writeResource('payments', resourceRecord('front'), 0);
      const large = resourceRecord('front', { reasons: ['x'.repeat(410_000)] });
      await expect(ledger.writeResource('payments', large, 1)).rejects.toMatchObject({
        name: 'ValidationException',
      });
      expect((await ledger.readResources('payments')).get('gateway/front')?.version).toBe(1);
    });
  });

  it('begins a forgotten resource at version 0 again', async () => {
    const ledger = await open();
    await ledger.writeResource('payments', resourceRecord('front'), 0);
    await ledger.deleteResource('payments', 'gateway/front', 1);
    const gone = ledger.deleteResource('payments', 'gateway/front', 1);
    await expect(gone).rejects.toMatchObject({ code: 'LedgerConflict' });
    const stale = ledger.writeResource('payments', resourceRecord('front'), 1);
    await expect(stale).rejects.toMatchObject({ code: 'LedgerConflict' });
    await ledger.writeResource('payments', resourceRecord('front'), 0);
    expect((await ledger.readResources('payments')).get('gateway/front')?.version).toBe(1);
  });
}
