import { describe, expect, it } from 'vitest';
import type { PlannedOperation } from './decide.ts';
import type { Attempts, Memory, Operation } from './memory.ts';
import { type Answer, record } from './record.ts';
import { appliedMemory, NOW, target } from './testing/worlds.ts';

const memory = appliedMemory(target('payments/ledger'));
const wanted = 'wanted';

function planned(operation: Operation, more: Partial<PlannedOperation> = {}): PlannedOperation {
  return { address: memory.address, operation, fingerprint: wanted, configuration: wanted, ...more };
}

function refusal(code: string, message = 'No.', transient = false): Answer {
  return { kind: 'rejected', code, message, transient };
}

function attempts(count: number, more: Partial<Attempts> = {}): Attempts {
  return { fingerprint: wanted, count, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [], ...more };
}

/** What is remembered of attempts after the same answer has come so often. */
function afterAnswers(answer: Answer, times: number, call = planned('update')): Attempts | undefined {
  let known: Memory = memory;
  for (let time = 0; time < times; time += 1) known = record(known, call, answer, NOW);
  return known.attempts;
}

describe('a call that was accepted', () => {
  it('is remembered with what was sent, when, and the time that the service gave it', () => {
    const after = record(memory, planned('update'), { kind: 'accepted', updatedAt: NOW + 5 }, NOW);
    expect(after.operation).toEqual({
      operation: 'update',
      fingerprint: wanted,
      configuration: wanted,
      startedAt: NOW,
      updatedAt: NOW + 5,
    });
  });

  it('gives a created resource its id, and another client token to whatever is created after it', () => {
    const after = record(memory, planned('create'), { kind: 'accepted', id: 'new' }, NOW);
    expect(after).toMatchObject({ id: 'new', generation: 1 });
    expect(record(after, planned('create'), { kind: 'accepted' }, NOW)).toMatchObject({
      id: 'new',
      generation: 2,
    });
    expect(record(memory, planned('update'), { kind: 'accepted' }, NOW).generation).toBeUndefined();
  });

  it('keeps the baseline of a sync', () => {
    const sync = planned('sync', { baseline: NOW - 1 });
    expect(record(memory, sync, { kind: 'accepted' }, NOW).operation).toMatchObject({ baseline: NOW - 1 });
  });

  it('ends a row of deferrals, and keeps the count of failures', () => {
    const known = { ...memory, attempts: attempts(2, { deferrals: 5 }) };
    const after = record(known, planned('update'), { kind: 'accepted' }, NOW);
    expect(after.attempts).toMatchObject({ count: 2, deferrals: 0 });
    expect(after.attempts?.rolledBack).toBeUndefined();
  });

  it('forgets attempts at another configuration', () => {
    const known = { ...memory, attempts: attempts(2, { fingerprint: 'old' }) };
    expect(record(known, planned('update'), { kind: 'accepted' }, NOW).attempts).toBeUndefined();
  });

  it('marks what was taken back, which is not tried again', () => {
    const known = { ...memory, attempts: attempts(3) };
    const after = record(known, planned('rollback', { configuration: 'good' }), { kind: 'accepted' }, NOW);
    expect(after.attempts).toMatchObject({ count: 3, rolledBack: true });
    expect(after.operation).toMatchObject({ fingerprint: wanted, configuration: 'good' });
  });

  it('is what a deletion of something that is gone already comes to', () => {
    const after = record(memory, planned('delete'), refusal('ResourceNotFoundException'), NOW);
    expect(after.operation).toMatchObject({ operation: 'delete', startedAt: NOW });
  });
});

describe('a call that may pass later', () => {
  it.each([
    ['throttled', refusal('ThrottlingException', 'Rate exceeded', true)],
    ['in conflict', refusal('ConflictException')],
    ['of something not there yet', refusal('ResourceNotFoundException')],
  ])('%s: waits 1, 2, 4 … 60 s, and does not count as failed', (_name, answer) => {
    const waits = [1, 2, 3, 6, 7, 14].map((times) => (afterAnswers(answer, times)?.nextAt ?? 0) - NOW);
    expect(waits).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
    expect(afterAnswers(answer, 14)).toMatchObject({ count: 0, deferrals: 14 });
  });

  it('counts as failed after the fifteenth time, and starts a new row', () => {
    const given = afterAnswers(refusal('ThrottlingException', 'Rate exceeded', true), 15);
    expect(given).toMatchObject({ count: 1, deferrals: 0, nextAt: NOW + 15_000 });
    expect(given?.reasons).toEqual(['ThrottlingException: Rate exceeded']);
  });

  it('leaves no operation open', () => {
    const open = { operation: 'update' as const, fingerprint: wanted, startedAt: 0 };
    expect(
      record({ ...memory, operation: open }, planned('update'), refusal('X', '', true), NOW).operation,
    ).toBeUndefined();
  });
});

describe('a call that was refused', () => {
  it('waits 15 s, a minute, a quarter of an hour, an hour, six, a day', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map(
      (times) => ((afterAnswers(refusal('ValidationException'), times)?.nextAt ?? 0) - NOW) / 1000,
    );
    expect(waits).toEqual([15, 60, 900, 3600, 21_600, 86_400, 86_400]);
  });

  it('remembers the first attempt, the number, and the reason with its code', () => {
    const known = record(memory, planned('update'), refusal('ValidationException', 'Bad.'), NOW - 5000);
    expect(record(known, planned('update'), refusal('ValidationException', 'Worse.'), NOW).attempts).toEqual({
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
  const refused = refusal('ValidationException', 'Gateway execution role lacks permission bedrock:Invoke');
  const about = (ago: number, answer = refused) =>
    record({ ...memory, attempts: attempts(0, { firstAt: NOW - ago }) }, planned('create'), answer, NOW)
      .attempts;

  it('may have been made a moment ago: for two minutes the refusal does not count', () => {
    expect(record(memory, planned('create'), refused, NOW).attempts).toMatchObject({
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
    expect(about(0, refusal('ValidationException', message))).toMatchObject({ count: 0 });
    expect(about(0, refusal('AccessDeniedException', message))).toMatchObject({ count: 0 });
  });

  it('is another thing than a real error in the configuration, and than other exceptions', () => {
    expect(about(0, refusal('ValidationException', 'The schema has no operationId'))).toMatchObject({
      count: 1,
    });
    expect(about(0, refusal('ServiceQuotaExceededException', 'role lacks permission'))).toMatchObject({
      count: 1,
    });
  });
});

describe('a failed target that the service will not change in its state', () => {
  const stateRefusal = refusal('ValidationException', 'Target cannot be updated in status FAILED');
  const repair = planned('update', { repair: true });

  it('is replaced, at once', () => {
    const after = record(memory, repair, stateRefusal, NOW);
    expect(after.attempts).toMatchObject({ escalation: 'replace', count: 1, nextAt: NOW });
  });

  it('is updated where only the synchronisation was refused', () => {
    const after = record(memory, planned('sync', { repair: true }), stateRefusal, NOW);
    expect(after.attempts?.escalation).toBe('update');
  });

  it('is told from one that is busy by the third conflict in a row', () => {
    const conflict = refusal('ConflictException', 'Another operation is under way');
    expect(afterAnswers(conflict, 2, repair)).toMatchObject({ count: 0, deferrals: 2 });
    expect(afterAnswers(conflict, 2, repair)?.escalation).toBeUndefined();
    expect(afterAnswers(conflict, 3, repair)?.escalation).toBe('replace');
  });

  it.each([
    [
      'its configuration is at fault',
      repair,
      refusal('ValidationException', 'The schema has no operationId'),
    ],
    ['the refusal may pass', repair, refusal('ValidationException', 'state', true)],
    ['access was denied', repair, refusal('AccessDeniedException', 'in this state')],
    ['it has not failed', planned('update'), stateRefusal],
    ['the deletion was refused', planned('delete', { repair: true }), stateRefusal],
  ])('is not replaced where %s', (_name, call, answer) => {
    expect(record(memory, call, answer, NOW).attempts?.escalation).toBeUndefined();
  });
});

it('keeps nothing that was not given', () => {
  const { operation } = record(
    memory,
    { address: memory.address, operation: 'delete', fingerprint: '' },
    { kind: 'accepted' },
    NOW,
  );
  expect(operation).toStrictEqual({ operation: 'delete', fingerprint: '', startedAt: NOW });
});

it('takes no other refusal of a deletion for a deletion', () => {
  const after = record(memory, planned('delete'), refusal('ValidationException'), NOW);
  expect(after.operation).toBeUndefined();
  expect(after.attempts).toMatchObject({ count: 1 });
});
