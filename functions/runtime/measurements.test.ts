import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { callMeasurements, fleetMeasurements, reconcileMeasurements } from './measurements.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

function record(fields: Partial<ResourceRecord>): ResourceRecord {
  return { address: 'gatewayTarget/a/b', state: 'in-progress', reasons: [], since: NOW - 60_000, ...fields };
}

function measurementsOf(before: Partial<ResourceRecord>, after: Partial<ResourceRecord>) {
  const earlier = record(before);
  return reconcileMeasurements(new Map([[earlier.address, earlier]]), { upserts: [record(after)] }, NOW);
}

const DRIFT = {
  updatedAt: 7,
  differences: [{ path: 'description', change: 'changed' as const }],
  cause: 'foreign' as const,
};

describe('fleetMeasurements', () => {
  it('counts resources by state and measures the longest wait for a person', () => {
    const measured = fleetMeasurements(
      [
        record({ state: 'ready' }),
        record({ state: 'refused' }),
        record({ state: 'awaiting-authorization', since: NOW - 30_000 }),
        record({ state: 'awaiting-approval', since: NOW - 90_000 }),
      ],
      3,
      NOW,
    );
    expect(Object.fromEntries(measured.map(({ name, value }) => [name, value]))).toEqual({
      ResourcesReady: 1,
      ResourcesDrifted: 0,
      ResourcesInProgress: 0,
      ResourcesSuspended: 0,
      ResourcesAwaitingPeople: 2,
      ResourcesFailed: 1,
      WorkspacesRefused: 3,
      LongestWaitForPerson: 90,
    });
  });

  it.each<[ResourceRecord['state'], string]>([
    ['ready', 'ResourcesReady'],
    ['drifted', 'ResourcesDrifted'],
    ['in-progress', 'ResourcesInProgress'],
    ['absent', 'ResourcesInProgress'],
    ['suspended', 'ResourcesSuspended'],
    ['awaiting-authorization', 'ResourcesAwaitingPeople'],
    ['awaiting-approval', 'ResourcesAwaitingPeople'],
    ['failed', 'ResourcesFailed'],
    ['refused', 'ResourcesFailed'],
  ])('counts a resource in the state %s under %s', (state, name) => {
    const counted = fleetMeasurements([record({ state, since: NOW })], 0, NOW).filter(
      ({ value }) => value > 0,
    );
    expect(counted).toEqual([{ name, value: 1 }]);
  });

  it('measures only waits for a person, however long other resources take', () => {
    const records = [record({ state: 'failed', since: 0 }), record({ state: 'in-progress', since: 0 })];
    expect(fleetMeasurements(records, 0, NOW)).toContainEqual({ name: 'LongestWaitForPerson', value: 0 });
  });

  it('measures zeros for an empty fleet, so that an alarm ends', () => {
    expect(fleetMeasurements([], 0, NOW).map(({ value }) => value)).toEqual(Array(8).fill(0));
  });
});

describe('reconcileMeasurements', () => {
  it('measures how long a resource was in its earlier state before it became ready', () => {
    expect(measurementsOf({}, { state: 'ready' })).toEqual([{ name: 'TimeToReady', value: 60 }]);
  });

  it('measures nothing for a resource that fails', () => {
    expect(measurementsOf({}, { state: 'failed' })).toEqual([]);
  });

  it('counts a synchronization as proven when the target is ready afterwards, and as unproven otherwise', () => {
    const operation = { operation: 'sync', fingerprint: 'f', startedAt: NOW - 5000 } as const;
    const before = { operation } as Partial<ResourceRecord>;
    expect(measurementsOf({ ...before, state: 'ready' }, { state: 'ready' })).toEqual([
      { name: 'SyncsProven', value: 1 },
    ]);
    // Records without the members that measurements do not read.
    const retry = { fingerprint: 'f', count: 1 } as ResourceRecord['retry'];
    for (const after of [{ state: 'failed' }, { state: 'ready', ...(retry && { retry }) }] as const)
      expect(measurementsOf({ ...before, state: 'ready' }, after)).toEqual([
        { name: 'SyncsUnproven', value: 1 },
      ]);
  });

  it('counts no synchronization while it runs, and no other operation that ends', () => {
    const sync = {
      operation: 'sync',
      fingerprint: 'f',
      startedAt: NOW - 5000,
    } as ResourceRecord['operation'];
    const update = { operation: 'update', fingerprint: 'f', startedAt: NOW } as ResourceRecord['operation'];
    expect(
      measurementsOf({ ...(sync && { operation: sync }) }, { ...(sync && { operation: sync }) }),
    ).toEqual([]);
    expect(measurementsOf({ ...(update && { operation: update }) }, {})).toEqual([]);
  });

  it('measures nothing for a resource that the ledger did not have before', () => {
    const after = record({ state: 'ready', drift: DRIFT });
    expect(reconcileMeasurements(new Map(), { upserts: [after] }, NOW)).toEqual([]);
  });

  it('counts drift once, however often poll observes it', () => {
    expect(measurementsOf({ state: 'ready' }, { state: 'ready', drift: DRIFT })).toEqual([
      { name: 'DriftFound', value: 1 },
    ]);
    expect(measurementsOf({ state: 'ready', drift: DRIFT }, { state: 'ready', drift: DRIFT })).toEqual([]);
    expect(measurementsOf({ state: 'ready', drift: DRIFT }, { state: 'ready' })).toEqual([]);
  });
});

describe('callMeasurements', () => {
  it('recognizes throttling by the name of the exception, not by the text of the message', () => {
    const namesOf = (answer: string) => callMeasurements([{ answer }]).map(({ name }) => name);
    expect(namesOf('RequestThrottled: slow down')).toEqual(['CallsRejected', 'Throttles']);
    expect(namesOf('ValidationException: Throttling must be set.')).toEqual(['CallsRejected']);
  });

  it('counts a throttled call as rejected and as throttled', () => {
    const answers = ['accepted', 'ThrottlingException: slow down', 'ValidationException: no'];
    expect(callMeasurements(answers.map((answer) => ({ answer }))).map(({ name }) => name)).toEqual([
      'CallsAccepted',
      'CallsRejected',
      'Throttles',
      'CallsRejected',
    ]);
  });
});
