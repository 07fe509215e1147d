import { describe, expect, it } from 'vitest';
import type { Ledger, WorkspaceRecord } from '../../core/ports/ledger.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { listDueWorkspaces, parseScheduleEvent } from './listDueWorkspaces.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
/** As long as the service's own, of which a hash must read more than the beginning. */
const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:gateloop-main-resync:${'0'.repeat(36)}`;

/** Ports that know when each workspace falls due, and refuse whatever else is asked of them. */
function portsWith(nextResyncAt: Readonly<Record<string, number | undefined>>) {
  const readWorkspace = async (workspace: string): Promise<WorkspaceRecord> => {
    const next = nextResyncAt[workspace];
    return { latencies: {}, ...(next !== undefined && { nextResyncAt: next }) };
  };
  const ledger: Pick<Ledger, 'readWorkspace' | 'readResources'> = {
    readWorkspace,
    readResources: async () => new Map(),
  };
  const specBucket: Pick<SpecBucket, 'listWorkspaces' | 'readDocument'> = {
    listWorkspaces: async () => Object.keys(nextResyncAt),
    readDocument: async () => undefined,
  };
  // Only these are asked; anything else fails the test as a call of undefined.
  return { ledger: ledger as Ledger, specBucket: specBucket as SpecBucket };
}

const event = (reason: string, execution = EXECUTION) =>
  parseScheduleEvent({ reason, execution, now: new Date(NOW).toISOString() });

describe('what a schedule finds due', () => {
  const ports = portsWith({ early: NOW - 1, exactly: NOW, late: NOW + 1, never: undefined });

  it('is every workspace for a drift pass', async () => {
    const { workspaces } = await listDueWorkspaces(event('drift'), ports);
    expect(workspaces.map(({ workspace }) => workspace)).toEqual(['early', 'exactly', 'late', 'never']);
  });

  it('is what has fallen due for a resync', async () => {
    const { workspaces } = await listDueWorkspaces(event('resync'), ports);
    expect(workspaces.map(({ workspace }) => workspace)).toEqual(['early', 'exactly']);
  });

  it('is every workspace for a drift pass even where how they are cannot be measured', async () => {
    const readDocument = async () => JSON.parse('{');
    const { workspaces } = await listDueWorkspaces(event('drift'), {
      ...ports,
      specBucket: { ...ports.specBucket, readDocument },
    });
    expect(workspaces).toHaveLength(4);
  });

  it('has a name of its own for each workspace and each schedule, and the same one when asked again', async () => {
    const names = async (execution: string) =>
      (await listDueWorkspaces(event('drift', execution), ports)).workspaces.map(({ name }) => name);
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

describe('a schedule that cannot be read', () => {
  it.each([{ reason: 'whim', execution: 'e' }, { reason: 'drift' }])('is refused: %j', (given) => {
    expect(() => parseScheduleEvent({ ...given, now: '2026-01-01T00:00:00Z' })).toThrow();
  });
});
