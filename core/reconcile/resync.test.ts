import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
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
  resync: number | 'never' = 3600,
  recorded: readonly ResourceRecord[] = [],
) {
  return nextResyncAt(
    desiredOf(resources, { resync }),
    new Map(observed.map((each) => [each.address, each])),
    new Map(recorded.map((each) => [each.address, each])),
  );
}

it('falls due when the first target has not been synchronised for as long as its schedule says', () => {
  const observed = [
    observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 600_000 }),
    observedAs(others, 'READY', { lastSynchronizedAt: NOW - 60_000 }),
  ];
  expect(next([tools, others], observed)).toBe(NOW + 3_000_000);
});

it('counts from the last change where a target was never synchronised', () => {
  expect(next([tools], [observedAs(tools, 'READY', { updatedAt: NOW - 600_000 })])).toBe(NOW + 3_000_000);
});

it('never falls due without a schedule, of static tools, or of targets that are not there', () => {
  const observed = [observedAs(tools, 'READY'), observedAs(target('payments/ledger'), 'READY')];
  expect(next([tools], observed, 'never')).toBeUndefined();
  expect(next([target('payments/ledger')], observed)).toBeUndefined();
  expect(next([others], observed)).toBeUndefined();
});

it('never falls due of what is not ready: that is mended first', () => {
  const old = { lastSynchronizedAt: NOW - 9_000_000 };
  const observed = (['FAILED', 'SYNCHRONIZING', 'UPDATE_UNSUCCESSFUL'] as const).map((status, index) =>
    observedAs(serverTarget(`payments/${index}`), status, old),
  );
  const resources = observed.map((_, index) => serverTarget(`payments/${index}`));
  expect(next(resources, observed)).toBeUndefined();
});

describe('a synchronisation that keeps failing', () => {
  const observed = [observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 9_000_000 })];
  const memory = (count: number) => {
    const times = { firstAt: NOW, nextAt: NOW + 900_000, deferrals: 0, reasons: [] };
    return [appliedRecord(tools, { retry: { fingerprint: 'f', count, ...times } })];
  };

  it('falls due when the next attempt may be made', () => {
    expect(next([tools], observed, 3600, memory(6))).toBe(NOW + 900_000);
  });

  it('falls due no more once it was given up', () => {
    expect(next([tools], observed, 3600, memory(7))).toBeUndefined();
  });
});

describe('a synchronisation that needs a consent', () => {
  const issues = consentTarget('payments/issues');
  const observed = [observedAs(issues, 'READY', { lastSynchronizedAt: NOW - 3_000_000 })];
  const asked: OpenRequest = {
    id: 'r',
    kind: 'authorization',
    reason: 'sync',
    askedAt: NOW - 2_000_000,
    notifiedAt: NOW,
  };
  const remembering = (request: OpenRequest) => [appliedRecord(issues, { request })];

  it('falls due to be asked for like any other', () => {
    expect(next([issues], observed)).toBe(NOW + 600_000);
  });

  it('falls due no more while somebody is waited for', () => {
    expect(next([issues], observed, 3600, remembering(asked))).toBeUndefined();
  });

  it('falls due again a whole interval after a no, and not before it would have anyway', () => {
    const no = { ...asked, closed: 'refused' as const, closedAt: NOW - 1_000_000 };
    expect(next([issues], observed, 3600, remembering(no))).toBe(NOW + 2_600_000);
    const early = { ...no, closedAt: NOW - 9_000_000 };
    expect(next([issues], observed, 3600, remembering(early))).toBe(NOW + 600_000);
  });
});
