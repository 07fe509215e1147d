import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InMemoryExecutionStarter } from '../../adapters/inMemory/inMemoryExecutionStarter.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { defined } from '../../core/objects.ts';
import { listDueWorkspaces, startDueWorkspaces } from './listDueWorkspaces.ts';
import type { DriftEvent } from './scheduleEvent.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
/** As long as the ids of Step Functions: the workspace's name must follow from the whole id. */
const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:gateloop-main-resync:${'0'.repeat(36)}`;

/** Uploaded workspaces with the time when each is due for a synchronization. */
function portsWith(nextResyncAt: Readonly<Record<string, number | undefined>>) {
  const ports = {
    ledger: new InMemoryLedger(),
    specBucket: new InMemorySpecBucket(),
    starter: new InMemoryExecutionStarter(),
    newId: () => randomUUID(),
  };
  for (const [workspace, next] of Object.entries(nextResyncAt)) {
    ports.specBucket.upload(workspace, 'manifest.yaml', '');
    ports.ledger.putWorkspace(workspace, { latencies: {}, ...defined({ nextResyncAt: next }) });
  }
  return ports;
}

const drift = (execution = EXECUTION): DriftEvent => ({ reason: 'drift', execution, now: NOW });

describe('listDueWorkspaces', () => {
  const ports = portsWith({ early: NOW - 1, exactly: NOW, late: NOW + 1, never: undefined });

  it('lists every workspace for the drift schedule', async () => {
    const { workspaces } = await listDueWorkspaces(drift(), ports);
    expect(workspaces.map(({ workspace }) => workspace)).toEqual(['early', 'exactly', 'late', 'never']);
  });

  it('lists every workspace for the drift schedule when an outcome document is broken', async () => {
    const broken = portsWith({ early: NOW, late: undefined });
    broken.specBucket.putObject('outcomes/early.json', '{');
    expect((await listDueWorkspaces(drift(), broken)).workspaces).toHaveLength(2);
  });

  it('names the execution by workspace and schedule, and a repeated call gives the same names', async () => {
    const names = async (execution: string) =>
      (await listDueWorkspaces(drift(execution), ports)).workspaces.map(({ name }) => name);
    const [first, again, next] = [
      await names(EXECUTION),
      await names(EXECUTION),
      await names(`${EXECUTION}1`),
    ];
    expect(again).toEqual(first);
    expect(new Set([...first, ...next]).size).toBe(8);
    for (const name of first) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });
});

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
