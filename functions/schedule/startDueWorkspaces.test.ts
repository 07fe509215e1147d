import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InMemoryExecutionStarter } from '../../adapters/inMemory/inMemoryExecutionStarter.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { defined } from '../../core/objects.ts';
import { startDueWorkspaces } from './startDueWorkspaces.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

/** Workspaces with the time when each is due for a synchronization. */
function portsWith(nextResyncAt: Readonly<Record<string, number | undefined>>) {
  const ports = {
    ledger: new InMemoryLedger(),
    starter: new InMemoryExecutionStarter(),
    newId: () => randomUUID(),
  };
  for (const [workspace, next] of Object.entries(nextResyncAt)) {
    ports.ledger.putWorkspace(workspace, { ...defined({ nextResyncAt: next }) });
  }
  return ports;
}

describe('startDueWorkspaces', () => {
  const requested = ({ starter }: ReturnType<typeof portsWith>) =>
    starter.started().map(({ input }) => input.workspace);

  it('startDueWorkspaces: has each workspace reconciled whose time has come, the longest due first', async () => {
    const ports = portsWith({ exactly: NOW, early: NOW - 60_000, late: NOW + 1, never: undefined });
    await startDueWorkspaces({ reason: 'resync', now: NOW }, ports);
    expect(requested(ports)).toEqual(['early', 'exactly']);
  });

  it('startDueWorkspaces: reads no workspace and starts nothing where none is due', async () => {
    const ports = portsWith({ late: NOW + 1, never: undefined });
    expect(await startDueWorkspaces({ reason: 'resync', now: NOW }, ports)).toEqual({ started: [] });
    expect(requested(ports)).toEqual([]);
    expect(ports.ledger.script.calls().map(({ method }) => method)).toEqual(['listDueWorkspaces']);
  });
});
