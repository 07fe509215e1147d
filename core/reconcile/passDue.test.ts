import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from './ledgerRecord.ts';
import { DRIFT_PASS_MINUTES, slowCheckLimit } from './limits.ts';
import { isAsRecorded, nextPassAt, type PassReason, passDue } from './passDue.ts';

const SCAN = DRIFT_PASS_MINUTES * 60_000;

/** A workspace that is at rest. */
function atRest(checkedAt: number, changes: Partial<ResourceRecord> = {}) {
  const resource: ResourceRecord = {
    ...{ address: 'gateway/front', id: 'front-1', state: 'ready', reasons: [], since: 0 },
    ...{ applied: { fingerprint: 'f', updatedAt: 0 }, tags: { applied: {}, checkedAt } },
    ...changes,
  };
  const outcomeDelivery = { digest: 'd', failedContacts: [], attempts: 1 };
  const record = { acceptedRevision: 'r', deploymentId: 'd', outcomeDelivery };
  return { record, resources: [resource], lease: undefined };
}

function dueAt(now: number, checkedAt: number): PassReason | undefined {
  return passDue({ ...atRest(checkedAt), revision: 'r', deploymentId: 'd', commands: [], now });
}

describe('passDue', () => {
  it('passDue: what no List shows is checked with each eighth scan, wherever a scan reaches the workspace', () => {
    // A scan of a thousand gateways takes up to five minutes; the pass that it starts takes some seconds.
    const offsets = fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(offsets, fc.integer({ min: 0, max: 60_000 }), (reachedAfter, passTakes) => {
        let checkedAt = passTakes;
        const scans = reachedAfter.flatMap((offset, index) => {
          const now = index * SCAN + offset;
          if (index === 0 || dueAt(now, checkedAt) === undefined) return [];
          checkedAt = now + passTakes;
          return [index];
        });
        expect(scans).toEqual([8, 16, 24]);
      }),
    );
    expect(dueAt(slowCheckLimit, 0)).toBe('check');
  });
});

describe('nextPassAt', () => {
  const now = SCAN;

  it('nextPassAt: a workspace at rest is not reconciled before what no List shows is due, however many scans look at it', () => {
    const next = nextPassAt({ ...atRest(0), now }, 0) ?? 0;
    expect(next).toBe(slowCheckLimit);
    expect(dueAt(next - SCAN, 0)).toBeUndefined();
    expect(dueAt(next, 0)).toBe('check');
  });

  it('nextPassAt: each scan has a workspace reconciled that waits for something', () => {
    const waiting = atRest(0, { state: 'awaiting-authorization' });
    expect(nextPassAt({ ...waiting, now }, 1000)).toBe(1000 + SCAN);
  });

  it('nextPassAt: a synchronization may be due before', () => {
    const { record, ...rest } = atRest(0);
    expect(nextPassAt({ ...rest, record: { ...record, nextResyncAt: 5000 }, now }, 0)).toBe(5000);
  });

  it('nextPassAt: nothing but a change has a workspace reconciled of which a List shows all', () => {
    const { record, lease } = atRest(0);
    expect(nextPassAt({ record, lease, resources: [], now }, 0)).toBeUndefined();
  });
});

describe('isAsRecorded', () => {
  const applied = { fingerprint: 'f', updatedAt: 1000 };
  const record = { state: 'ready', reasons: [], since: 0, applied } as const;
  const moved = { status: 'READY', lastUpdatedAt: 2000 };

  it('isAsRecorded: a later time proves a change, but not of a kind that no operation changes', () => {
    expect(isAsRecorded({ ...record, address: 'agentRuntime/search' }, moved)).toBe(false);
    const profile = { ...record, address: 'browserProfile/signedIn' } as const;
    expect(isAsRecorded(profile, moved)).toBe(true);
    expect(isAsRecorded(profile, { ...moved, status: 'DELETING' })).toBe(false);
    expect(isAsRecorded(profile, undefined)).toBe(false);
  });
});
