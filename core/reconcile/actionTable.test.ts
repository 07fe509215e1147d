import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { Status } from '../status.ts';
import type { DiffStatus } from './actionTable.ts';
import type { Operation, ResourceCondition, ResourceRecord } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, NOW, observedAs, serverTarget } from './testing/inputs.ts';

type Outcome = Operation | ResourceCondition;

/** The operation on a target, or its reported condition where there is none. Written independently of the code's table. */
const outcomes: Readonly<Record<Status | 'ABSENT', Readonly<Record<DiffStatus, Outcome>>>> = {
  ABSENT: { upToDate: 'create', outOfDate: 'create', removed: 'absent' },
  CREATING: { upToDate: 'in-progress', outOfDate: 'in-progress', removed: 'in-progress' },
  UPDATING: { upToDate: 'in-progress', outOfDate: 'in-progress', removed: 'in-progress' },
  DELETING: { upToDate: 'in-progress', outOfDate: 'in-progress', removed: 'in-progress' },
  SYNCHRONIZING: { upToDate: 'in-progress', outOfDate: 'in-progress', removed: 'in-progress' },
  READY: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  FAILED: { upToDate: 'update', outOfDate: 'update', removed: 'delete' },
  UPDATE_UNSUCCESSFUL: { upToDate: 'update', outOfDate: 'update', removed: 'delete' },
  SYNCHRONIZE_UNSUCCESSFUL: { upToDate: 'sync', outOfDate: 'update', removed: 'delete' },
  CREATE_PENDING_AUTH: pending(),
  UPDATE_PENDING_AUTH: pending(),
  SYNCHRONIZE_PENDING_AUTH: pending(),
  // A target has none of these; of a record the publication is planned besides.
  DRAFT: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  PENDING_APPROVAL: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  APPROVED: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  REJECTED: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  DEPRECATED: { upToDate: 'ready', outOfDate: 'update', removed: 'delete' },
  CREATE_FAILED: { upToDate: 'update', outOfDate: 'update', removed: 'delete' },
  UPDATE_FAILED: { upToDate: 'update', outOfDate: 'update', removed: 'delete' },
  DELETE_FAILED: { upToDate: 'update', outOfDate: 'update', removed: 'delete' },
  UNKNOWN: { upToDate: 'in-progress', outOfDate: 'in-progress', removed: 'in-progress' },
};

function pending(): Record<DiffStatus, Outcome> {
  return {
    upToDate: 'awaiting-authorization',
    outOfDate: 'awaiting-authorization',
    // Its link has expired an hour ago.
    removed: 'delete',
  };
}

const cases = Object.entries(outcomes).flatMap(([status, row]) =>
  Object.entries(row).map(([diff, outcome]) => ({ status, diff, outcome })),
);

describe('actionTable: a target', () => {
  it.each(cases)('$status and $diff gives $outcome', ({ status, diff, outcome }) => {
    const applied = serverTarget('payments/tools', 1);
    const resource = diff === 'outOfDate' ? serverTarget('payments/tools', 2) : applied;
    const { operation, report } = decideResource(resource, {
      inManifest: diff !== 'removed',
      settings: { prune: true, selfHeal: true },
      record: recordFor(applied),
      // All keys of the table but ABSENT are statuses.
      ...(status !== 'ABSENT' && { observed: observedAs(resource, status as Status) }),
    });
    expect(operation ?? report?.state).toBe(outcome);
  });
});

/** A record that was not ready before, so that a failure does not count as a new one. */
function recordFor(resource: DesiredResource): ResourceRecord {
  return { ...appliedRecord(resource), state: 'in-progress', since: NOW - 1000 };
}
