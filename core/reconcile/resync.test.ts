import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { Resync } from '../manifest/settings.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { OpenRequest, ResourceRecord } from './ledgerRecord.ts';
import { nextResyncAt } from './resync.ts';
import {
  appliedRecord,
  consentTarget,
  desiredOf,
  NOW,
  observedAs,
  serverTarget,
  target,
} from './testing/inputs.ts';

const tools = serverTarget('payments/tools');
const others = serverTarget('payments/others');

function next(
  resources: readonly DesiredResource[],
  observed: readonly ObservedResource[],
  resync: Resync = 3600,
  recorded: readonly ResourceRecord[] = [],
) {
  return nextResyncAt(
    desiredOf(resources, { resync }),
    new Map(observed.map((each) => [each.address, each])),
    new Map(recorded.map((each) => [each.address, each])),
  );
}

it("nextResyncAt: is the time when the first target's schedule is due", () => {
  const observed = [
    observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 600_000 }),
    observedAs(others, 'READY', { lastSynchronizedAt: NOW - 60_000 }),
  ];
  expect(next([tools, others], observed)).toBe(NOW + 3_000_000);
});

it('nextResyncAt: counts from the last change of a target that was never synchronized', () => {
  expect(next([tools], [observedAs(tools, 'READY', { updatedAt: NOW - 600_000 })])).toBe(NOW + 3_000_000);
});

it('nextResyncAt: is undefined without a schedule, for static tools, and for missing targets', () => {
  const observed = [observedAs(tools, 'READY'), observedAs(target('payments/ledger'), 'READY')];
  expect(next([tools], observed, 'never')).toBeUndefined();
  expect(next([target('payments/ledger')], observed)).toBeUndefined();
  expect(next([others], observed)).toBeUndefined();
});

it.each([
  ['targetConfiguration.mcp.lambda', undefined],
  ['targetConfiguration.mcp.mcpServer.mcpToolSchema', undefined],
  ['targetConfiguration.mcp.mcpServer.endpoint', NOW + 3_000_000],
  ['description', NOW + 3_000_000],
])('nextResyncAt: with %s changed by another client, is %s', (path, expected) => {
  const observed = [observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 600_000 })];
  const differences = [{ path, change: 'added' as const }];
  const drifted = {
    ...appliedRecord(tools),
    drift: { updatedAt: NOW, differences, cause: 'foreign' as const },
  };
  expect(next([tools], observed, 3600, [drifted])).toBe(expected);
});

it('nextResyncAt: is undefined for a target that is not ready, since it is repaired first', () => {
  const old = { lastSynchronizedAt: NOW - 9_000_000 };
  const observed = (['FAILED', 'SYNCHRONIZING', 'UPDATE_UNSUCCESSFUL'] as const).map((status, index) =>
    observedAs(serverTarget(`payments/${index}`), status, old),
  );
  const resources = observed.map((_, index) => serverTarget(`payments/${index}`));
  expect(next(resources, observed)).toBeUndefined();
});

it('nextResyncAt: is the first time of a cron expression after the last synchronization', () => {
  const observed = [observedAs(tools, 'READY', { lastSynchronizedAt: NOW })];
  // NOW is a Thursday, 00:00 UTC.
  expect(next([tools], observed, 'cron(30 6 ? * MON-FRI *)')).toBe(NOW + 6.5 * 3_600_000);
  expect(next([tools], observed, 'cron(0 0 ? * MON *)')).toBe(NOW + 4 * 86_400_000);
  expect(next([tools], observed, 'cron(0 0 1 1 ? 2026)')).toBeUndefined();
});

describe('nextResyncAt: a synchronization by command', () => {
  const observed = (of: DesiredResource) => [observedAs(of, 'READY', { lastSynchronizedAt: NOW - 60_000 })];

  it('is due at once, also for a target without a schedule', () => {
    const recorded = [appliedRecord(tools, { syncWantedAt: NOW })];
    expect(next([tools], observed(tools), 'never', recorded)).toBe(NOW);
    expect(next([tools], observed(tools), 3600, recorded)).toBe(NOW);
  });

  it('asks a person again whose refusal came before the command, and not one who refused after it', () => {
    const issues = consentTarget('payments/issues');
    const recordedWith = (closedAt: number) => [
      appliedRecord(issues, {
        syncWantedAt: NOW,
        request: { id: 'r', kind: 'authorization', askedAt: 0, closed: 'refused', closedAt },
      }),
    ];
    expect(next([issues], observed(issues), 'never', recordedWith(NOW - 1))).toBe(NOW);
    expect(next([issues], observed(issues), 'never', recordedWith(NOW + 1))).toBeUndefined();
  });
});

describe('nextResyncAt: a synchronization that keeps failing', () => {
  const observed = [observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 9_000_000 })];
  const recordsAfter = (count: number) => {
    const times = { firstAt: NOW, nextAt: NOW + 900_000, deferrals: 0, reasons: [] };
    return [appliedRecord(tools, { retry: { fingerprint: 'f', count, ...times } })];
  };

  it('is due when its backoff ends', () => {
    expect(next([tools], observed, 3600, recordsAfter(6))).toBe(NOW + 900_000);
  });

  it('is not due after the last attempt failed', () => {
    expect(next([tools], observed, 3600, recordsAfter(7))).toBeUndefined();
  });
});

describe('nextResyncAt: a synchronization that needs consent', () => {
  const issues = consentTarget('payments/issues');
  const observed = [observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 3_000_000 })];
  const openRequest: OpenRequest = {
    id: 'r',
    kind: 'authorization',
    reason: 'sync',
    askedAt: NOW - 2_000_000,
    notifiedAt: NOW,
  };
  const recordsWith = (request: OpenRequest) => [appliedRecord(issues, { request })];

  it('is due by the schedule like any other', () => {
    expect(next([issues], observed)).toBe(NOW + 600_000);
  });

  it('is not due while a request is open', () => {
    expect(next([issues], observed, 3600, recordsWith(openRequest))).toBeUndefined();
  });

  it('is due a whole interval after a refusal, and not before the schedule', () => {
    const refused = { ...openRequest, closed: 'refused' as const, closedAt: NOW - 1_000_000 };
    expect(next([issues], observed, 3600, recordsWith(refused))).toBe(NOW + 2_600_000);
    const early = { ...refused, closedAt: NOW - 9_000_000 };
    expect(next([issues], observed, 3600, recordsWith(early))).toBe(NOW + 600_000);
  });
});
