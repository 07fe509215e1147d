import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from './ledgerRecord.ts';
import { DRIFT_PASS_MINUTES, slowCheckLimit } from './limits.ts';
import { isAsRecorded, type PassReason, passDue } from './passDue.ts';

const SCAN = DRIFT_PASS_MINUTES * 60_000;

/** A workspace that is at rest. */
function dueAt(now: number, checkedAt: number): PassReason | undefined {
  const resource: ResourceRecord = {
    ...{ address: 'gateway/front', id: 'front-1', state: 'ready', reasons: [], since: 0 },
    ...{ applied: { fingerprint: 'f', updatedAt: 0 }, tags: { applied: {}, checkedAt } },
  };
  const outcomeDelivery = { digest: 'd', failedContacts: [], attempts: 1 };
  const record = { acceptedRevision: 'r', deploymentId: 'd', outcomeDelivery };
  const scanned = { revision: 'r', deploymentId: 'd', record, resources: [resource], commands: [] };
  return passDue({ ...scanned, lease: undefined, now });
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
