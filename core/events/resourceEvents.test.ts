import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { ResourceCondition, ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { resourceEvents } from './resourceEvents.ts';

const FRONT: Address = 'gateway/front';
const record = (state: ResourceCondition, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address: FRONT,
  state,
  reasons: ['No role.'],
  since: 0,
  ...more,
});
const eventsFor = (upserts: readonly ResourceRecord[], before?: ResourceRecord) =>
  resourceEvents('payments', new Map(before && [[FRONT, before]]), { upserts, deletes: [] }, 0);

describe('resourceEvents', () => {
  it('resourceEvents: describes a resource that became ready', () => {
    expect(eventsFor([record('ready', { id: 'g-1' })], record('in-progress'))).toEqual([
      {
        detailType: 'Resource Ready',
        detail: {
          workspace: 'payments',
          time: '1970-01-01T00:00:00.000Z',
          resource: { kind: 'gateway', name: 'front', id: 'g-1' },
          state: 'ready',
          reasons: ['No role.'],
        },
      },
    ]);
  });

  it.each(['failed', 'refused'] as const)('resourceEvents: reports the state %s as a failure', (state) => {
    const [event] = eventsFor([record(state)]);
    expect(event).toMatchObject({ detailType: 'Resource Failed', detail: { state } });
    expect(event?.detail.resource).not.toHaveProperty('id');
  });

  it.each(['in-progress', 'awaiting-approval', 'awaiting-authorization', 'absent'] as const)(
    'resourceEvents: publishes nothing for the state %s',
    (state) => {
      expect(eventsFor([record(state)])).toEqual([]);
    },
  );

  it('resourceEvents: publishes a change made outside Gateloop once, reverted or not', () => {
    const differences = [{ path: 'description', change: 'added' }] as const;
    const drift = { updatedAt: 1, differences, cause: 'foreign' } as const;
    const found = record('drifted', { drift });
    expect(eventsFor([found], record('ready'))).toMatchObject([
      { detailType: 'Resource Drifted', detail: { state: 'drifted', differences } },
    ]);
    expect(eventsFor([record('in-progress', { drift })], record('ready'))).toHaveLength(1);
    expect(eventsFor([found], found)).toEqual([]);
    expect(eventsFor([record('drifted', { drift: { ...drift, updatedAt: 2 } })], found)).toHaveLength(1);
    expect(
      eventsFor([record('in-progress', { drift: { ...drift, cause: 'write' } })], record('ready')),
    ).toEqual([]);
    const tags = { applied: {}, checkedAt: 0, drift: [{ path: 'tags.team', change: 'removed' }] } as const;
    expect(eventsFor([record('drifted', { tags })], record('ready'))).toMatchObject([
      { detailType: 'Resource Drifted', detail: { differences: tags.drift } },
    ]);
  });

  it('resourceEvents: publishes nothing for a resource that stays in its state', () => {
    expect(eventsFor([record('ready')], record('ready'))).toEqual([]);
    expect(eventsFor([record('ready')], record('failed'))).toHaveLength(1);
  });

  it('resourceEvents: publishes the removal of a resource after the changes', () => {
    const changes = { upserts: [record('ready')], deletes: ['gateway/back' as const] };
    const [, removed] = resourceEvents('payments', new Map(), changes, 0);
    expect(removed).toEqual({
      detailType: 'Resource Removed',
      detail: {
        workspace: 'payments',
        time: '1970-01-01T00:00:00.000Z',
        resource: { kind: 'gateway', name: 'back' },
      },
    });
  });
});
