import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { ResourceCommand, ResourceRecord, RetryState } from './ledgerRecord.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  consentTarget,
  failedAttempts,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger', 2);
const tools = serverTarget('payments/tools');
const issues = consentTarget('payments/issues');

describe('decide: after another deployment of Gateloop', () => {
  const outdated = target('payments/ledger', 3);
  const input = (retry: Partial<RetryState>, isNewDeployment: boolean) => ({
    ...reconcileInput({
      resources: [gateway(), outdated],
      observed: [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')],
      recorded: [
        appliedRecord(gateway()),
        appliedRecord(ledger, {
          retry: {
            fingerprint: fingerprintFor(outdated),
            count: 6,
            firstAt: NOW,
            nextAt: NOW + 86_400_000,
            deferrals: 0,
            reasons: ['AccessDeniedException: No.'],
            ...retry,
          },
        }),
      ],
    }),
    isNewDeployment,
  });

  it('decide: tries a call at once that was denied under the deployment before', () => {
    expect(decide(input({ denied: true }, true), catalog).operations).toMatchObject([
      { address: ledger.address, operation: 'update' },
    ]);
  });

  it('decide: waits for the backoff of a denied call while the deployment is the same', () => {
    expect(decide(input({ denied: true }, false), catalog).operations).toEqual([]);
  });

  it('decide: waits for the backoff of a call that failed for another reason', () => {
    expect(decide(input({}, true), catalog).operations).toEqual([]);
  });
});

/** The result for a READY target beside its gateway and provider, after a command. */
function decideAfter(
  resource: typeof ledger,
  record: Partial<ResourceRecord>,
  action?: ResourceCommand['action'],
  status: 'READY' | 'UPDATE_UNSUCCESSFUL' = 'READY',
) {
  const others = [gateway(), provider()];
  const address = resource.address;
  const input = {
    ...reconcileInput({
      resources: [...others, resource],
      observed: [
        ...others.map((each) => observedAs(each, 'READY')),
        observedAs(resource, status, { lastSynchronizedAt: NOW - 60_000 }),
      ],
      recorded: [...others.map((each) => appliedRecord(each)), appliedRecord(resource, record)],
    }),
    ...(action && { commands: [{ action, address, givenAt: NOW }] }),
  };
  const result = decide(input, catalog);
  return {
    result,
    operations: [...result.operations, ...result.syncs].map((each) => each.operation),
    record: result.upserts.find((each) => each.address === address),
    report: result.resources.find((each) => each.address === address),
  };
}

describe('the command retry', () => {
  const quarantined: Partial<ResourceRecord> = {
    applied: { fingerprint: 'old', updatedAt: NOW - 3_600_000 },
    lastGood: 'old',
    retry: failedAttempts(fingerprintFor(ledger), 3, { rolledBack: true }),
    state: 'failed',
  };

  it('ends the quarantine after a rollback, which a look without it leaves', () => {
    const looked = decideAfter(ledger, quarantined);
    expect([looked.operations, looked.report?.state]).toEqual([[], 'failed']);
    expect(looked.report?.reasons.join()).toContain('run: npx gateloop retry gatewayTarget/payments/ledger');
    const retried = decideAfter(ledger, quarantined, 'retry');
    expect(retried.operations).toEqual(['update']);
    expect(retried.record?.retry).toBeUndefined();
  });

  it.each([
    ['seven failed attempts', { count: 7 }],
    ['an attempt whose backoff lasts for a day', { count: 6, nextAt: NOW + 86_400_000 }],
    ['an escalation', { count: 7, escalation: 'replace' as const }],
  ])('starts again with an update after %s', (_title, { count, ...more }) => {
    const record = { ...quarantined, retry: failedAttempts(fingerprintFor(ledger), count, more) };
    expect(decideAfter(ledger, record, undefined, 'UPDATE_UNSUCCESSFUL').operations).toEqual([]);
    expect(decideAfter(ledger, record, 'retry', 'UPDATE_UNSUCCESSFUL').operations).toEqual(['update']);
  });

  it('does nothing to a resource that is ready', () => {
    expect(decideAfter(ledger, {}, 'retry').result).toMatchObject({
      operations: [],
      upserts: [],
      next: 'settled',
    });
  });

  it('leaves a resource alone that the workspace does not have', () => {
    const { result } = decideAfter(ledger, {});
    expect(result.upserts).toEqual([]);
    const input = reconcileInput({ resources: [] });
    const commands = [{ action: 'retry' as const, address: ledger.address, givenAt: NOW }];
    expect(decide({ ...input, commands }, catalog)).toMatchObject({
      upserts: [],
      deletes: [],
      next: 'settled',
    });
  });

  it('asks a person again who refused', () => {
    const request = {
      id: 'r',
      kind: 'authorization' as const,
      askedAt: NOW - 9_000_000,
      closed: 'refused' as const,
      reason: 'sync' as const,
      fingerprint: fingerprintFor(issues),
    };
    const record = { request, state: 'failed' as const };
    expect(decideAfter(issues, record, 'retry').record?.request).toBeUndefined();
  });
});

describe('the command sync', () => {
  it('synchronizes a target without a schedule now, once', () => {
    expect(decideAfter(tools, {}).operations).toEqual([]);
    const { operations, record } = decideAfter(tools, {}, 'sync');
    expect(operations).toEqual(['sync']);
    expect(record?.syncWantedAt).toBe(NOW);
    const done = { syncWantedAt: NOW - 3_600_000 };
    expect(decideAfter(tools, done).operations).toEqual([]);
    expect(decideAfter(tools, done).record?.syncWantedAt).toBeUndefined();
  });

  it('asks the person first where the synchronization needs a consent', () => {
    const { operations, result, report } = decideAfter(issues, {}, 'sync');
    expect(operations).toEqual([]);
    expect(result.requests).toMatchObject([{ address: issues.address, reason: 'sync' }]);
    expect(report?.state).toBe('ready');
  });

  it('has no effect on a target with a static schema', () => {
    expect(decideAfter(ledger, {}, 'sync').result).toMatchObject({ operations: [], syncs: [], upserts: [] });
  });
});
