import { describe, expect, it } from 'vitest';
import { type Address, addressOf } from '../../core/address.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { sampleRecordSubject, sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import type { LeaseResult, Ledger } from '../../core/ports/ledger.ts';
import { claimNames, shareWith, takeSlots } from '../../core/reconcile/gatewaySharing.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';

const NOW = Date.UTC(2026, 0, 1);
const LEASE_MS = 300_000;

const held = { kind: 'held-elsewhere' };
const taken = { kind: 'taken' };
const takenDirty = { kind: 'taken', mark: expect.any(String) };

const lease = (holder: string, now = NOW, workspace = 'payments') => ({
  workspace,
  holder,
  now,
  duration: LEASE_MS,
});

const markOf = (result: LeaseResult): string => (result.kind === 'taken' && result.mark) || 'none';

const resourceRecord = (name: string, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address: `gateway/${name}`,
  state: 'in-progress',
  reasons: [],
  since: NOW,
  ...more,
});

const requestAt = (askedAt: number, more: Partial<AuthorizationRequest> = {}): AuthorizationRequest =>
  sampleRequest({ askedAt, ...more });

/**
 * The behavior of every `Ledger`.
 *
 * @param open opens an empty ledger for each test
 */
export function describeLedgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(name, () => ledgerContract(open));
}

function ledgerContract(open: () => Promise<Ledger>): void {
  describe('the start of an execution', () => {
    const START_MS = 60_000;
    const start = (execution: string, now = NOW, workspace = 'payments') => ({
      workspace,
      execution,
      now,
      duration: START_MS,
    });

    it('is reserved once for each workspace, until it is confirmed by any caller', async () => {
      const ledger = await open();
      expect(await ledger.reserveStart(start('a'))).toEqual({ kind: 'start', execution: 'a' });
      expect(await ledger.reserveStart(start('b', NOW + 1))).toEqual({ kind: 'start', execution: 'a' });
      expect(await ledger.reserveStart(start('c', NOW, 'books'))).toEqual({ kind: 'start', execution: 'c' });
      await ledger.confirmStart('payments', 'a');
      expect(await ledger.reserveStart(start('d', NOW + 2))).toEqual({ kind: 'joined' });
    });

    it('can be reserved again once the reservation has lapsed or was canceled', async () => {
      const ledger = await open();
      await ledger.reserveStart(start('a'));
      await ledger.confirmStart('payments', 'a');
      expect(await ledger.reserveStart(start('b', NOW + START_MS))).toEqual({ kind: 'joined' });
      const later = NOW + START_MS + 1;
      expect(await ledger.reserveStart(start('b', later))).toEqual({ kind: 'start', execution: 'b' });
      await ledger.cancelStart('payments', 'a');
      expect(await ledger.reserveStart(start('c', later))).toEqual({ kind: 'start', execution: 'b' });
      await ledger.cancelStart('payments', 'b');
      expect(await ledger.reserveStart(start('c', later))).toEqual({ kind: 'start', execution: 'c' });
    });

    it('ends when an execution takes the lease, which the next wish marks', async () => {
      const ledger = await open();
      await ledger.reserveStart(start('a'));
      expect(await ledger.takeLease(lease('a'))).toEqual(taken);
      await ledger.confirmStart('payments', 'a');
      expect(await ledger.reserveStart(start('b'))).toEqual({ kind: 'marked' });
      expect(await ledger.releaseLease('payments', 'a')).toEqual({ dirty: true });
      const mark = markOf(await ledger.takeLease(lease('a')));
      await ledger.clearMark('payments', 'a', mark);
      await ledger.releaseLease('payments', 'a');
      expect(await ledger.reserveStart(start('c'))).toEqual({ kind: 'start', execution: 'c' });
    });

    it('does not wait for a lease that has expired', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('a'));
      expect(await ledger.reserveStart(start('b', NOW + LEASE_MS))).toEqual({ kind: 'marked' });
      const later = NOW + LEASE_MS + 1;
      expect(await ledger.reserveStart(start('b', later))).toEqual({ kind: 'start', execution: 'b' });
      expect(await ledger.reserveStart(start('c', later))).toEqual({ kind: 'start', execution: 'b' });
    });
  });

  describe('the lease of a workspace', () => {
    it('has one holder, who can renew it', async () => {
      const ledger = await open();
      expect(await ledger.takeLease(lease('one'))).toEqual(taken);
      expect(await ledger.takeLease(lease('two'))).toEqual(held);
      expect(await ledger.takeLease(lease('one', NOW + LEASE_MS - 1))).toEqual(takenDirty);
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS + 1))).toEqual(held);
    });

    it('applies to one workspace', async () => {
      const ledger = await open();
      expect(await ledger.takeLease(lease('one'))).toEqual(taken);
      expect(await ledger.takeLease(lease('two', NOW, 'books'))).toEqual(taken);
    });

    it('can be taken by another execution after its release', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('two'))).toEqual(taken);
    });

    it('expires when its holder does not renew it', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS))).toEqual(held);
      expect(await ledger.takeLease(lease('two', NOW + LEASE_MS + 1))).toEqual(takenDirty);
    });

    it('can be read while an execution holds it, and after it has expired', async () => {
      const ledger = await open();
      expect(await ledger.readLease('payments')).toBeUndefined();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two'));
      expect(await ledger.readLease('payments')).toEqual({ holder: 'one', expiresAt: NOW + LEASE_MS });
      await ledger.clearMark('payments', 'one', markOf(await ledger.takeLease(lease('one'))));
      await ledger.releaseLease('payments', 'one');
      expect(await ledger.readLease('payments')).toBeUndefined();
    });

    it('is held by the execution that took it, until its release or until another execution takes it over', async () => {
      const ledger = await open();
      expect(await ledger.holdsLease('payments', 'one')).toBe(false);
      await ledger.takeLease(lease('one'));
      expect(await ledger.holdsLease('payments', 'one')).toBe(true);
      expect(await ledger.holdsLease('payments', 'two')).toBe(false);
      await ledger.takeLease(lease('two', NOW + LEASE_MS + 1));
      expect(await ledger.holdsLease('payments', 'one')).toBe(false);
      await ledger.releaseLease('payments', 'two');
      expect(await ledger.holdsLease('payments', 'two')).toBe(false);
    });

    it('lease: tells its holder to poll at once where another execution has marked it or taken it over', async () => {
      const ledger = await open();
      expect(await ledger.isPollWanted('payments', 'one')).toBe(true);
      await ledger.takeLease(lease('one'));
      expect(await ledger.isPollWanted('payments', 'one')).toBe(false);
      await ledger.takeLease(lease('two'));
      expect(await ledger.isPollWanted('payments', 'one')).toBe(true);
      await ledger.takeLease(lease('three', NOW + LEASE_MS + 1));
      expect(await ledger.isPollWanted('payments', 'one')).toBe(true);
    });

    it('is not released by an execution that no longer holds it', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two', NOW + LEASE_MS + 1));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('three', NOW + LEASE_MS + 1))).toEqual(held);
    });

    it('stays held and dirty when another execution tried to take it, until the holder clears the mark', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two'));
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: true });
      expect(await ledger.takeLease(lease('three', NOW))).toEqual(held);
      // A poll that fails clears no mark, and its retry takes the lease with the mark again.
      expect(await ledger.takeLease(lease('one'))).toEqual(takenDirty);
      const again = await ledger.takeLease(lease('one'));
      expect(again).toEqual(takenDirty);
      await ledger.clearMark('payments', 'one', markOf(again));
      expect(await ledger.takeLease(lease('one'))).toEqual(taken);
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: false });
    });

    it('keeps a mark that was set after the holder began to read', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      await ledger.takeLease(lease('two'));
      const first = markOf(await ledger.takeLease(lease('one')));
      await ledger.takeLease(lease('three'));
      await ledger.clearMark('payments', 'one', first);
      await ledger.clearMark('payments', 'another', first);
      expect(await ledger.releaseLease('payments', 'one')).toEqual({ dirty: true });
    });

    it('is free and not dirty after a holder that failed, which learns of the mark', async () => {
      const ledger = await open();
      await ledger.takeLease(lease('one'));
      expect(await ledger.abandonLease('payments', 'two')).toEqual({ dirty: false });
      await ledger.takeLease(lease('two'));
      expect(await ledger.abandonLease('payments', 'one')).toEqual({ dirty: true });
      expect(await ledger.abandonLease('payments', 'one')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('three'))).toEqual(taken);
      expect(await ledger.abandonLease('payments', 'three')).toEqual({ dirty: false });
      expect(await ledger.takeLease(lease('one'))).toEqual(taken);
    });

    it('goes to exactly one of ten concurrent executions, and is dirty for the holder', async () => {
      const ledger = await open();
      const holders = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
      const results = await Promise.all(holders.map((holder) => ledger.takeLease(lease(holder))));
      const holder = holders.filter((_, index) => results[index]?.kind === 'taken');
      expect(holder).toHaveLength(1);
      expect(await ledger.releaseLease('payments', String(holder))).toEqual({ dirty: true });
    });

    it('is never dirty while it is free: an execution that asks during the release takes it or marks it', async () => {
      const ledger = await open();
      for (let round = 0; round < 20; round += 1) {
        await ledger.takeLease(lease('one'));
        const [{ dirty }, second] = await Promise.all([
          ledger.releaseLease('payments', 'one'),
          ledger.takeLease(lease('two')),
        ]);
        expect(second).toEqual(dirty ? held : taken);
        const holder = dirty ? 'one' : 'two';
        const renewed = await ledger.takeLease(lease(holder));
        // A mark on the free lease would make this renewal dirty.
        expect(renewed).toEqual(dirty ? takenDirty : taken);
        if (dirty) await ledger.clearMark('payments', holder, markOf(renewed));
        expect(await ledger.releaseLease('payments', holder)).toEqual({ dirty: false });
      }
    });
  });

  describe('write reservations', () => {
    it('allow five writes a second for all workspaces together', async () => {
      const ledger = await open();
      expect(await ledger.reserveWrites(3, NOW)).toBe(3);
      expect(await ledger.reserveWrites(3, NOW + 500)).toBe(2);
      expect(await ledger.reserveWrites(1, NOW + 999)).toBe(0);
    });

    it('are available again after a second', async () => {
      const ledger = await open();
      await ledger.reserveWrites(5, NOW);
      expect(await ledger.reserveWrites(5, NOW + 2000)).toBe(5);
    });

    it('never exceed five in any second under concurrent calls', async () => {
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

  it('collection: the note of the last one replaces the one before', async () => {
    const ledger = await open();
    const report = { ranAt: NOW, listed: 9, objects: 2, bytes: 300, rows: 1, workspaces: 0 };
    expect(await ledger.readCollection()).toBeUndefined();
    await ledger.noteCollection({ ...report, ranAt: NOW - 1 });
    await ledger.noteCollection(report);
    expect(await ledger.readCollection()).toEqual(report);
  });

  describe('read reservations', () => {
    it('read reservations: allow eight Lists of targets a second for all workspaces together', async () => {
      const ledger = await open();
      expect(await ledger.reserveReads('list gatewayTarget', 5, NOW)).toBe(5);
      expect(await ledger.reserveReads('list gatewayTarget', 5, NOW + 500)).toBe(3);
      expect(await ledger.reserveReads('list gatewayTarget', 1, NOW + 999)).toBe(0);
      expect(await ledger.reserveReads('list gatewayTarget', 9, NOW + 2000)).toBe(8);
    });

    it('read reservations: make room for reads that do not wait, however many there are', async () => {
      const ledger = await open();
      expect(await ledger.reserveReads('get gatewayTarget', 7, NOW)).toBe(7);
      for (let read = 0; read < 3; read += 1) await ledger.countRead('get gatewayTarget', NOW + 100);
      expect(await ledger.reserveReads('get gatewayTarget', 1, NOW + 200)).toBe(0);
      expect(await ledger.reserveReads('get gatewayTarget', 8, NOW + 1100)).toBe(5);
    });

    it('read reservations: note each minute of the last hour in which reads were short', async () => {
      const ledger = await open();
      const start = NOW - (NOW % 60_000);
      for (const minutes of [0, 0.5, 2, 61]) {
        await ledger.reserveReads('get gateway', 8, start + minutes * 60_000);
        await ledger.reserveReads('get gateway', 1, start + minutes * 60_000);
      }
      await ledger.reserveReads('list gateway', 1, start);
      expect(await ledger.readShortages()).toEqual({
        'get gateway': [start + 2 * 60_000, start + 61 * 60_000],
      });
    });

    it('read reservations: count each operation, and the writes, on their own', async () => {
      const ledger = await open();
      expect(await ledger.reserveReads('list gatewayTarget', 8, NOW)).toBe(8);
      expect(await ledger.reserveReads('get gateway', 8, NOW)).toBe(8);
      expect(await ledger.reserveReads('get gatewayTarget', 8, NOW)).toBe(8);
      expect(await ledger.reserveWrites(5, NOW)).toBe(5);
    });

    it('read reservations: never exceed the rate in any second under concurrent calls', async () => {
      const ledger = await open();
      const counts = await Promise.all(
        Array.from({ length: 12 }, () => ledger.reserveReads('list gatewayTarget', 1, NOW)),
      );
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(8);
    });
  });

  describe('holds', () => {
    const HOLD_MS = 60_000;

    it('holds: are limited for all workspaces together, until they end', async () => {
      const ledger = await open();
      const until = NOW + HOLD_MS;
      const holders = ['one', 'two', 'three', 'four', 'five'];
      for (const holder of holders) expect(await ledger.beginHold(holder, until, NOW)).toBe(true);
      expect(await ledger.beginHold('six', until, NOW)).toBe(false);
      expect(await ledger.beginHold('five', until + 1, NOW + 1)).toBe(true);
      await ledger.endHold('two');
      await ledger.endHold('unknown');
      expect(await ledger.beginHold('six', until, NOW)).toBe(true);
      expect(await ledger.beginHold('seven', until, NOW)).toBe(false);
    });

    it('holds: end by themselves where their step was killed', async () => {
      const ledger = await open();
      for (const holder of ['one', 'two', 'three', 'four', 'five'])
        await ledger.beginHold(holder, NOW + HOLD_MS, NOW);
      expect(await ledger.beginHold('six', NOW + 2 * HOLD_MS, NOW + HOLD_MS)).toBe(true);
    });
  });

  describe('heals', () => {
    const two = ['gateway/a', 'gateway/b'] as const;

    it('are counted for all workspaces together, each resource once', async () => {
      const ledger = await open();
      expect(await ledger.reserveHeals('payments', two, 3, NOW)).toEqual({ granted: true });
      expect(await ledger.reserveHeals('payments', two, 3, NOW + 1)).toEqual({ granted: true });
      const refused = { granted: false, trippedBy: 'books' };
      expect(await ledger.previewHeals('books', two, 3, NOW + 2)).toEqual(refused);
      expect(await ledger.previewHeals('books', two, 4, NOW + 2)).toEqual({ granted: true });
      expect(await ledger.reserveHeals('books', two, 3, NOW + 2)).toEqual(refused);
      expect(await ledger.reserveHeals('payments', two, 3, NOW + 3)).toEqual(refused);
    });

    it('do not exceed the bound under concurrent calls', async () => {
      const ledger = await open();
      const workspaces = ['a', 'b', 'c', 'd'];
      const results = await Promise.all(
        workspaces.map((workspace) => ledger.reserveHeals(workspace, two, 5, NOW)),
      );
      expect(results.filter(({ granted }) => granted)).toHaveLength(2);
    });

    it('are allowed by an operator, which the later record of the workspace keeps', async () => {
      const ledger = await open();
      expect(await ledger.allowHealing('payments', NOW)).toBe(false);
      await ledger.writeWorkspace('payments', { acceptedRevision: 'r1' });
      expect(await ledger.allowHealing('payments', NOW)).toBe(true);
      const record = await ledger.readWorkspace('payments');
      expect(record).toEqual({ acceptedRevision: 'r1', healingAllowedAt: NOW });
      await ledger.writeWorkspace('payments', { ...record, acceptedRevision: 'r2' });
      expect(await ledger.readWorkspace('payments')).toEqual({ ...record, acceptedRevision: 'r2' });
    });

    it('are allowed until the end of that very leave', async () => {
      const ledger = await open();
      await ledger.writeWorkspace('payments', {});
      await ledger.allowHealing('payments', NOW + 1);
      await ledger.endHealing('payments', NOW);
      expect(await ledger.readWorkspace('payments')).toMatchObject({ healingAllowedAt: NOW + 1 });
      await ledger.endHealing('payments', NOW + 1);
      expect(await ledger.readWorkspace('payments')).toEqual({});
    });
  });

  describe('a suspension', () => {
    const suspension = { since: NOW, reason: 'incident 7' };

    it('of all workspaces applies to each until it is resumed', async () => {
      const ledger = await open();
      expect(await ledger.readSuspension('payments')).toBeUndefined();
      await ledger.suspend(undefined, suspension);
      expect(await ledger.readSuspension('payments')).toEqual(suspension);
      expect(await ledger.readSuspension('books')).toEqual(suspension);
      expect(await ledger.resume('payments')).toBe(false);
      expect(await ledger.resume(undefined)).toBe(true);
      expect(await ledger.readSuspension('payments')).toBeUndefined();
    });

    it('of one workspace applies to no other', async () => {
      const ledger = await open();
      await ledger.suspend('payments', { since: NOW });
      expect(await ledger.readSuspension('payments')).toEqual({ since: NOW });
      expect(await ledger.readSuspension('books')).toBeUndefined();
      expect(await ledger.resume('payments')).toBe(true);
      expect(await ledger.readSuspension('payments')).toBeUndefined();
    });
  });

  describe('the claim of a resource', () => {
    const FRONT = 'gateway/front';

    it('belongs to the workspace that asked first, also after others ask', async () => {
      const ledger = await open();
      expect(await ledger.claim(FRONT, 'payments')).toBe('payments');
      expect(await ledger.claim(FRONT, 'books')).toBe('payments');
      expect(await ledger.claim(FRONT, 'payments')).toBe('payments');
      expect([...(await ledger.readClaims([FRONT, 'gateway/back']))]).toEqual([
        [FRONT, { owner: 'payments' }],
      ]);
    });

    it('goes to exactly one of ten concurrent workspaces', async () => {
      const ledger = await open();
      const workspaces = Array.from({ length: 10 }, (_, index) => `workspace-${index}`);
      const owners = await Promise.all(workspaces.map((workspace) => ledger.claim(FRONT, workspace)));
      expect(new Set(owners).size).toBe(1);
      expect(workspaces).toContain(owners[0]);
    });

    it('applies to one kind and name', async () => {
      const ledger = await open();
      await ledger.claim(FRONT, 'payments');
      expect(await ledger.claim('registry/front', 'books')).toBe('books');
      expect(await ledger.claim('gateway/front-2', 'books')).toBe('books');
    });

    it('is free after its owner released it, and stays when another workspace releases it', async () => {
      const ledger = await open();
      await ledger.claim(FRONT, 'payments');
      await ledger.releaseClaim(FRONT, 'books');
      expect(await ledger.claim(FRONT, 'books')).toBe('payments');
      await ledger.releaseClaim(FRONT, 'payments');
      await ledger.releaseClaim(FRONT, 'payments');
      expect((await ledger.readClaims([FRONT])).get(FRONT)).toEqual({ formerOwner: 'payments' });
      expect(await ledger.claim(FRONT, 'books')).toBe('books');
      expect((await ledger.readClaims([FRONT])).get(FRONT)).toEqual({ owner: 'books' });
    });

    it('is taken over only from the workspace that the caller names', async () => {
      const ledger = await open();
      await ledger.claim(FRONT, 'payments');
      expect(await ledger.claim(FRONT, 'books', 'orders')).toBe('payments');
      expect(await ledger.claim(FRONT, 'books', 'payments')).toBe('books');
      expect(await ledger.claim(FRONT, 'payments')).toBe('books');
    });
  });

  describe('what several workspaces keep of a gateway', () => {
    const FRONT = 'gateway/front';

    it('is nothing until one of them writes, and then what it wrote', async () => {
      const ledger = await open();
      expect(await ledger.readSharing(FRONT)).toBeUndefined();
      const sharing = await ledger.updateSharing(FRONT, (before) =>
        shareWith(before, 'payments', ['books'], false),
      );
      expect(sharing).toEqual({ owner: 'payments', sharedWith: ['books'], targets: {}, slots: {} });
      expect(await ledger.readSharing(FRONT)).toEqual(sharing);
      expect(await ledger.readSharing('gateway/back')).toBeUndefined();
    });

    it('loses no change of ten concurrent ones', async () => {
      const ledger = await open();
      const workspaces = Array.from({ length: 5 }, (_, index) => `workspace-${index}`);
      const claim = (workspace: string) =>
        ledger.updateSharing(FRONT, (before) => claimNames(before, workspace, ['one', workspace]));
      await Promise.all([...workspaces, ...workspaces].map(claim));
      const { targets = {} } = (await ledger.readSharing(FRONT)) ?? {};
      expect(Object.keys(targets).sort()).toEqual(['one', ...workspaces]);
      expect(workspaces).toContain(targets.one);
    });

    it('gives the slots of a gateway to one operation each', async () => {
      const ledger = await open();
      const addresses = Array.from({ length: 4 }, (_, index) =>
        addressOf('gatewayTarget', `front/t${index}`),
      );
      const take = async (workspace: string) => {
        let granted = 0;
        await ledger.updateSharing(FRONT, (before) => {
          const own = addresses.map((address): Address => `${address}-${workspace}`);
          const taken = takeSlots(before, workspace, own, NOW, 5);
          granted = taken.granted.length;
          return taken.sharing;
        });
        return granted;
      };
      const granted = await Promise.all(['payments', 'books'].map(take));
      expect(granted.reduce((sum, each) => sum + each)).toBe(5);
    });
  });

  describe('resource records', () => {
    it('are read as they were written, for each workspace', async () => {
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

    it('are empty for an unknown workspace', async () => {
      const ledger = await open();
      expect((await ledger.readResources('payments')).size).toBe(0);
      expect(await ledger.readWorkspace('payments')).toEqual({});
    });

    it('reject a write under an outdated version, and keep the earlier write', async () => {
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

    it('accept one of several concurrent writes', async () => {
      const ledger = await open();
      const writes = Array.from({ length: 5 }, () =>
        ledger.writeResource('payments', resourceRecord('front'), 0),
      );
      const ends = await Promise.allSettled(writes);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('are deleted only under the version that was read', async () => {
      const ledger = await open();
      await ledger.writeResource('payments', resourceRecord('front'), 0);
      await ledger.writeResource('payments', resourceRecord('front', { state: 'ready' }), 1);
      const late = ledger.deleteResource('payments', 'gateway/front', 1);
      await expect(late).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
      await ledger.deleteResource('payments', 'gateway/front', 2);
      expect((await ledger.readResources('payments')).size).toBe(0);
    });

    it('are all read, also beyond one page of DynamoDB', async () => {
      const ledger = await open();
      const names = Array.from({ length: 60 }, (_, index) => `gateway-${index}`);
      // 60 items of 20 kB exceed 1 MB, DynamoDB's limit for a page.
      const reasons = ['x'.repeat(20_000)];
      await Promise.all(
        names.map((name) => ledger.writeResource('payments', resourceRecord(name, { reasons }), 0)),
      );
      expect((await ledger.readResources('payments')).size).toBe(60);
    });
  });

  it('returns the latest record of a workspace', async () => {
    const ledger = await open();
    const deliveryOf = (digest: string) => ({ digest, failedContacts: [], attempts: 1 });
    await ledger.writeWorkspace('payments', { outcomeDelivery: deliveryOf('one') });
    await ledger.writeWorkspace('payments', {
      outcomeDelivery: deliveryOf('two'),
      nextResyncAt: NOW,
    });
    expect(await ledger.readWorkspace('payments')).toEqual({
      outcomeDelivery: deliveryOf('two'),
      nextResyncAt: NOW,
    });
    expect((await ledger.readResources('payments')).size).toBe(0);
  });

  it('lists the workspaces whose time has come, and none whose time was taken away', async () => {
    const ledger = await open();
    const write = (workspace: string, nextResyncAt?: number) =>
      ledger.writeWorkspace(workspace, {
        ...(nextResyncAt !== undefined && { nextResyncAt }),
      });
    await write('late', NOW + 1);
    await write('exactly', NOW);
    await write('early', NOW - 60_000);
    await write('never');
    await write('canceled', NOW - 1);
    await write('canceled');
    expect(await ledger.listDueWorkspaces(NOW)).toEqual(['early', 'exactly']);
    expect(await ledger.listDueWorkspaces(NOW + 1)).toEqual(['early', 'exactly', 'late']);
  });

  describe('a command', () => {
    const retry = { action: 'retry', address: 'gateway/front', givenAt: NOW } as const;

    it('is read until it is deleted, in the order of time, and by its workspace alone', async () => {
      const ledger = await open();
      const sync = { action: 'sync', address: 'gatewayTarget/front/tools', givenAt: NOW - 1 } as const;
      await ledger.putCommand('payments', retry);
      await ledger.putCommand('payments', sync);
      expect(await ledger.readCommands('payments')).toEqual([sync, retry]);
      expect(await ledger.readCommands('books')).toEqual([]);
      expect((await ledger.readResources('payments')).size).toBe(0);
      await ledger.deleteCommand('payments', sync);
      expect(await ledger.readCommands('payments')).toEqual([retry]);
    });

    it('replaces an earlier one, and stays when that one is deleted afterwards', async () => {
      const ledger = await open();
      const later = { ...retry, givenAt: NOW + 1 };
      await ledger.putCommand('payments', retry);
      await ledger.putCommand('payments', later);
      await ledger.deleteCommand('payments', retry);
      expect(await ledger.readCommands('payments')).toEqual([later]);
      await ledger.deleteCommand('payments', later);
      await ledger.deleteCommand('payments', later);
      expect(await ledger.readCommands('payments')).toEqual([]);
    });
  });

  describe('requests for a check', () => {
    it('are read with the record of the workspace, which no write of the record removes', async () => {
      const ledger = await open();
      await ledger.writeWorkspace('payments', {});
      const record = await ledger.readWorkspace('payments');
      await ledger.requestCheck('payments', 'tags', NOW);
      await ledger.requestCheck('payments', 'dependencies', NOW + 1);
      await ledger.requestCheck('payments', 'tags', NOW + 2);
      await ledger.writeWorkspace('payments', { ...record, nextResyncAt: NOW });
      expect(await ledger.readWorkspace('payments')).toEqual({
        nextResyncAt: NOW,
        checkRequests: { tags: NOW + 2, dependencies: NOW + 1 },
      });
    });

    it('are not brought back by a write of what was read before', async () => {
      const ledger = await open();
      await ledger.writeWorkspace('payments', { checkRequests: { tags: NOW } });
      expect(await ledger.readWorkspace('payments')).toEqual({});
    });

    it('change nothing for a workspace that was never polled', async () => {
      const ledger = await open();
      await ledger.requestCheck('payments', 'tags', NOW);
      expect(await ledger.readWorkspace('payments')).toEqual({});
    });
  });

  describe('the index of workspaces', () => {
    it('finds every workspace that a subject concerns, and none after its removal', async () => {
      const ledger = await open();
      await ledger.indexWorkspace('payments', {
        added: ['gateway/front-1', 'secret/shared/key'],
        removed: [],
      });
      await ledger.indexWorkspace('books', { added: ['secret/shared/key'], removed: ['gateway/front-1'] });
      expect(await ledger.workspacesOf('secret/shared/key')).toEqual(['books', 'payments']);
      expect(await ledger.workspacesOf('gateway/front-1')).toEqual(['payments']);
      expect(await ledger.workspacesOf('gateway/front')).toEqual([]);
      await ledger.indexWorkspace('payments', {
        added: [],
        removed: ['gateway/front-1', 'secret/shared/key'],
      });
      expect(await ledger.workspacesOf('gateway/front-1')).toEqual([]);
      expect(await ledger.workspacesOf('secret/shared/key')).toEqual(['books']);
    });
  });

  it('resolves an alias to its reference, and an unknown alias to undefined', async () => {
    const ledger = await open();
    await ledger.replaceAlias('record', undefined, 'reference', NOW);
    expect(await ledger.resolveAlias('record')).toBe('reference');
    expect(await ledger.resolveAlias('other')).toBeUndefined();
    expect(await ledger.readRequest('reference')).toBeUndefined();
  });

  it('replaces an alias for one of several concurrent callers, and for none that saw an older value', async () => {
    const ledger = await open();
    const replaceConcurrently = (from: string | undefined, round: string) =>
      Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          ledger.replaceAlias('record', from, `${round}-${index}`, NOW),
        ),
      );
    expect((await replaceConcurrently(undefined, 'first')).filter(Boolean)).toHaveLength(1);
    const first = await ledger.resolveAlias('record');
    expect((await replaceConcurrently(first, 'second')).filter(Boolean)).toHaveLength(1);
    expect(await ledger.resolveAlias('record')).toMatch(/^second-/);
    expect(await ledger.replaceAlias('record', first, 'late', NOW)).toBe(false);
  });

  it('does not replace an alias that does not exist for a caller that expects a value', async () => {
    const ledger = await open();
    expect(await ledger.replaceAlias('record', 'unseen', 'reference', NOW)).toBe(false);
    expect(await ledger.resolveAlias('record')).toBeUndefined();
  });

  describe('a link of the answer of a call', () => {
    const address = 'registryRecord/skill' as const;
    const link = {
      url: 'https://login.example.com/?request_uri=a',
      userId: 'u1',
      session: 's1',
      issuedAt: NOW,
    };

    it('is kept for its resource alone, until a later one takes its place', async () => {
      const ledger = await open();
      expect(await ledger.findLink('payments', address)).toBeUndefined();
      await ledger.keepLink('payments', address, link);
      expect(await ledger.findLink('payments', address)).toEqual(link);
      expect(await ledger.findLink('payments', 'registryRecord/other')).toBeUndefined();
      expect(await ledger.findLink('books', address)).toBeUndefined();
      const later = {
        ...link,
        url: 'https://login.example.com/?request_uri=b',
        session: 's2',
        issuedAt: NOW + 1,
      };
      await ledger.keepLink('payments', address, later);
      expect(await ledger.findLink('payments', address)).toEqual(later);
    });

    it('is no resource and no request, and does not go with the record of its resource', async () => {
      const ledger = await open();
      await ledger.keepLink('payments', address, link);
      expect((await ledger.readResources('payments')).size).toBe(0);
      expect(await ledger.listRecordRequests('payments')).toEqual([]);
      await ledger.writeResource('payments', { address, state: 'ready', reasons: [], since: NOW }, 0);
      await ledger.deleteResource('payments', address, 1);
      expect(await ledger.findLink('payments', address)).toEqual(link);
    });
  });

  describe('a session of the service', () => {
    const voided = { session: 's1', cause: 'noConsent', voidedAt: NOW } as const;
    const holder = { reference: 'reference', browser: 'b1' };

    it('belongs to the browser that took it first, and to no other', async () => {
      const ledger = await open();
      expect(await ledger.findSession('s1')).toBeUndefined();
      expect(await ledger.bindSession('s1', holder, NOW)).toBe(true);
      expect(await ledger.bindSession('s1', { reference: 'other', browser: 'b2' }, NOW)).toBe(false);
      expect(await ledger.bindSession('s1', holder, NOW + 1)).toBe(true);
      expect(await ledger.findSession('s1')).toEqual(holder);
    });

    it('belongs to one of several browsers that want it at once', async () => {
      const ledger = await open();
      const bound = await Promise.all(
        ['b1', 'b2', 'b3'].map((browser) => ledger.bindSession('s1', { reference: 'r', browser }, NOW)),
      );
      expect(bound.filter(Boolean)).toHaveLength(1);
    });

    it('can be completed, and claimed for that again, until it is void', async () => {
      const ledger = await open();
      expect(await ledger.claimCompletion('s1', NOW)).toBe(false);
      await ledger.bindSession('s1', holder, NOW);
      expect(await ledger.claimCompletion('s1', NOW)).toBe(true);
      expect(await ledger.claimCompletion('s1', NOW + 1)).toBe(true);
      expect(await ledger.bindSession('s1', holder, NOW + 1)).toBe(true);
      expect(await ledger.findSession('s1')).toEqual({ ...holder, claimed: true });
      await ledger.voidSession(voided);
      expect(await ledger.claimCompletion('s1', NOW + 2)).toBe(false);
      expect(await ledger.findSession('s1')).toEqual({ ...holder, claimed: true, voided });
    });

    it('stays void with its first cause, and is given to no browser again', async () => {
      const ledger = await open();
      await ledger.bindSession('s1', holder, NOW);
      await ledger.voidSession(voided);
      await ledger.voidSession({ ...voided, cause: 'wrongBrowser', voidedAt: NOW + 1 });
      expect(await ledger.bindSession('s1', holder, NOW)).toBe(false);
      expect(await ledger.findSession('s1')).toEqual({ ...holder, voided });
    });

    it('is stored only after a browser took it to the provider', async () => {
      const ledger = await open();
      await ledger.voidSession(voided);
      expect(await ledger.findSession('s1')).toBeUndefined();
      expect(await ledger.bindSession('s1', holder, NOW)).toBe(true);
    });

    it('is either claimed or void when two steps want both at once', async () => {
      const ledger = await open();
      for (const [index, session] of ['a', 'b', 'c', 'd'].entries()) {
        await ledger.bindSession(session, holder, NOW);
        const claim = () => ledger.claimCompletion(session, NOW);
        const end = () => ledger.voidSession({ ...voided, session });
        await Promise.all(index % 2 === 0 ? [claim(), end()] : [end(), claim()]);
        expect(await claim()).toBe(false);
      }
    });
  });

  describe('a request to a person', () => {
    const { reference } = requestAt(NOW);

    it('is opened once: opening it again changes nothing', async () => {
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

    it('is listed for the workspace of its registry until it is over, if it is about a record', async () => {
      const ledger = await open();
      await ledger.openRequest(requestAt(NOW, { subject: sampleRecordSubject }));
      expect(await ledger.listRecordRequests('payments')).toEqual([reference]);
      expect(await ledger.listRecordRequests('books')).toEqual([]);
      await ledger.endRecordRequest('payments', reference);
      expect(await ledger.listRecordRequests('payments')).toEqual([]);
    });

    it('is not listed if it is about a target', async () => {
      const ledger = await open();
      await ledger.openRequest(requestAt(NOW));
      expect(await ledger.listRecordRequests('payments')).toEqual([]);
      await ledger.endRecordRequest('payments', reference);
      expect(await ledger.listRecordRequests('payments')).toEqual([]);
    });

    it('is not written when it was never opened', async () => {
      const ledger = await open();
      expect(await ledger.writeRequest(requestAt(NOW), 1)).toBe(false);
      expect(await ledger.readRequest(reference)).toBeUndefined();
    });
  });

  describe('an item', () => {
    it('is read as a copy without undefined members', async () => {
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

    it('is listed in the order of addresses', async () => {
      const ledger = await open();
      for (const name of ['b', 'a-2', 'B', 'a'])
        await ledger.writeResource('payments', resourceRecord(name), 0);
      const read = await ledger.readResources('payments');
      expect([...read.keys()]).toEqual(['gateway/B', 'gateway/a', 'gateway/a-2', 'gateway/b']);
    });

    it('is rejected when it is larger than 400 KB, and the stored item stays', async () => {
      const ledger = await open();
      await ledger.writeResource('payments', resourceRecord('front'), 0);
      const large = resourceRecord('front', { reasons: ['x'.repeat(410_000)] });
      await expect(ledger.writeResource('payments', large, 1)).rejects.toMatchObject({
        name: 'ValidationException',
      });
      expect((await ledger.readResources('payments')).get('gateway/front')?.version).toBe(1);
    });
  });

  it('starts a deleted resource at version 0 again', async () => {
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
