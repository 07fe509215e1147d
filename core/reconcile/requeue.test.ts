import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { decide } from './decide.ts';
import type { Latencies } from './latencyEstimator.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';
import type { ReconcileResult } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  failedAttempts,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  reconcileInput,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');

interface TurnSituation {
  readonly resources?: readonly DesiredResource[];
  readonly observed?: readonly ObservedResource[];
  readonly recorded?: readonly ResourceRecord[];
  readonly latencies?: Latencies;
}

function resultFor({
  resources = [],
  observed = [],
  recorded = [],
  latencies = {},
}: TurnSituation): ReconcileResult {
  const input = reconcileInput({
    resources: [gateway(), ...resources],
    observed: [observedAs(gateway(), 'READY'), ...observed],
    recorded: [appliedRecord(gateway()), ...recorded],
  });
  return decide({ ...input, latencies }, catalog);
}

function creating(resource: DesiredResource, startedAt: number): ResourceRecord {
  const fingerprint = fingerprintFor(resource);
  const { applied: _, lastGood: __, ...unapplied } = appliedRecord(resource);
  return { ...unapplied, state: 'in-progress', operation: { operation: 'create', fingerprint, startedAt } };
}

describe('requeueAfter: a poll', () => {
  it('is recorded while an operation is in progress or starts, as the lower bound of its latency', () => {
    expect(resultFor({ resources: [ledger] }).latencies).toEqual({ polledAt: NOW });
    const moving = { resources: [ledger], observed: [observedAs(ledger, 'CREATING')] };
    expect(resultFor(moving).latencies).toEqual({ polledAt: NOW });
  });

  it('is not recorded while no operation is in progress', () => {
    const latencies: Latencies = { polledAt: NOW - 5000 };
    expect(resultFor({ latencies }).latencies).toBe(latencies);
  });

  it('records the latency of each completed operation, by its kind', () => {
    const { latencies } = resultFor({
      resources: [ledger],
      observed: [observedAs(ledger, 'READY')],
      recorded: [creating(ledger, NOW - 8000)],
      latencies: { polledAt: NOW - 3000 },
    });
    expect(latencies.intervals).toEqual({ 'gatewayTarget/create': [[5000, 8000]] });
  });
});

describe('requeueAfter: the awaited operation', () => {
  const spans = Array.from({ length: 32 }, () => [900, 1000] as const);
  const quick: Latencies = {
    intervals: {
      'gatewayTarget/delete': spans,
      'gatewayTarget/sync': spans,
      'gatewayTarget/update': spans,
    },
  };

  it.each(['DELETING', 'SYNCHRONIZING', 'UPDATING'] as const)('is derived from its status: %s', (status) => {
    const input = { resources: [ledger], observed: [observedAs(ledger, status)], latencies: quick };
    expect(resultFor(input).requeueAfterSeconds).toBe(1);
    const creation = { ...input, observed: [observedAs(ledger, 'CREATING')] };
    expect(resultFor(creation).requeueAfterSeconds).toBeGreaterThan(5);
  });

  it('is the operation that Gateloop started, whatever the status', () => {
    const sync = { operation: 'sync' as const, fingerprint: fingerprintFor(ledger), startedAt: NOW };
    const { requeueAfterSeconds } = resultFor({
      resources: [ledger],
      observed: [observedAs(ledger, 'CREATING')],
      recorded: [appliedRecord(ledger, { operation: sync })],
      latencies: quick,
    });
    expect(requeueAfterSeconds).toBe(1);
  });

  it('is polled sooner if many targets wait for their gateway', () => {
    const resources = Array.from({ length: 5 }, (_, index) => target(`payments/t${index}`));
    const waitFor = (targets: readonly DesiredResource[]) =>
      decide(
        reconcileInput({ resources: [gateway(), ...targets], observed: [observedAs(gateway(), 'CREATING')] }),
        catalog,
      ).requeueAfterSeconds;
    expect(waitFor(resources)).toBeLessThan(waitFor(resources.slice(0, 1)));
  });

  it('is polled sooner if a target waits for a slot', () => {
    const moving = Array.from({ length: 5 }, (_, index) => target(`payments/t${index}`));
    const observed = moving.map((each) => observedAs(each, 'CREATING'));
    const recorded = moving.map((each) => creating(each, NOW));
    const idle = resultFor({ resources: moving, observed, recorded });
    const queued = resultFor({ resources: [...moving, ledger], observed, recorded });
    expect(queued.operations).toEqual([]);
    expect(queued.requeueAfterSeconds).toBeLessThan(idle.requeueAfterSeconds);
  });

  it('gives way to a backoff that ends first', () => {
    const attempts = {
      fingerprint: fingerprintFor(ledger),
      count: 1,
      firstAt: NOW,
      nextAt: NOW + 1500,
      deferrals: 1,
      reasons: [],
    };
    const { requeueAfterSeconds, next } = resultFor({
      resources: [ledger, target('payments/refunds')],
      observed: [observedAs(target('payments/refunds'), 'CREATING')],
      recorded: [{ ...appliedRecord(target('payments/ledger', 2)), retry: attempts, state: 'in-progress' }],
    });
    expect({ requeueAfterSeconds, next }).toEqual({ requeueAfterSeconds: 2, next: 'wait' });
  });

  it('is not the backoff of a target whose gateway is not ready', () => {
    const attempts = {
      fingerprint: fingerprintFor(ledger),
      count: 1,
      firstAt: NOW,
      nextAt: NOW + 1500,
      deferrals: 0,
      reasons: [],
    };
    const gaveUp = failedAttempts(fingerprintFor(gateway()), maxAttempts);
    const input = reconcileInput({
      resources: [gateway(), ledger],
      observed: [observedAs(gateway(), 'FAILED')],
      recorded: [appliedRecord(gateway(), { retry: gaveUp }), { ...creating(ledger, 0), retry: attempts }],
    });
    expect(decide(input, catalog).next).toBe('settled');
  });
});

describe('requeueAfter: a full gateway', () => {
  const targets = Array.from({ length: 5 }, (_, index) => target(`payments/t${index}`));
  const orders = gateway('orders');

  /** The result while operations that Gateloop did not start take every slot that a target needs. */
  const resultAfter = (ago: number, more: readonly ObservedResource[] = []) =>
    resultFor({
      resources: [ledger],
      observed: [...targets.map((each) => observedAs(each, 'UPDATING', { updatedAt: NOW - ago })), ...more],
    });

  it('is polled sooner the longer these operations take', () => {
    expect(resultAfter(8000).requeueAfterSeconds).toBeLessThan(resultAfter(0).requeueAfterSeconds);
  });

  it('is polled for at most two hours', () => {
    const unmanaged = [observedAs(target('payments/unmanaged'), 'READY', { updatedAt: NOW })];
    expect(resultAfter(7_199_999, unmanaged).next).toBe('wait');
    expect(resultAfter(7_200_000, unmanaged)).toMatchObject({ next: 'settled', operations: [] });
  });

  it('is not polled sooner for an operation on another gateway', () => {
    const refunds = target('orders/refunds');
    const delayWith = (status: 'READY' | 'UPDATING') =>
      resultFor({
        resources: [ledger, orders, refunds],
        observed: [
          ...targets.map((each) => observedAs(each, 'UPDATING', { updatedAt: NOW })),
          observedAs(orders, 'READY'),
          observedAs(refunds, status),
        ],
        recorded: [
          appliedRecord(orders),
          appliedRecord(refunds, { state: 'in-progress', since: NOW - 9000 }),
        ],
      }).requeueAfterSeconds;
    expect(delayWith('UPDATING')).toBe(delayWith('READY'));
  });

  it('with targets that are up to date is not polled sooner while it is updated', () => {
    const delayWith = (upToDate: readonly DesiredResource[]) =>
      resultFor({
        resources: [orders, ...upToDate],
        observed: [observedAs(orders, 'UPDATING'), ...upToDate.map((each) => observedAs(each, 'READY'))],
        recorded: upToDate.map((each) => appliedRecord(each)),
      }).requeueAfterSeconds;
    expect(delayWith(targets)).toBe(delayWith([]));
  });
});
