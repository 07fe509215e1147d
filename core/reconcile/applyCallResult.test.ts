import { describe, expect, it } from 'vitest';
import type { CallResult } from '../ports/controlPlane.ts';
import { applyCallResult } from './applyCallResult.ts';
import type { Operation, ResourceRecord, RetryState } from './ledgerRecord.ts';
import type { PlannedOperation } from './plan.ts';
import { appliedRecord, NOW, target } from './testing/inputs.ts';

const memory = appliedRecord(target('payments/ledger'));
const wanted = 'wanted';

function planned(operation: Operation, more: Partial<PlannedOperation> = {}): PlannedOperation {
  return { address: memory.address, operation, fingerprint: wanted, configuration: wanted, ...more };
}

function rejection(code: string, message = 'No.', transient = false): CallResult {
  return { kind: 'rejected', code, message, transient };
}

function retry(count: number, more: Partial<RetryState> = {}): RetryState {
  return { fingerprint: wanted, count, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [], ...more };
}

/** What is remembered of attempts after the same answer has come so often. */
function retryAfterResults(
  result: CallResult,
  times: number,
  call = planned('update'),
): RetryState | undefined {
  let known: ResourceRecord = memory;
  for (let time = 0; time < times; time += 1) known = applyCallResult(known, call, result, NOW);
  return known.retry;
}

describe('a call that was accepted', () => {
  it('is remembered with what was sent, when, and the time that the service gave it', () => {
    const after = applyCallResult(memory, planned('update'), { kind: 'accepted', updatedAt: NOW + 5 }, NOW);
    expect(after.operation).toEqual({
      operation: 'update',
      fingerprint: wanted,
      configuration: wanted,
      startedAt: NOW,
      updatedAt: NOW + 5,
    });
  });

  it('gives a created resource its id, and another client token to whatever is created after it', () => {
    const after = applyCallResult(memory, planned('create'), { kind: 'accepted', id: 'new' }, NOW);
    expect(after).toMatchObject({ id: 'new', generation: 1 });
    expect(applyCallResult(after, planned('create'), { kind: 'accepted' }, NOW)).toMatchObject({
      id: 'new',
      generation: 2,
    });
    expect(applyCallResult(memory, planned('update'), { kind: 'accepted' }, NOW).generation).toBeUndefined();
  });

  it('keeps the baseline of a sync', () => {
    const sync = planned('sync', { baseline: NOW - 1 });
    expect(applyCallResult(memory, sync, { kind: 'accepted' }, NOW).operation).toMatchObject({
      baseline: NOW - 1,
    });
  });

  it('ends a row of deferrals, and keeps the count of failures', () => {
    const known = { ...memory, retry: retry(2, { deferrals: 5 }) };
    const after = applyCallResult(known, planned('update'), { kind: 'accepted' }, NOW);
    expect(after.retry).toMatchObject({ count: 2, deferrals: 0 });
    expect(after.retry?.rolledBack).toBeUndefined();
  });

  it('forgets attempts at another configuration', () => {
    const known = { ...memory, retry: retry(2, { fingerprint: 'old' }) };
    expect(applyCallResult(known, planned('update'), { kind: 'accepted' }, NOW).retry).toBeUndefined();
  });

  it('marks what was taken back, which is not tried again', () => {
    const known = { ...memory, retry: retry(3) };
    const after = applyCallResult(
      known,
      planned('rollback', { configuration: 'good' }),
      { kind: 'accepted' },
      NOW,
    );
    expect(after.retry).toMatchObject({ count: 3, rolledBack: true });
    expect(after.operation).toMatchObject({ fingerprint: wanted, configuration: 'good' });
  });

  it('is what a deletion of something that is gone already comes to', () => {
    const after = applyCallResult(memory, planned('delete'), rejection('ResourceNotFoundException'), NOW);
    expect(after.operation).toMatchObject({ operation: 'delete', startedAt: NOW });
  });
});

describe('a call that may pass later', () => {
  it.each([
    ['throttled', rejection('ThrottlingException', 'Rate exceeded', true)],
    ['in conflict', rejection('ConflictException')],
    ['of something not there yet', rejection('ResourceNotFoundException')],
  ])('%s: waits 1, 2, 4 … 60 s, and does not count as failed', (_name, answer) => {
    const waits = [1, 2, 3, 6, 7, 14].map((times) => (retryAfterResults(answer, times)?.nextAt ?? 0) - NOW);
    expect(waits).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
    expect(retryAfterResults(answer, 14)).toMatchObject({ count: 0, deferrals: 14 });
  });

  it('counts as failed after the fifteenth time, and starts a new row', () => {
    const given = retryAfterResults(rejection('ThrottlingException', 'Rate exceeded', true), 15);
    expect(given).toMatchObject({ count: 1, deferrals: 0, nextAt: NOW + 15_000 });
    expect(given?.reasons).toEqual(['ThrottlingException: Rate exceeded']);
  });

  it('leaves no operation open', () => {
    const open = { operation: 'update' as const, fingerprint: wanted, startedAt: 0 };
    expect(
      applyCallResult({ ...memory, operation: open }, planned('update'), rejection('X', '', true), NOW)
        .operation,
    ).toBeUndefined();
  });
});

describe('a call that was refused', () => {
  it('waits 15 s, a minute, a quarter of an hour, an hour, six, a day', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map(
      (times) => ((retryAfterResults(rejection('ValidationException'), times)?.nextAt ?? 0) - NOW) / 1000,
    );
    expect(waits).toEqual([15, 60, 900, 3600, 21_600, 86_400, 86_400]);
  });

  it('remembers the first attempt, the number, and the reason with its code', () => {
    const known = applyCallResult(
      memory,
      planned('update'),
      rejection('ValidationException', 'Bad.'),
      NOW - 5000,
    );
    expect(
      applyCallResult(known, planned('update'), rejection('ValidationException', 'Worse.'), NOW).retry,
    ).toEqual({
      fingerprint: wanted,
      count: 2,
      firstAt: NOW - 5000,
      nextAt: NOW + 60_000,
      deferrals: 0,
      reasons: ['ValidationException: Worse.'],
    });
  });
});

describe('a role whose permissions the service cannot see', () => {
  const refused = rejection('ValidationException', 'Gateway execution role lacks permission bedrock:Invoke');
  const about = (ago: number, answer = refused) =>
    applyCallResult({ ...memory, retry: retry(0, { firstAt: NOW - ago }) }, planned('create'), answer, NOW)
      .retry;

  it('may have been made a moment ago: for two minutes the refusal does not count', () => {
    expect(applyCallResult(memory, planned('create'), refused, NOW).retry).toMatchObject({
      count: 0,
      deferrals: 1,
    });
    expect(about(119_999)).toMatchObject({ count: 0, deferrals: 1 });
  });

  it('really lacks them after that', () => {
    expect(about(120_000)).toMatchObject({ count: 1, deferrals: 0 });
  });

  it.each([
    'The role cannot be assumed',
    'Role arn:aws:iam::1:role/x is not authorized to perform',
    'Unable: role … is unable to assume',
  ])('is known by the words of the service: %s', (message) => {
    expect(about(0, rejection('ValidationException', message))).toMatchObject({ count: 0 });
    expect(about(0, rejection('AccessDeniedException', message))).toMatchObject({ count: 0 });
  });

  it('is another thing than a real error in the configuration, and than other exceptions', () => {
    expect(about(0, rejection('ValidationException', 'The schema has no operationId'))).toMatchObject({
      count: 1,
    });
    expect(about(0, rejection('ServiceQuotaExceededException', 'role lacks permission'))).toMatchObject({
      count: 1,
    });
  });
});

describe('a failed target that the service will not change in its state', () => {
  const stateRefusal = rejection('ValidationException', 'Target cannot be updated in status FAILED');
  const repair = planned('update', { repair: true });

  it('is replaced, at once', () => {
    const after = applyCallResult(memory, repair, stateRefusal, NOW);
    expect(after.retry).toMatchObject({ escalation: 'replace', count: 1, nextAt: NOW });
  });

  it('is updated where only the synchronisation was refused', () => {
    const after = applyCallResult(memory, planned('sync', { repair: true }), stateRefusal, NOW);
    expect(after.retry?.escalation).toBe('update');
  });

  it('is told from one that is busy by the third conflict in a row', () => {
    const conflict = rejection('ConflictException', 'Another operation is under way');
    expect(retryAfterResults(conflict, 2, repair)).toMatchObject({ count: 0, deferrals: 2 });
    expect(retryAfterResults(conflict, 2, repair)?.escalation).toBeUndefined();
    expect(retryAfterResults(conflict, 3, repair)?.escalation).toBe('replace');
  });

  it.each([
    [
      'its configuration is at fault',
      repair,
      rejection('ValidationException', 'The schema has no operationId'),
    ],
    ['the refusal may pass', repair, rejection('ValidationException', 'state', true)],
    ['access was denied', repair, rejection('AccessDeniedException', 'in this state')],
    ['it has not failed', planned('update'), stateRefusal],
    ['the deletion was refused', planned('delete', { repair: true }), stateRefusal],
  ])('is not replaced where %s', (_name, call, answer) => {
    expect(applyCallResult(memory, call, answer, NOW).retry?.escalation).toBeUndefined();
  });
});

it('keeps nothing that was not given', () => {
  const { operation } = applyCallResult(
    memory,
    { address: memory.address, operation: 'delete', fingerprint: '' },
    { kind: 'accepted' },
    NOW,
  );
  expect(operation).toStrictEqual({ operation: 'delete', fingerprint: '', startedAt: NOW });
});

it('takes no other refusal of a deletion for a deletion', () => {
  const after = applyCallResult(memory, planned('delete'), rejection('ValidationException'), NOW);
  expect(after.operation).toBeUndefined();
  expect(after.retry).toMatchObject({ count: 1 });
});
