import { beforeEach, describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { release } from './release.ts';

const NOW = Date.UTC(2026, 0, 1);
const workspace = 'payments';

let ledger: InMemoryLedger;
const takeLease = (holder: string) => ledger.takeLease({ workspace, holder, now: NOW, duration: 300_000 });

beforeEach(async () => {
  ledger = new InMemoryLedger();
  await takeLease('execution');
});

describe('release', () => {
  it('releases the lease, so that another execution can take it', async () => {
    expect(await release({ workspace, leaseHolder: 'execution' }, { ledger })).toEqual({ dirty: false });
    expect(ledger.lease(workspace)).toBeUndefined();
    expect(await takeLease('another')).toBe('taken');
  });

  it('keeps the lease of a workspace that another execution marked dirty, and clears the mark', async () => {
    expect(await takeLease('another')).toBe('held-elsewhere');
    expect(await release({ workspace, leaseHolder: 'execution' }, { ledger })).toEqual({ dirty: true });
    expect(ledger.lease(workspace)).toMatchObject({ holder: 'execution', dirty: false });
    expect(await release({ workspace, leaseHolder: 'execution' }, { ledger })).toEqual({ dirty: false });
    expect(ledger.lease(workspace)).toBeUndefined();
  });

  it('does not release the lease that another execution holds', async () => {
    expect(await release({ workspace, leaseHolder: 'another' }, { ledger })).toEqual({ dirty: false });
    expect(ledger.lease(workspace)).toMatchObject({ holder: 'execution' });
  });
});
