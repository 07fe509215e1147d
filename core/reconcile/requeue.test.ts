import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { decide } from './decide.ts';
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

const SECOND = 1000;
const ledger = target('payments/ledger');
const refunds = target('payments/refunds');

interface TurnSituation {
  readonly resources?: readonly DesiredResource[];
  readonly observed?: readonly ObservedResource[];
  readonly recorded?: readonly ResourceRecord[];
}

function resultFor({ resources = [], observed = [], recorded = [] }: TurnSituation): ReconcileResult {
  const input = reconcileInput({
    resources: [gateway(), ...resources],
    observed: [observedAs(gateway(), 'READY'), ...observed],
    recorded: [appliedRecord(gateway()), ...recorded],
  });
  return decide(input, catalog);
}

function creating(resource: DesiredResource, startedAt: number): ResourceRecord {
  const fingerprint = fingerprintFor(resource);
  const { applied: _, lastGood: __, ...unapplied } = appliedRecord(resource);
  return { ...unapplied, state: 'in-progress', operation: { operation: 'create', fingerprint, startedAt } };
}

const backoffUntil = (resource: DesiredResource, nextAt: number, deferrals = 0) => ({
  fingerprint: fingerprintFor(resource),
  count: 1,
  firstAt: NOW,
  nextAt,
  deferrals,
  reasons: [],
});

/** The result while a target has been in creation for so long. */
const afterAge = (age: number) =>
  resultFor({
    resources: [ledger],
    observed: [observedAs(ledger, 'CREATING')],
    recorded: [creating(ledger, NOW - age)],
  });

describe('requeueAfter: an operation in progress', () => {
  it.each([
    [0, 1],
    [2 * SECOND, 1],
    [10 * SECOND, 5],
    [45 * SECOND, 23],
    [60 * SECOND, 30],
    [7_199 * SECOND, 30],
  ])('requeueAfter: polls an operation of %i ms again after %i s, half its age', (age, seconds) => {
    expect(afterAge(age)).toMatchObject({ next: 'wait', requeueAfterSeconds: seconds });
  });

  it('requeueAfter: has provision hold on for a young operation, and not for one that is looked at rarely', () => {
    expect(afterAge(0).holdSeconds).toBe(60);
    expect(afterAge(180 * SECOND).holdSeconds).toBe(60);
    expect(afterAge(181 * SECOND).holdSeconds).toBe(0);
  });

  it('requeueAfter: has provision hold on for what this turn begins', () => {
    expect(resultFor({ resources: [ledger] })).toMatchObject({ next: 'act', holdSeconds: 60 });
  });

  it('requeueAfter: does not hold on for an operation that the ledger does not have', () => {
    const result = resultFor({ resources: [ledger], observed: [observedAs(ledger, 'CREATING')] });
    expect(result).toMatchObject({ next: 'wait', holdSeconds: 0 });
  });

  it('requeueAfter: does not hold on for a target that awaits a person', () => {
    const { operation, ...record } = creating(ledger, NOW);
    const awaiting: ResourceRecord = {
      ...record,
      ...(operation && { operation: { ...operation, awaitedConsent: true } }),
    };
    const result = resultFor({
      resources: [ledger],
      observed: [observedAs(ledger, 'CREATING')],
      recorded: [awaiting],
    });
    expect(result).toMatchObject({ next: 'wait', holdSeconds: 0 });
  });

  it('requeueAfter: ends the hold when a backoff ends', () => {
    const result = resultFor({
      resources: [ledger, refunds],
      observed: [observedAs(refunds, 'CREATING')],
      recorded: [
        {
          ...appliedRecord(target('payments/ledger', 2)),
          retry: backoffUntil(ledger, NOW + 15_000),
          state: 'in-progress',
        },
        creating(refunds, NOW - 4000),
      ],
    });
    expect(result).toMatchObject({ next: 'wait', requeueAfterSeconds: 2, holdSeconds: 15 });
  });

  it('requeueAfter: polls when a backoff ends that is shorter', () => {
    const { requeueAfterSeconds, next } = resultFor({
      resources: [ledger, refunds],
      observed: [observedAs(refunds, 'CREATING')],
      recorded: [
        {
          ...appliedRecord(target('payments/ledger', 2)),
          retry: backoffUntil(ledger, NOW + 1500, 1),
          state: 'in-progress',
        },
        creating(refunds, NOW - 40_000),
      ],
    });
    expect({ requeueAfterSeconds, next }).toEqual({ requeueAfterSeconds: 2, next: 'wait' });
  });

  it('requeueAfter: does not wait for the backoff of a target whose gateway is not ready', () => {
    const gaveUp = failedAttempts(fingerprintFor(gateway()), maxAttempts);
    const input = reconcileInput({
      resources: [gateway(), ledger],
      observed: [observedAs(gateway(), 'FAILED')],
      recorded: [
        appliedRecord(gateway(), { retry: gaveUp }),
        { ...creating(ledger, 0), retry: backoffUntil(ledger, NOW + 1500) },
      ],
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

  it('requeueAfter: has provision hold on for a slot that others take, while their operations are young', () => {
    expect(resultAfter(0)).toMatchObject({
      next: 'wait',
      holdSeconds: 60,
      queued: [{ operation: 'create' }],
    });
    expect(resultAfter(200 * SECOND)).toMatchObject({ next: 'wait', holdSeconds: 0 });
  });

  it('requeueAfter: waits for a slot that others take for at most two hours', () => {
    const unmanaged = [observedAs(target('payments/unmanaged'), 'READY', { updatedAt: NOW })];
    expect(resultAfter(7_199_999, unmanaged).next).toBe('wait');
    expect(resultAfter(7_200_000, unmanaged)).toMatchObject({ next: 'settled', operations: [] });
  });

  it('requeueAfter: is not polled sooner for an operation of others on another gateway', () => {
    const other = target('orders/refunds');
    const delayWith = (status: 'READY' | 'UPDATING') =>
      resultFor({
        resources: [ledger, orders, other],
        observed: [
          ...targets.map((each) => observedAs(each, 'UPDATING', { updatedAt: NOW - 20_000 })),
          observedAs(orders, 'READY'),
          observedAs(target('orders/foreign'), status, { updatedAt: NOW }),
          observedAs(other, 'READY'),
        ],
        recorded: [appliedRecord(orders), appliedRecord(other)],
      }).requeueAfterSeconds;
    expect(delayWith('UPDATING')).toBe(delayWith('READY'));
  });
});

describe('decide: the queue', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => target(`payments/t${String(index).padStart(3, '0')}`));

  it('decide: queues what is due without a slot, in the order of the manifest', () => {
    const { operations, queued } = resultFor({ resources: many(8) });
    expect(operations).toHaveLength(5);
    expect(queued.map(({ address, operation, parentId }) => [address, operation, parentId])).toEqual(
      [5, 6, 7].map((index) => [`gatewayTarget/payments/t00${index}`, 'create', 'payments']),
    );
  });

  it('decide: queues a hundred operations at most', () => {
    const { operations, queued } = resultFor({ resources: many(150) });
    expect([operations.length, queued.length]).toEqual([5, 100]);
    expect(JSON.stringify(queued).length).toBeLessThan(60_000);
  });

  it('decide: queues what has a slot and exceeds the writes of the turn before what has none', () => {
    const orders = gateway('orders');
    const others = Array.from({ length: 3 }, (_, index) => target(`orders/o${index}`));
    const { operations, queued } = resultFor({
      resources: [...many(6), orders, ...others],
      observed: [observedAs(orders, 'READY')],
      recorded: [appliedRecord(orders)],
    });
    expect(operations).toHaveLength(5);
    expect(queued.map(({ address }) => address)).toEqual([
      'gatewayTarget/orders/o2',
      'gatewayTarget/payments/t003',
      'gatewayTarget/payments/t004',
      'gatewayTarget/payments/t005',
    ]);
  });

  it('decide: queues nothing that waits for another resource', () => {
    const input = reconcileInput({ resources: [gateway(), ...many(3)] });
    expect(decide(input, catalog)).toMatchObject({ operations: [{ operation: 'create' }], queued: [] });
  });
});
