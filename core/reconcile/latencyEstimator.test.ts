import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Latencies,
  type LatencyInterval,
  type OperationKind,
  recordLatency,
  recordPoll,
  shareCompletedWithin,
} from './latencyEstimator.ts';
import { type InFlightOperation, nextPollDelay } from './requeue.ts';
import { NOW } from './testing/inputs.ts';

const create: OperationKind = 'gatewayTarget/create';
const update: OperationKind = 'gatewayTarget/update';

/** So many equal intervals that the prior has almost no weight. */
function latenciesOf(...spans: LatencyInterval[]): Latencies {
  return {
    intervals: { [create]: Array.from({ length: 300 }, (_, index) => spans[index % spans.length] ?? [0, 0]) },
  };
}

describe('recordLatency', () => {
  it('records an interval from the previous poll to this one', () => {
    const latencies = recordPoll({}, NOW - 3000);
    expect(recordLatency(latencies, create, NOW - 8000, NOW).intervals).toEqual({ [create]: [[5000, 8000]] });
  });

  it('records an interval from zero when no poll came since the operation started', () => {
    expect(recordLatency({}, create, NOW - 8000, NOW).intervals).toEqual({ [create]: [[0, 8000]] });
    expect(recordLatency(recordPoll({}, NOW - 9000), create, NOW - 8000, NOW).intervals).toEqual({
      [create]: [[0, 8000]],
    });
  });

  it('records nothing when no poll came for a minute', () => {
    expect(recordLatency({}, create, NOW - 60_000, NOW).intervals).toEqual({ [create]: [[0, 60_000]] });
    expect(recordLatency({}, create, NOW - 60_001, NOW).intervals).toBeUndefined();
  });

  it('keeps the last thirty-two intervals of each kind', () => {
    let latencies = recordLatency({}, update, NOW - 1000, NOW);
    for (let time = 1; time <= 40; time += 1)
      latencies = recordLatency(latencies, create, NOW - time * 1000, NOW);
    expect(latencies.intervals?.[create]).toHaveLength(32);
    expect(latencies.intervals?.[create]?.at(-1)).toEqual([0, 40_000]);
    expect(latencies.intervals?.[update]).toHaveLength(1);
  });
});

describe('shareCompletedWithin', () => {
  it('rises from 0 to 1 between 3 and 13 s without observations', () => {
    const shares = [2999, 3000, 5500, 8000, 13_000, 14_000].map((ms) => shareCompletedWithin({}, create, ms));
    expect(shares).toEqual([0, 0, 0.25, 0.5, 1, 1]);
  });

  it('follows the observed intervals, with a uniform distribution in each', () => {
    const known = latenciesOf([4000, 6000], [6000, 8000]);
    expect(shareCompletedWithin(known, create, 4000)).toBeLessThan(0.02);
    expect(shareCompletedWithin(known, create, 5000)).toBeCloseTo(0.25, 1);
    expect(shareCompletedWithin(known, create, 6000)).toBeCloseTo(0.5, 1);
    expect(shareCompletedWithin(known, create, 8000)).toBeGreaterThan(0.98);
  });

  it('gives the prior the weight of three observations', () => {
    const known: Latencies = { intervals: { [create]: [[0, 1]] } };
    expect(shareCompletedWithin(known, create, 1)).toBe(1 / 4);
  });

  it('is separate for each kind of operation', () => {
    expect(shareCompletedWithin(latenciesOf([0, 1]), update, 3000)).toBe(0);
  });

  it('never falls with time, and is between 0 and 1', () => {
    const spans = fc.array(fc.tuple(fc.nat(20_000), fc.nat(20_000)), { maxLength: 40 });
    fc.assert(
      fc.property(spans, fc.nat(40_000), fc.nat(10_000), (pairs, ms, more) => {
        const known: Latencies = {
          intervals: { [create]: pairs.map(([from, wide]) => [from, from + wide] as const) },
        };
        const before = shareCompletedWithin(known, create, ms);
        const after = shareCompletedWithin(known, create, ms + more);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});

describe('nextPollDelay', () => {
  const inFlight = (ago: number, frees = 1): InFlightOperation => ({
    kind: create,
    startedAt: NOW - ago,
    slotsFreed: frees,
  });
  const five = (ago: number, frees = 1) => Array.from({ length: 5 }, () => inFlight(ago, frees));

  it('is the time at which operations that take 8 s are expected to end', () => {
    expect(nextPollDelay(five(0), latenciesOf([7500, 8000]), NOW)).toBe(8);
    expect(nextPollDelay(five(5000), latenciesOf([7500, 8000]), NOW)).toBe(3);
  });

  it('is short for operations that should just have ended, and grows the longer they take', () => {
    const ago = (seconds: number) =>
      nextPollDelay([inFlight(seconds * 1000)], latenciesOf([7500, 8000]), NOW);
    expect([13, 15, 30, 60, 120, 600, 7000].map(ago)).toEqual([1, 2, 6, 10, 15, 30, 30]);
  });

  it('is shorter the more slots a completion frees', () => {
    const one = (frees: number) => nextPollDelay([inFlight(0, frees)], latenciesOf([4000, 12_000]), NOW);
    expect(one(5)).toBeLessThan(one(1));
  });

  it('is the time at which all operations are expected to have ended, where no operation is queued', () => {
    const spread = latenciesOf([4000, 12_000]);
    expect(nextPollDelay(five(0, 0), spread, NOW)).toBeGreaterThan(nextPollDelay(five(0), spread, NOW));
    expect(nextPollDelay(five(0, 0), spread, NOW)).toBeGreaterThanOrEqual(10);
  });

  it('considers that an operation has not completed so far', () => {
    const after = (ago: number) => nextPollDelay([inFlight(ago)], latenciesOf([4000, 12_000]), NOW);
    expect([6000, 8000, 10_000, 11_000].map(after)).toEqual([4, 3, 2, 1]);
  });

  it('counts the awaited slots even if only one operation frees one', () => {
    const spread = latenciesOf([4000, 12_000]);
    expect(nextPollDelay([...five(0, 0), inFlight(0)], spread, NOW)).toBe(8);
  });

  it('ignores operations that free no slot while others do', () => {
    const known: Latencies = { intervals: { ...latenciesOf([7500, 8000]).intervals, [update]: [[0, 1000]] } };
    const idle: InFlightOperation = { kind: update, startedAt: NOW, slotsFreed: 0 };
    expect(nextPollDelay([...five(0), idle], known, NOW)).toBe(8);
  });

  it('is at most 30 s', () => {
    expect(nextPollDelay(five(0), latenciesOf([600_000, 600_001]), NOW)).toBeLessThanOrEqual(30);
  });
});

it('nextPollDelay: weighs the idle time of each second by its middle', () => {
  const known = latenciesOf([4000, 12_000]);
  const waits = [0, 2000, 4000].map((ago) =>
    nextPollDelay(
      Array.from({ length: 5 }, () => ({ kind: create, startedAt: NOW - ago, slotsFreed: 1 })),
      known,
      NOW,
    ),
  );
  expect(waits).toEqual([6, 4, 2]);
  const manySlots = Array.from({ length: 5 }, () => ({ kind: create, startedAt: NOW, slotsFreed: 2 }));
  expect(nextPollDelay(manySlots, known, NOW)).toBe(5);
});
