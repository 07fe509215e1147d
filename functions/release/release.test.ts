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
    expect(await release({ workspace, leaseHolder: 'execution' }, { ledger })).toEqual({
      workspace,
      dirty: false,
    });
    expect(ledger.lease(workspace)).toBeUndefined();
    expect(await takeLease('another')).toEqual({ kind: 'taken' });
  });

  it('release: keeps the lease of a workspace that another execution marked dirty, until a poll has read it', async () => {
    expect(await takeLease('another')).toEqual({ kind: 'held-elsewhere' });
    expect(await release({ workspace, leaseHolder: 'execution' }, { ledger })).toEqual({
      workspace,
      dirty: true,
    });
    expect(ledger.lease(workspace)).toMatchObject({ holder: 'execution', mark: `another ${NOW}` });
  });

  it('release: frees the lease of an execution that failed, and tells that another one marked the workspace', async () => {
    await takeLease('another');
    const failed = { workspace, leaseHolder: 'execution', hasFailed: true } as const;
    expect(await release(failed, { ledger })).toEqual({ workspace, dirty: true });
    expect(ledger.lease(workspace)).toBeUndefined();
  });

  it('does not release the lease that another execution holds', async () => {
    expect(await release({ workspace, leaseHolder: 'another' }, { ledger })).toEqual({
      workspace,
      dirty: false,
    });
    expect(ledger.lease(workspace)).toMatchObject({ holder: 'execution' });
  });
});
