import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { Status } from '../status.ts';
import type { DiffStatus } from './actionTable.ts';
import type { Operation, ResourceCondition, ResourceRecord } from './resourceRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import { appliedRecord, NOW, observedAs, serverTarget } from './testing/inputs.ts';

type Outcome = Operation | ResourceCondition;

/** What is done about a target, or, where nothing is, what it is said to be in. Written apart from the code's table. */
const outcomes: Readonly<Record<Status | 'ABSENT', Readonly<Record<DiffStatus, Outcome>>>> = {
  ABSENT: { inStep: 'create', changed: 'create', unwanted: 'absent' },
  CREATING: { inStep: 'in-progress', changed: 'in-progress', unwanted: 'in-progress' },
  UPDATING: { inStep: 'in-progress', changed: 'in-progress', unwanted: 'in-progress' },
  DELETING: { inStep: 'in-progress', changed: 'in-progress', unwanted: 'in-progress' },
  SYNCHRONIZING: { inStep: 'in-progress', changed: 'in-progress', unwanted: 'in-progress' },
  READY: { inStep: 'ready', changed: 'update', unwanted: 'delete' },
  FAILED: { inStep: 'update', changed: 'update', unwanted: 'delete' },
  UPDATE_UNSUCCESSFUL: { inStep: 'update', changed: 'update', unwanted: 'delete' },
  SYNCHRONIZE_UNSUCCESSFUL: { inStep: 'sync', changed: 'update', unwanted: 'delete' },
  CREATE_PENDING_AUTH: pending(),
  UPDATE_PENDING_AUTH: pending(),
  SYNCHRONIZE_PENDING_AUTH: pending(),
  CREATE_FAILED: { inStep: 'update', changed: 'update', unwanted: 'delete' },
  UPDATE_FAILED: { inStep: 'update', changed: 'update', unwanted: 'delete' },
  DELETE_FAILED: { inStep: 'update', changed: 'update', unwanted: 'delete' },
  UNKNOWN: { inStep: 'in-progress', changed: 'in-progress', unwanted: 'in-progress' },
};

function pending(): Record<DiffStatus, Outcome> {
  return {
    inStep: 'awaiting-authorization',
    changed: 'awaiting-authorization',
    unwanted: 'awaiting-authorization',
  };
}

const cases = Object.entries(outcomes).flatMap(([status, row]) =>
  Object.entries(row).map(([want, outcome]) => ({ status, want, outcome })),
);

describe('what is done about a target, by its status and by how it compares with the manifest', () => {
  it.each(cases)('$status, $want: $outcome', ({ status, want, outcome }) => {
    const applied = serverTarget('payments/tools', 1);
    const resource = want === 'changed' ? serverTarget('payments/tools', 2) : applied;
    const { operation, report } = decideResource(resource, {
      inManifest: want !== 'unwanted',
      settings: { prune: true, selfHeal: true },
      record: recordFor(applied),
      // The table's own keys: each is a status but the one that stands for no resource at all.
      ...(status !== 'ABSENT' && { observed: observedAs(resource, status as Status) }),
    });
    expect(operation ?? report?.state).toBe(outcome);
  });
});

/** Not ready before, so that a failure is nothing new. */
function recordFor(resource: DesiredResource): ResourceRecord {
  return { ...appliedRecord(resource), state: 'in-progress', since: NOW - 1000 };
}
