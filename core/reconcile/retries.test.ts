import { describe, expect, it } from 'vitest';
import type { Status } from '../status.ts';
import type { RetryState } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  failedAttempts,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger', 2);
const older = target('payments/ledger', 1);
const fingerprint = fingerprintFor(ledger);
const { applied: _, lastGood: __, ...unapplied } = appliedRecord(ledger);

const retry = (count: number, more: Partial<RetryState> = {}) => failedAttempts(fingerprint, count, more);

describe('tryOperation: an attempt', () => {
  const failed = (status: Status) => observedAs(ledger, status, { config: resolvedConfig(ledger) });
  const decideWithRetry = (state: RetryState, status: Status = 'FAILED') =>
    decideResource(ledger, {
      observed: failed(status),
      record: { ...unapplied, state: 'failed', retry: state },
    });

  it('waits for the end of its backoff', () => {
    const { operation, report } = decideWithRetry(retry(1, { nextAt: NOW + 1 }));
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'failed', reasons: ['It broke.'] });
    const due = decideWithRetry(retry(1, { nextAt: NOW }));
    expect([due.operation, due.report?.state]).toEqual(['update', 'in-progress']);
  });

  it('has no reasons if it is the first', () => {
    expect(decideResource(ledger, {}).report).toMatchObject({ state: 'in-progress', reasons: [] });
  });

  it('is in progress, not failed, after a deferral', () => {
    const { report } = decideWithRetry(retry(0, { nextAt: NOW + 1000, deferrals: 1 }));
    expect(report?.state).toBe('in-progress');
  });

  it('is not made after the seventh failure, and the reason says what to do', () => {
    expect(decideWithRetry(retry(6)).operation).toBe('update');
    const { operation, report, result } = decideWithRetry(retry(7));
    expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
    expect(report?.state).toBe('failed');
    expect(report?.reasons).toEqual([
      'It broke.',
      'Gave up after 7 attempts. To try again, upload a change or run: npx gateloop retry gatewayTarget/payments/ledger',
    ]);
  });

  it('is made again with another configuration', () => {
    expect(decideWithRetry(retry(7, { fingerprint: 'another' })).operation).toBe('update');
  });

  it('is waited for within the reconciliation for up to 90 s', () => {
    expect(decideWithRetry(retry(2, { nextAt: NOW + 90_000 })).result).toMatchObject({
      next: 'wait',
      requeueAfterSeconds: 90,
    });
    expect(decideWithRetry(retry(2, { nextAt: NOW + 90_001 })).result.next).toBe('settled');
  });

  it('deletes a target whose update the service rejects for its state', () => {
    const { operation, record } = decideWithRetry(retry(1, { escalation: 'replace' }));
    expect(operation).toBe('delete');
    expect(record?.applied).toBeUndefined();
  });

  it('creates the replacement once the failed target is deleted', () => {
    const record = {
      ...unapplied,
      state: 'in-progress' as const,
      retry: retry(1, { escalation: 'replace' }),
    };
    expect(decideResource(ledger, { record }).operation).toBe('create');
  });

  it('never replaces a gateway that has targets', () => {
    const orders = gateway('orders');
    const escalated = retry(1, { escalation: 'replace', fingerprint: fingerprintFor(orders) });
    const { report, operation } = decideResource(orders, {
      observed: observedAs(orders, 'FAILED'),
      record: appliedRecord(orders, { state: 'failed', retry: escalated }),
      others: [target('orders/ledger')],
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('failed');
    expect(report?.reasons.join()).toContain('as long as it has targets');
  });
});

describe('repair: a rollback', () => {
  const good = fingerprintFor(older);
  const decideWithRetry = (state: RetryState, status: Status = 'UPDATE_UNSUCCESSFUL') =>
    decideResource(ledger, {
      observed: observedAs(ledger, status, { config: resolvedConfig(ledger) }),
      record: appliedRecord(older, { state: 'failed', retry: state }),
    });

  it('starts immediately after the third failure, with the last configuration that was ready', () => {
    const { result } = decideWithRetry(retry(3, { nextAt: NOW + 900_000 }));
    expect(result.operations).toMatchObject([
      { operation: 'rollback', configuration: good, fingerprint, id: 'payments/ledger' },
    ]);
  });

  it('does not start before the third failure', () => {
    expect(decideWithRetry(retry(2)).operation).toBe('update');
  });

  it('waits for its backoff after it was deferred or rejected', () => {
    expect(decideWithRetry(retry(3, { deferrals: 1, nextAt: NOW + 1000 })).operation).toBeUndefined();
    expect(decideWithRetry(retry(4, { nextAt: NOW + 1000 })).operation).toBeUndefined();
    expect(decideWithRetry(retry(4, { nextAt: NOW })).operation).toBe('rollback');
  });

  it('ends the attempts at the change until another upload', () => {
    const { operation, report, result } = decideResource(ledger, {
      observed: observedAs(older, 'READY'),
      record: appliedRecord(older, { state: 'failed', retry: retry(3, { rolledBack: true }) }),
    });
    expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
    expect(report?.state).toBe('failed');
    expect(report?.reasons.join()).toContain('Rolled back to the last configuration that was ready');
  });

  it('needs a last good configuration that differs from the desired one', () => {
    const observed = observedAs(ledger, 'UPDATE_UNSUCCESSFUL');
    const never = decideResource(ledger, { observed, record: { ...unapplied, retry: retry(3) } });
    expect(never.operation).toBe('update');
    const same = decideResource(ledger, {
      observed,
      record: appliedRecord(ledger, { retry: retry(3), state: 'failed' }),
    });
    expect(same.operation).toBe('update');
  });

  it('is not made for a target that needs consent', () => {
    const repository = consentTarget('payments/repository', 2);
    const { operation, result } = decideResource(repository, {
      others: [provider()],
      observed: observedAs(repository, 'UPDATE_UNSUCCESSFUL'),
      record: appliedRecord(consentTarget('payments/repository', 1), {
        state: 'failed',
        retry: retry(3, { fingerprint: fingerprintFor(repository) }),
      }),
    });
    expect(operation).toBeUndefined();
    expect(result.requests).toMatchObject([{ kind: 'authorization', reason: 'update' }]);
  });

  it('that fails does not change the number of failures', () => {
    const operation = {
      operation: 'rollback' as const,
      fingerprint,
      configuration: good,
      startedAt: NOW - 9000,
    };
    const { record } = decideResource(ledger, {
      observed: observedAs(ledger, 'UPDATE_UNSUCCESSFUL'),
      record: appliedRecord(older, { operation, retry: retry(3, { rolledBack: true }) }),
    });
    expect(record?.retry).toMatchObject({ count: 3, rolledBack: true });
    expect(record?.operation).toBeUndefined();
  });
});

describe('repair: no rollback is made', () => {
  const operationWithRetry = (state: RetryState) =>
    decideResource(ledger, {
      observed: observedAs(ledger, 'UPDATE_UNSUCCESSFUL', { config: {} }),
      record: appliedRecord(older, { state: 'failed', retry: state }),
    }).operation;

  it('if the service rejects every update: the target is replaced', () => {
    expect(operationWithRetry(retry(3, { escalation: 'replace' }))).toBe('delete');
  });

  it('twice, or after the last attempt', () => {
    expect(operationWithRetry(retry(3, { rolledBack: true }))).toBeUndefined();
    expect(operationWithRetry(retry(7))).toBeUndefined();
    expect(operationWithRetry(retry(6))).toBe('rollback');
  });

  it('without the reason of the failure', () => {
    const { report } = decideResource(ledger, {
      observed: observedAs(ledger, 'UPDATE_UNSUCCESSFUL', { config: {} }),
      record: appliedRecord(older, { state: 'failed', retry: retry(3) }),
    });
    expect(report).toMatchObject({ state: 'in-progress', reasons: ['It broke.'] });
  });
});
