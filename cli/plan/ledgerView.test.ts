import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { LedgerView } from './ledgerView.ts';

const address = 'gateway/front';

describe('LedgerView', () => {
  it.each([
    ['no workspace', undefined, 'mine'],
    ['this workspace', 'mine', 'mine'],
    ['the workspace that it takes over', 'old', 'mine'],
    ['another workspace', 'other', 'other'],
  ])(
    'LedgerView: answers a claim as the ledger does where %s has one, and claims nothing',
    async (_, owner, answer) => {
      const ledger = new InMemoryLedger();
      if (owner !== undefined) await ledger.claim(address, owner);
      expect(await new LedgerView(ledger).claim(address, 'mine', 'old')).toBe(answer);
      expect((await ledger.readClaims([address])).get(address)?.owner).toBe(owner);
      expect(await ledger.claim(address, 'mine', 'old')).toBe(answer);
    },
  );

  it('LedgerView: hides a suspension, and keeps claims and records', async () => {
    const ledger = new InMemoryLedger();
    await ledger.claim(address, 'mine');
    await ledger.suspend(undefined, { since: 1 });
    const view = new LedgerView(ledger);
    expect(await view.readSuspension()).toBeUndefined();
    await view.releaseClaim();
    await view.writeResource();
    expect((await ledger.readClaims([address])).get(address)?.owner).toBe('mine');
    expect((await ledger.readResources('mine')).size).toBe(0);
  });
});
