import { describe, expect, it } from 'vitest';
import type { CallResult } from '../ports/controlPlane.ts';
import { applyCallResult } from './applyCallResult.ts';
import type { Operation, ResourceRecord, RetryState } from './ledgerRecord.ts';
import type { PlannedOperation } from './plan.ts';
import { appliedRecord, NOW, target } from './testing/inputs.ts';

const record = appliedRecord(target('payments/ledger'));
const desired = 'desired';

function planned(operation: Operation, more: Partial<PlannedOperation> = {}): PlannedOperation {
  return { address: record.address, operation, fingerprint: desired, configuration: desired, ...more };
}

function rejection(code: string, message = 'No.', transient = false): CallResult {
  return { kind: 'rejected', code, message, transient };
}

function retry(count: number, more: Partial<RetryState> = {}): RetryState {
  return { fingerprint: desired, count, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [], ...more };
}

/** The retry state after the same result was applied this many times. */
function retryAfterResults(
  result: CallResult,
  times: number,
  call = planned('update'),
): RetryState | undefined {
  let known: ResourceRecord = record;
  for (let time = 0; time < times; time += 1) known = applyCallResult(known, call, result, NOW);
  return known.retry;
}

describe('applyCallResult: a right that is missing', () => {
  const denied = rejection(
    'AccessDeniedException',
    'User: gateloop is not entitled to bedrock-agentcore:CreateMemory',
  );
  const DAY = 86_400_000;

  it('waits longer after each attempt, and never gives up', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 20].map((times) => {
      const { nextAt = 0 } = retryAfterResults(denied, times) ?? {};
      return nextAt - NOW;
    });
    expect(delays).toEqual([15_000, 60_000, 900_000, 3_600_000, 21_600_000, DAY, DAY, DAY]);
    expect(retryAfterResults(denied, 20)).toMatchObject({ denied: true, count: 6 });
  });

  it('is known by the words of IAM in any exception, and by those for service-linked roles', () => {
    for (const message of [
      'User: arn:aws:sts::1:user/x is not authorized to perform: iam:CreateServiceLinkedRole',
      'Failed creating service linked role. Please verify that the calling role has sufficient permissions.',
    ])
      expect(retryAfterResults(rejection('ServiceException', message), 1)).toMatchObject({ denied: true });
  });

  it('is told from a fault of the configuration, of which seven attempts are made', () => {
    const refused = rejection('ValidationException', 'The schema has no operationId.');
    expect(retryAfterResults(refused, 7)).toMatchObject({ count: 7 });
    expect(retryAfterResults(refused, 7)).not.toHaveProperty('denied');
    const known = { ...record, retry: retry(2, { denied: true }) };
    expect(applyCallResult(known, planned('update'), refused, NOW).retry).not.toHaveProperty('denied');
  });
});

describe('applyCallResult: a create without an answer', () => {
  const create = planned('create');
  const lost = rejection('TimeoutError', 'No response.', true);
  const creating: ResourceRecord = { ...record, creating: true };

  it.each(['ConflictException', 'ValidationException'])(
    'may have made the resource, although a later one is answered with %s',
    (code) => {
      const unanswered = applyCallResult(creating, create, lost, NOW);
      const edited = { ...create, fingerprint: 'edited' };
      expect(applyCallResult(unanswered, edited, rejection(code), NOW)).toMatchObject({ creating: true });
      expect(applyCallResult(creating, edited, rejection(code), NOW)).not.toHaveProperty('creating');
    },
  );

  it.each(['ThrottlingException', 'NotOwner'])(
    'applyCallResult: does not take a create that was never carried out (%s) for one without an answer',
    (code) => {
      const turnedAway = applyCallResult(creating, create, rejection(code, 'Not now.', true), NOW);
      expect(turnedAway).not.toHaveProperty('createUnanswered');
      const after = applyCallResult(turnedAway, create, rejection('ConflictException'), NOW);
      expect(after).not.toHaveProperty('creating');
    },
  );

  it('is forgotten when a later one is accepted', () => {
    const unanswered = applyCallResult(creating, create, lost, NOW);
    const after = applyCallResult(unanswered, create, { kind: 'accepted', id: 'b' }, NOW);
    expect(after).not.toHaveProperty('createUnanswered');
  });
});

describe('applyCallResult: an accepted call', () => {
  it('stores the operation with its configuration, its start and the updatedAt of the response', () => {
    const after = applyCallResult(record, planned('update'), { kind: 'accepted', updatedAt: NOW + 5 }, NOW);
    expect(after.operation).toEqual({
      operation: 'update',
      fingerprint: desired,
      configuration: desired,
      startedAt: NOW,
      updatedAt: NOW + 5,
    });
  });

  it('stores the id of a created resource and raises the generation, which changes the next client token', () => {
    const after = applyCallResult(record, planned('create'), { kind: 'accepted', id: 'new' }, NOW);
    expect(after).toMatchObject({ id: 'new', generation: 1 });
    expect(applyCallResult(after, planned('create'), { kind: 'accepted' }, NOW)).toMatchObject({
      id: 'new',
      generation: 2,
    });
    expect(applyCallResult(record, planned('update'), { kind: 'accepted' }, NOW).generation).toBeUndefined();
  });

  it('stores the baseline of a sync', () => {
    const sync = planned('sync', { baseline: NOW - 1 });
    expect(applyCallResult(record, sync, { kind: 'accepted' }, NOW).operation).toMatchObject({
      baseline: NOW - 1,
    });
  });

  it('resets the deferrals and keeps the number of failures', () => {
    const known = { ...record, retry: retry(2, { deferrals: 5 }) };
    const after = applyCallResult(known, planned('update'), { kind: 'accepted' }, NOW);
    expect(after.retry).toMatchObject({ count: 2, deferrals: 0 });
    expect(after.retry?.rolledBack).toBeUndefined();
  });

  it('drops the retry state of another configuration', () => {
    const known = { ...record, retry: retry(2, { fingerprint: 'old' }) };
    expect(applyCallResult(known, planned('update'), { kind: 'accepted' }, NOW).retry).toBeUndefined();
  });

  it('marks a rolled back configuration, so that it is not tried again', () => {
    const known = { ...record, retry: retry(3) };
    const after = applyCallResult(
      known,
      planned('rollback', { configuration: 'good' }),
      { kind: 'accepted' },
      NOW,
    );
    expect(after.retry).toMatchObject({ count: 3, rolledBack: true });
    expect(after.operation).toMatchObject({ fingerprint: desired, configuration: 'good' });
  });

  it('includes a delete that the service rejects with ResourceNotFoundException', () => {
    const after = applyCallResult(record, planned('delete'), rejection('ResourceNotFoundException'), NOW);
    expect(after.operation).toMatchObject({ operation: 'delete', startedAt: NOW });
  });
});

describe('applyCallResult: a retryable rejection', () => {
  it.each([
    ['throttled', rejection('ThrottlingException', 'Rate exceeded', true)],
    ['in conflict', rejection('ConflictException')],
    ['of a resource that does not exist yet', rejection('ResourceNotFoundException')],
  ])('defers a call that is %s by 1, 2, 4 … 60 s without counting a failure', (_name, callResult) => {
    const waits = [1, 2, 3, 6, 7, 14].map(
      (times) => (retryAfterResults(callResult, times)?.nextAt ?? 0) - NOW,
    );
    expect(waits).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
    expect(retryAfterResults(callResult, 14)).toMatchObject({ count: 0, deferrals: 14 });
  });

  it('counts a failure after fifteen deferrals, and starts counting deferrals again', () => {
    const counted = retryAfterResults(rejection('ThrottlingException', 'Rate exceeded', true), 15);
    expect(counted).toMatchObject({ count: 1, deferrals: 0, nextAt: NOW + 15_000 });
    expect(counted?.reasons).toEqual(['ThrottlingException: Rate exceeded']);
  });

  it('leaves no operation open', () => {
    const open = { operation: 'update' as const, fingerprint: desired, startedAt: 0 };
    expect(
      applyCallResult({ ...record, operation: open }, planned('update'), rejection('X', '', true), NOW)
        .operation,
    ).toBeUndefined();
  });
});

describe('applyCallResult: a rejected call', () => {
  it('delays the next attempts by 15 s, 1 min, 15 min, 1 h, 6 h and 24 h', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map(
      (times) => ((retryAfterResults(rejection('ValidationException'), times)?.nextAt ?? 0) - NOW) / 1000,
    );
    expect(waits).toEqual([15, 60, 900, 3600, 21_600, 86_400, 86_400]);
  });

  it('stores the time of the first attempt, the number of failures, and the reason with its code', () => {
    const known = applyCallResult(
      record,
      planned('update'),
      rejection('ValidationException', 'Bad.'),
      NOW - 5000,
    );
    expect(
      applyCallResult(known, planned('update'), rejection('ValidationException', 'Worse.'), NOW).retry,
    ).toEqual({
      fingerprint: desired,
      count: 2,
      firstAt: NOW - 5000,
      nextAt: NOW + 60_000,
      deferrals: 0,
      reasons: ['ValidationException: Worse.'],
    });
  });
});

describe('applyCallResult: a rejected role', () => {
  const refused = rejection('ValidationException', 'Gateway execution role lacks permission bedrock:Invoke');
  const retryAfter = (ago: number, callResult = refused) =>
    applyCallResult(
      { ...record, retry: retry(0, { firstAt: NOW - ago }) },
      planned('create'),
      callResult,
      NOW,
    ).retry;

  it('defers the call for two minutes, since IAM may still propagate a new role', () => {
    expect(applyCallResult(record, planned('create'), refused, NOW).retry).toMatchObject({
      count: 0,
      deferrals: 1,
    });
    expect(retryAfter(119_999)).toMatchObject({ count: 0, deferrals: 1 });
  });

  it('counts a failure after two minutes', () => {
    expect(retryAfter(120_000)).toMatchObject({ count: 1, deferrals: 0 });
  });

  it.each([
    'The role cannot be assumed',
    'Role arn:aws:iam::1:role/x is not authorized to perform',
    'Unable: role … is unable to assume',
    "Role validation failed for 'arn:aws:iam::123456789012:role/state-runtime'. Check its trust policy.",
    'Access denied while validating ECR URI 123456789012.dkr.ecr.us-east-1.amazonaws.com/search:1.',
    'Access denied while calling GetPolicyEngine on Policy Engine: p-1 with Gateway role: gateway',
  ])('recognizes the message of the service: %s', (message) => {
    expect(retryAfter(0, rejection('ValidationException', message))).toMatchObject({ count: 0 });
    expect(retryAfter(0, rejection('AccessDeniedException', message))).toMatchObject({ count: 0 });
  });

  it('never escalates, although the name of a role may contain a word such as state', () => {
    const message = "Role validation failed for 'arn:aws:iam::123456789012:role/state-runtime'";
    const repair = planned('update', { repair: true });
    const known = { ...record, retry: retry(0, { firstAt: NOW - 600_000 }) };
    const after = applyCallResult(known, repair, rejection('ValidationException', message), NOW);
    expect(after.retry).toMatchObject({ count: 1 });
    expect(after.retry?.escalation).toBeUndefined();
  });

  it('counts a failure for an error in the configuration, and for other exceptions', () => {
    expect(retryAfter(0, rejection('ValidationException', 'The schema has no operationId'))).toMatchObject({
      count: 1,
    });
    expect(retryAfter(0, rejection('ServiceQuotaExceededException', 'role lacks permission'))).toMatchObject({
      count: 1,
    });
  });
});

describe('applyCallResult: a call that the service rejects for a state that ends', () => {
  const gatewayIs = (status: string) =>
    `Cannot perform operation UpdateGatewayTarget when gateway is in ${status} status`;

  it.each([
    ['its gateway is being created', gatewayIs('CREATING')],
    ['its gateway failed', gatewayIs('FAILED')],
    ['its gateway has a status that this version does not know', gatewayIs('RESTORING')],
    [
      'it awaits consent',
      "UpdateGatewayTarget can't be performed on target when it is in Create_Pending_Auth state",
    ],
    ['it is being synchronized', 'Target cannot be updated in status SYNCHRONIZING'],
  ])('defers a repair without a failure or an escalation where %s', (_name, message) => {
    const repair = planned('update', { repair: true });
    const retryState = retryAfterResults(rejection('ValidationException', message), 5, repair);
    expect(retryState).toMatchObject({
      count: 0,
      deferrals: 5,
      reasons: [`ValidationException: ${message}`],
    });
    expect(retryState?.escalation).toBeUndefined();
  });

  it.each([
    [
      'DeleteGateway',
      'Gateway front-x has targets associated with it. Delete all targets before deleting the gateway.',
    ],
    ['UpdateGateway', 'Cannot perform operation UpdateGateway when gateway is in UPDATING status'],
  ])('defers %s of the gateway itself', (operation, message) => {
    const call = planned(operation === 'DeleteGateway' ? 'delete' : 'update', { address: 'gateway/front' });
    expect(retryAfterResults(rejection('ValidationException', message), 14, call)).toMatchObject({
      count: 0,
      deferrals: 14,
    });
    expect(retryAfterResults(rejection('ValidationException', message), 15, call)).toMatchObject({
      count: 1,
    });
  });

  it('escalates the repair of a gateway in a status that does not end', () => {
    const message = 'Cannot perform operation UpdateGateway when gateway is in FAILED status';
    const repair = planned('update', { address: 'gateway/front', repair: true });
    expect(retryAfterResults(rejection('ValidationException', message), 1, repair)?.escalation).toBe(
      'replace',
    );
  });
});

describe('applyCallResult: a rejected repair', () => {
  const stateRefusal = rejection('ValidationException', 'Target cannot be updated in status FAILED');
  const repair = planned('update', { repair: true });

  it('escalates to a replacement immediately when the service rejects an update', () => {
    const after = applyCallResult(record, repair, stateRefusal, NOW);
    expect(after.retry).toMatchObject({ escalation: 'replace', count: 1, nextAt: NOW });
  });

  it('applyCallResult: replaces no target whose link a person may be using at the login', () => {
    const awaiting = (age: number) => ({ ...record, link: { session: 's', issuedAt: NOW - age } });
    const waiting = applyCallResult(awaiting(539_999), repair, stateRefusal, NOW).retry;
    expect(waiting).toMatchObject({ count: 0, deferrals: 1, nextAt: NOW + 30_000 });
    expect(waiting).not.toHaveProperty('escalation');
    expect(applyCallResult(awaiting(540_000), repair, stateRefusal, NOW).retry?.escalation).toBe('replace');
  });

  it('escalates to an update when the service rejects a sync', () => {
    const after = applyCallResult(record, planned('sync', { repair: true }), stateRefusal, NOW);
    expect(after.retry?.escalation).toBe('update');
  });

  it('escalates at the third conflict in a row, since the first two may come from a busy target', () => {
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
    ['the rejection is transient', repair, rejection('ValidationException', 'state', true)],
    ['access was denied', repair, rejection('AccessDeniedException', 'in this state')],
    ['the target has not failed', planned('update'), stateRefusal],
    ['the service rejected a delete', planned('delete', { repair: true }), stateRefusal],
  ])('does not escalate where %s', (_name, call, callResult) => {
    expect(applyCallResult(record, call, callResult, NOW).retry?.escalation).toBeUndefined();
  });
});

it('applyCallResult: stores no member that the call and its response do not have', () => {
  const { operation } = applyCallResult(
    record,
    { address: record.address, operation: 'delete', fingerprint: '' },
    { kind: 'accepted' },
    NOW,
  );
  expect(operation).toStrictEqual({ operation: 'delete', fingerprint: '', startedAt: NOW });
});

it('applyCallResult: takes no other rejection of a delete for an accepted delete', () => {
  const after = applyCallResult(record, planned('delete'), rejection('ValidationException'), NOW);
  expect(after.operation).toBeUndefined();
  expect(after.retry).toMatchObject({ count: 1 });
});
