import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { type OutcomeDocument, writeOutcome } from '../../core/storage/outcomeDocument.ts';
import { addMeasurements, fleetMeasurements } from '../runtime/measurements.ts';
import { logger, metrics } from '../runtime/observability.ts';
import { measureWorkspace } from './measureWorkspace.ts';

const NOW = Date.UTC(2026, 0, 1, 10);
const MINUTE = 60_000;
const ISSUES = 'gatewayTarget/front/issues';
const since = new Date(NOW).toISOString();

beforeEach(() => metrics.clearMetrics());
afterEach(() => {
  metrics.clearMetrics();
  vi.restoreAllMocks();
});

function openFleet() {
  const ledger = new InMemoryLedger();
  const specBucket = new InMemorySpecBucket();
  const info = vi.spyOn(logger, 'info').mockImplementation(() => {});
  const put = (workspace: string, change: Partial<ResourceRecord>) => {
    specBucket.upload(workspace, 'manifest.yaml', '');
    ledger.putResource(workspace, { address: ISSUES, state: 'ready', reasons: [], since: NOW, ...change });
  };
  const putOutcome = async (workspace: string, change: Partial<OutcomeDocument> = {}) => {
    const report = { address: ISSUES, kind: 'gatewayTarget', name: 'front/issues', state: 'ready' } as const;
    const resources = [{ ...report, reasons: [], owner: 'platform', since }];
    const times = { time: since, since };
    const outcome = { workspace, outcome: 'ready' as const, revision: 'r1', problems: [], resources };
    await writeOutcome({ ...outcome, ...times, owner: 'team', applied: {}, ...change }, specBucket);
  };
  const measured = async (now = NOW) => {
    let sums = fleetMeasurements([], 0, now);
    for (const workspace of await specBucket.listWorkspaces()) {
      const records = [...(await ledger.readResources(workspace)).values()].map(({ record }) => record);
      sums = addMeasurements(sums, await measureWorkspace(workspace, records, now, specBucket));
    }
    return Object.fromEntries(sums.map(({ name, value }) => [name, value]));
  };
  return { ledger, specBucket, info, put, putOutcome, measured };
}

describe('measureWorkspace', () => {
  it('counts the resources of all workspaces by state, each once', async () => {
    const { put, measured } = openFleet();
    for (let number = 0; number < 25; number += 1) put(`workspace-${number}`, {});
    put('payments', { state: 'failed' });
    put('billing', { state: 'awaiting-authorization', since: NOW - 2 * MINUTE });
    expect(await measured()).toMatchObject({
      ResourcesReady: 25,
      ResourcesFailed: 1,
      ResourcesAwaitingPeople: 1,
      ResourcesInProgress: 0,
      WorkspacesRefused: 0,
      LongestWaitForPerson: 120,
    });
  });

  it('counts a refused upload and logs its first error', async () => {
    const { put, putOutcome, measured, info } = openFleet();
    put('payments', { since: NOW - 60 * MINUTE });
    const problem = (severity: 'error' | 'warning', message: string) =>
      ({ severity, file: 'manifest.yaml', line: 3, path: '', message }) as const;
    const problems = [problem('warning', 'Old.'), problem('error', 'Wrong.'), problem('error', 'Missing.')];
    await putOutcome('payments', { outcome: 'refused', problems });
    expect(await measured()).toMatchObject({ WorkspacesRefused: 1 });
    expect(info.mock.calls).toEqual([
      [
        'Not ready',
        {
          workspace: 'payments',
          resource: 'manifest.yaml',
          state: 'refused',
          waitingSince: since,
          owner: 'team',
          reasons: [expect.stringContaining('Wrong.')],
        },
      ],
    ]);
  });

  it('logs a resource that is not ready, with its owner', async () => {
    const { put, putOutcome, measured, info } = openFleet();
    put('payments', { state: 'failed', reasons: ['No role.'] });
    await putOutcome('payments');
    await measured(NOW + 60 * MINUTE);
    expect(info.mock.calls).toEqual([
      ['Not ready', expect.objectContaining({ resource: ISSUES, owner: 'platform', reasons: ['No role.'] })],
    ]);
  });

  it('logs a ready resource for 45 minutes', async () => {
    const { put, measured, info } = openFleet();
    put('payments', {});
    await measured(NOW + 45 * MINUTE);
    expect(info).toHaveBeenCalledExactlyOnceWith(
      'Ready again',
      expect.objectContaining({ resource: ISSUES, owner: 'nobody' }),
    );
    metrics.clearMetrics();
    await measured(NOW + 45 * MINUTE + 1);
    expect(info).toHaveBeenCalledTimes(1);
  });

  it('counts only resources that the outcome names, and no absent resource before the first outcome', async () => {
    const { put, putOutcome, measured } = openFleet();
    put('payments', { state: 'absent' });
    expect(await measured()).toMatchObject({ ResourcesInProgress: 0 });
    metrics.clearMetrics();
    put('payments', { address: 'gateway/gone', state: 'failed' });
    await putOutcome('payments');
    expect(await measured()).toMatchObject({ ResourcesFailed: 0, ResourcesInProgress: 1 });
  });
});
