import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { callMeasurements, fleetMeasurements, reconcileMeasurements } from './measurements.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

function memory(fields: Partial<ResourceRecord>): ResourceRecord {
  return { address: 'gatewayTarget/a/b', state: 'in-progress', reasons: [], since: NOW - 60_000, ...fields };
}

function changed(before: Partial<ResourceRecord>, after: Partial<ResourceRecord>) {
  const known = memory(before);
  return reconcileMeasurements(new Map([[known.address, known]]), { upserts: [memory(after)] }, NOW);
}

describe('measurements of the fleet', () => {
  it('counts resources by state, and says how long a person has been awaited at most', () => {
    const measured = fleetMeasurements(
      [
        memory({ state: 'ready' }),
        memory({ state: 'refused' }),
        memory({ state: 'awaiting-authorization', since: NOW - 30_000 }),
        memory({ state: 'awaiting-approval', since: NOW - 90_000 }),
      ],
      3,
      NOW,
    );
    expect(Object.fromEntries(measured.map(({ name, value }) => [name, value]))).toEqual({
      ResourcesReady: 1,
      ResourcesInProgress: 0,
      ResourcesAwaitingPeople: 2,
      ResourcesFailed: 1,
      WorkspacesRefused: 3,
      LongestWaitForPerson: 90,
    });
  });

  it('says zero of an empty fleet, so that an alarm ends', () => {
    expect(fleetMeasurements([], 0, NOW).map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('measurements of a decision', () => {
  it('says how long a resource took to become ready', () => {
    expect(changed({}, { state: 'ready' })).toEqual([{ name: 'TimeToReady', value: 60 }]);
  });

  it('tells a synchronisation that is proven from one that is not', () => {
    const operation = { operation: 'sync', fingerprint: 'f', startedAt: NOW - 5000 } as const;
    const before = { operation } as Partial<ResourceRecord>;
    expect(changed({ ...before, state: 'ready' }, { state: 'ready' })).toEqual([
      { name: 'SyncsProven', value: 1 },
    ]);
    const attempts = { fingerprint: 'f', count: 1 } as ResourceRecord['retry'];
    expect(
      changed({ ...before, state: 'ready' }, { state: 'failed', ...(attempts && { retry: attempts }) }),
    ).toEqual([{ name: 'SyncsUnproven', value: 1 }]);
  });

  it('counts drift once, however often it is seen', () => {
    expect(changed({ state: 'ready' }, { state: 'ready', drift: 7 })).toEqual([
      { name: 'DriftFound', value: 1 },
    ]);
    expect(changed({ state: 'ready', drift: 7 }, { state: 'ready', drift: 7 })).toEqual([]);
  });
});

describe('measurements of calls', () => {
  it('counts throttled calls among the rejected ones, and by themselves', () => {
    const answers = ['accepted', 'ThrottlingException: slow down', 'ValidationException: no'];
    expect(callMeasurements(answers.map((answer) => ({ answer }))).map(({ name }) => name)).toEqual([
      'CallsAccepted',
      'CallsRejected',
      'Throttles',
      'CallsRejected',
    ]);
  });
});
