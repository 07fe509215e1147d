import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');
const desired = fingerprintFor(ledger);
const creating = { operation: 'create' as const, fingerprint: desired, configuration: desired };
const updating = { operation: 'update' as const, fingerprint: desired, configuration: desired };
const { applied: _applied, lastGood: _lastGood, ...unapplied } = appliedRecord(ledger);
const { outputs: _outputs, id: _id, ...unseen } = unapplied;

describe('settle: an open operation', () => {
  it('is read back when the target is READY, and is ready when the service has what was sent', () => {
    const listed = observedAs(ledger, 'READY', { updatedAt: NOW - 100 });
    const before = {
      ...unapplied,
      state: 'in-progress',
      operation: { ...creating, startedAt: NOW - 8000 },
    } as const;
    const first = decideResource(ledger, { observed: listed, record: before });
    expect(first.report?.state).toBe('in-progress');
    expect(first.result.reads).toEqual([ledger.address]);
    const read = { ...listed, config: resolvedConfig(ledger) };
    const { record, report, result } = decideResource(ledger, { observed: read, record: before });
    expect(report?.state).toBe('ready');
    expect(result.reads).toEqual([]);
    expect(record).toMatchObject({
      applied: { fingerprint: desired, updatedAt: NOW - 100 },
      lastGood: desired,
    });
    expect(record?.operation).toBeUndefined();
  });

  it('that succeeds keeps the number of failures before it, and ends their escalation', () => {
    const attempts = {
      fingerprint: desired,
      count: 2,
      firstAt: NOW - 60_000,
      nextAt: NOW - 9000,
      deferrals: 3,
      escalation: 'replace' as const,
      reasons: ['It broke.'],
    };
    const retryAfter = (count: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'READY'),
        record: {
          ...unapplied,
          state: 'in-progress',
          operation: { ...creating, startedAt: NOW - 8000 },
          retry: { ...attempts, count },
        },
      }).record?.retry;
    const { escalation: _, ...kept } = attempts;
    expect(retryAfter(2)).toEqual({ ...kept, deferrals: 0 });
    expect(retryAfter(0)).toBeUndefined();
  });

  it('is in progress while a list is older than the response to its call', () => {
    const operation = { ...updating, startedAt: NOW - 2000, updatedAt: NOW - 2000 };
    const { report, operation: planned } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 60_000 }),
      record: appliedRecord(ledger, { state: 'in-progress', operation }),
    });
    expect(planned).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('has ended when a list shows the updatedAt of the response to its call', () => {
    const operation = { ...updating, startedAt: NOW - 2000, updatedAt: NOW - 2000 };
    const { report, record } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 2000, config: resolvedConfig(ledger) }),
      record: appliedRecord(ledger, {
        state: 'in-progress',
        operation,
        drift: { updatedAt: NOW - 60_000, differences: [], cause: 'foreign' },
      }),
    });
    expect(report?.state).toBe('ready');
    expect(record?.operation).toBeUndefined();
    // The update also replaced the change outside Gateloop.
    expect(record?.drift).toBeUndefined();
  });

  it('has ended when lists show an old updatedAt for more than 30 s', () => {
    const operation = { ...updating, startedAt: NOW - 30_000, updatedAt: NOW - 30_000 };
    const { report } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 60_000, config: resolvedConfig(ledger) }),
      record: appliedRecord(ledger, { state: 'in-progress', operation }),
    });
    expect(report?.state).toBe('ready');
  });

  it('fails with the reasons of the service, and is retried after 15 s', () => {
    const { record, report, result } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED', { reasons: ['No such bucket'] }),
      record: { ...unapplied, state: 'in-progress', operation: { ...creating, startedAt: NOW - 8000 } },
    });
    expect(report).toMatchObject({ state: 'failed', reasons: ['No such bucket'] });
    expect(record?.retry).toMatchObject({ fingerprint: desired, count: 1, nextAt: NOW + 15_000 });
    expect(result).toMatchObject({ next: 'wait', requeueAfterSeconds: 15 });
  });

  it('is repeated without a failed attempt for two minutes if IAM may still propagate its role', () => {
    const reasons = ["Role validation failed for 'arn:aws:iam::123456789012:role/new'."];
    const failedWith = (firstAt: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'FAILED', { reasons, config: {} }),
        record: {
          ...unapplied,
          state: 'in-progress',
          operation: { ...creating, startedAt: NOW - 8000 },
          retry: { fingerprint: desired, count: 0, firstAt, nextAt: 0, deferrals: 0, reasons: [] },
        },
      });
    const young = failedWith(NOW - 119_999);
    expect(young.record?.retry).toMatchObject({ count: 0, deferrals: 1, nextAt: NOW + 15_000, reasons });
    expect(young.report?.state).toBe('in-progress');
    expect(failedWith(NOW - 120_000).record?.retry).toMatchObject({ count: 1, nextAt: NOW + 15_000 });
  });

  it('is tried without an end if it failed for a right that is missing', () => {
    const { record } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED', {
        config: {},
        reasons: ['User: x is not authorized to perform: y'],
      }),
      record: {
        ...unapplied,
        state: 'in-progress',
        operation: { ...creating, startedAt: NOW - 8000 },
        retry: { fingerprint: desired, count: 6, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] },
      },
    });
    expect(record?.retry).toMatchObject({ count: 6, denied: true, nextAt: NOW + 86_400_000 });
  });

  it('needs a Get for the reasons of its failure', () => {
    const { result } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED'),
      record: { ...unapplied, state: 'in-progress', operation: { ...creating, startedAt: NOW - 8000 } },
    });
    expect(result.reads).toEqual(['gatewayTarget/payments/ledger']);
  });
});

describe('settle: a create', () => {
  it('is in progress while lists may not show the target yet', () => {
    const { report, operation } = decideResource(ledger, {
      record: { ...unseen, state: 'in-progress', operation: { ...creating, startedAt: NOW - 29_999 } },
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('has failed when the target is not listed after 30 s', () => {
    const { report, record } = decideResource(ledger, {
      record: { ...unseen, state: 'in-progress', operation: { ...creating, startedAt: NOW - 30_000 } },
    });
    expect(report?.state).toBe('failed');
    expect(record?.retry?.count).toBe(1);
    expect(record?.operation).toBeUndefined();
  });
});

describe('settle: a delete', () => {
  const deleting = { operation: 'delete' as const, fingerprint: '', startedAt: NOW - 29_999 };

  it('has ended when the target is not listed, and its record is deleted', () => {
    const { result } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      record: { ...unapplied, operation: deleting },
    });
    expect(result.deletes).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('is in progress while lists may still show the target', () => {
    const { operation, report } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      observed: observedAs(ledger, 'READY'),
      record: { ...unapplied, operation: deleting },
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('has failed when the target is READY after 30 s', () => {
    const { report, record } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      observed: observedAs(ledger, 'READY'),
      record: { ...unapplied, operation: { ...deleting, startedAt: NOW - 30_000 } },
    });
    expect(report?.state).toBe('failed');
    expect(record?.retry).toMatchObject({ fingerprint: '', count: 1 });
  });

  it('that failed during a replacement counts as a failed attempt at the desired configuration', () => {
    const attempts = {
      fingerprint: desired,
      count: 2,
      firstAt: NOW - 60_000,
      nextAt: NOW - 1000,
      deferrals: 0,
      escalation: 'replace' as const,
      reasons: [],
    };
    const { record } = decideResource(ledger, {
      observed: observedAs(ledger, 'DELETE_FAILED', { config: {} }),
      record: { ...unapplied, retry: attempts, operation: { ...deleting, fingerprint: desired } },
    });
    expect(record?.retry).toMatchObject({ fingerprint: desired, count: 3, escalation: 'replace' });
  });
});

describe('settle: a sync', () => {
  const tools = serverTarget('payments/tools');
  const fingerprint = fingerprintFor(tools);
  const operation = {
    operation: 'sync' as const,
    fingerprint,
    startedAt: NOW - 5000,
    baseline: NOW - 90_000,
  };

  it('has ended when the target is READY with a newer lastSynchronizedAt', () => {
    const { report, record } = decideResource(tools, {
      observed: observedAs(tools, 'READY', {
        lastSynchronizedAt: NOW - 1000,
        updatedAt: NOW - 1000,
        config: resolvedConfig(tools),
      }),
      record: appliedRecord(tools, { operation }),
    });
    expect(report?.state).toBe('ready');
    expect(record?.applied).toEqual({ fingerprint, updatedAt: NOW - 1000 });
  });

  it('does not hide a change that another client made meanwhile', () => {
    const { report } = decideResource(tools, {
      observed: observedAs(tools, 'READY', {
        lastSynchronizedAt: NOW - 1000,
        updatedAt: NOW - 500,
        config: { ...resolvedConfig(tools), description: 'of another client' },
      }),
      record: appliedRecord(tools, { operation }),
    });
    expect(report).toMatchObject({
      state: 'drifted',
      reasons: [expect.stringContaining('description (added)')],
    });
  });

  it('is in progress while the target is READY with the old lastSynchronizedAt', () => {
    const { report } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 90_000 }),
      record: appliedRecord(tools, { operation }),
    });
    expect(report?.state).toBe('in-progress');
  });

  it('has ended when a target that was never synchronized has a lastSynchronizedAt', () => {
    const { baseline: _, ...first } = operation;
    const { report } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 1000 }),
      record: appliedRecord(tools, { operation: first }),
    });
    expect(report?.state).toBe('ready');
  });

  it('has failed, with a reason, when lastSynchronizedAt is not newer after a minute', () => {
    const { record } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 90_000 }),
      record: appliedRecord(tools, { operation: { ...operation, startedAt: NOW - 60_000 } }),
    });
    expect(record?.operation).toBeUndefined();
    expect(record?.retry?.reasons.join()).toContain('lastSynchronizedAt is not newer');
  });
});

describe('settle: a target that fails by itself', () => {
  it('counts a failed attempt, so that the number of repairs is bounded', () => {
    const { record, report } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED', { reasons: ['Endpoint gone'] }),
      record: appliedRecord(ledger),
    });
    expect(record?.retry).toMatchObject({ fingerprint: desired, count: 1 });
    expect(report).toMatchObject({ state: 'failed', reasons: ['Endpoint gone'] });
  });

  it('keeps the number of its failures for ten minutes after it recovered', () => {
    const attempts = { fingerprint: desired, count: 2, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] };
    const failuresSince = (since: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'READY'),
        record: appliedRecord(ledger, { retry: attempts, since }),
      }).record?.retry?.count;
    expect(failuresSince(NOW - 599_999)).toBe(2);
    expect(failuresSince(NOW - 600_000)).toBeUndefined();
  });

  it('keeps the number of its failures when it recovers after hours', () => {
    const attempts = { fingerprint: desired, count: 2, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] };
    const { record } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY'),
      record: appliedRecord(ledger, { retry: attempts, state: 'failed', since: NOW - 9_000_000 }),
    });
    expect(record?.retry?.count).toBe(2);
  });
});

describe('planResource: an operation that takes long', () => {
  const decideAfterMinutes = (minutes: number) =>
    decideResource(ledger, {
      observed: observedAs(ledger, 'CREATING'),
      record: { ...unapplied, operation: { ...creating, startedAt: NOW - minutes * 60_000 } },
    });

  it('is waited for without a reason for ten minutes', () => {
    expect(decideAfterMinutes(9.9).report?.reasons).toEqual([]);
  });

  it('is reported after ten minutes, and polled at most every 30 s', () => {
    const { report, result } = decideAfterMinutes(10);
    expect(report).toMatchObject({
      state: 'in-progress',
      reasons: ['It is still CREATING after 10 minutes.'],
    });
    expect(result.next).toBe('wait');
    expect(result.requeueAfterSeconds).toBeLessThanOrEqual(30);
  });

  it('is left to the next reconciliation after two hours', () => {
    const { report, result } = decideAfterMinutes(120);
    expect(result.next).toBe('settled');
    expect(report?.state).toBe('in-progress');
    expect(report?.reasons.join()).toContain('after 2 hours');
  });

  it('counts from when it was first observed if the ledger has no operation', () => {
    const seen = (minutes: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'CREATING'),
        record: { ...unapplied, state: 'in-progress', since: NOW - minutes * 60_000 },
      }).result.next;
    expect(seen(119)).toBe('wait');
    expect(seen(120)).toBe('settled');
    const wasReady = appliedRecord(ledger, { since: NOW - 9_000_000 });
    const { result } = decideResource(ledger, { observed: observedAs(ledger, 'UPDATING'), record: wasReady });
    expect(result.next).toBe('wait');
  });
});

describe('settle: given consent', () => {
  const repository = consentTarget('payments/repository');
  const fingerprint = fingerprintFor(repository);
  const request = {
    id: '1',
    kind: 'authorization' as const,
    askedAt: 0,
    notifiedAt: 0,
    answeredAt: NOW - 119_999,
  };
  const operation = {
    operation: 'create' as const,
    fingerprint,
    startedAt: 0,
    awaitedConsent: true as const,
  };
  const decideAfterConsent = (status: 'CREATE_PENDING_AUTH' | 'FAILED', answeredAt: number) =>
    decideResource(repository, {
      others: [provider()],
      observed: observedAs(repository, status),
      record: appliedRecord(repository, {
        state: 'awaiting-authorization',
        operation,
        request: { ...request, answeredAt },
      }),
    });

  it('is waited for until the status shows it', () => {
    const { report, result } = decideAfterConsent('CREATE_PENDING_AUTH', NOW - 119_999);
    expect(report?.state).toBe('in-progress');
    expect(result).toMatchObject({ next: 'wait', requests: [] });
  });

  it('is requested again when the status does not show it after two minutes', () => {
    expect(decideAfterConsent('CREATE_PENDING_AUTH', NOW - 120_000).result.requests).toHaveLength(1);
  });

  it('makes a later failure count as a failed attempt, which is retried', () => {
    const { record, report } = decideAfterConsent('FAILED', NOW - 5000);
    expect(record).toMatchObject({ retry: { count: 1, fingerprint } });
    expect(record?.request).toBeUndefined();
    expect(report?.state).toBe('failed');
  });
});

describe('settle: the reason of an operation without effect', () => {
  const settings = { prune: true };
  const openOperation = (operation: 'create' | 'delete', fingerprint: string) => ({
    operation,
    fingerprint,
    startedAt: NOW - 30_000,
  });

  it('says that the service accepted the creation, but does not list the resource', () => {
    const { report, record } = decideResource(ledger, {
      record: { ...unseen, operation: openOperation('create', desired) },
    });
    expect(report?.reasons).toEqual(['The service accepted its creation, but does not have it any more.']);
    expect(record?.id).toBeUndefined();
  });

  it('says that the service accepted the deletion, but the resource is still READY', () => {
    const record = { ...unapplied, operation: openOperation('delete', '') };
    const { report } = decideResource(ledger, {
      inManifest: false,
      settings,
      record,
      observed: observedAs(ledger, 'READY'),
    });
    expect(report?.reasons).toEqual(['The service accepted its deletion, but it is still READY.']);
  });
});

it('settle: creates a target again that was deleted outside Gateloop during an update', () => {
  const operation = { ...updating, startedAt: NOW - 1000 };
  const older = appliedRecord(target('payments/ledger', 0), { operation });
  expect(decideResource(ledger, { record: older }).operation).toBe('create');
});

it('settle: counts a create whose answer was lost once the target exists', () => {
  const record = { ...unseen, creating: true as const };
  const seen = decideResource(ledger, { observed: observedAs(ledger, 'CREATING'), record }).record;
  expect(seen).toMatchObject({ generation: 1 });
  expect(seen).not.toHaveProperty('creating');
  const answered = { ...unseen, generation: 1, operation: { ...creating, startedAt: NOW - 1000 }, ...record };
  const observed = observedAs(ledger, 'CREATING');
  expect(decideResource(ledger, { observed, record: answered }).record).toMatchObject({ generation: 1 });
});

it('settle: waits for a sync of a target without lastSynchronizedAt', () => {
  const tools = serverTarget('payments/tools');
  const operation = { operation: 'sync' as const, fingerprint: fingerprintFor(tools), startedAt: NOW - 5000 };
  const context = { observed: observedAs(tools, 'READY'), record: appliedRecord(tools, { operation }) };
  expect(decideResource(tools, context).report?.state).toBe('in-progress');
});

describe('settle: the link of the service', () => {
  const repository = consentTarget('payments/repository');
  const linkAfter = (record: Partial<ResourceRecord>, linkSession?: string) =>
    decideResource(repository, {
      others: [provider()],
      observed: observedAs(repository, 'CREATE_PENDING_AUTH', {
        updatedAt: NOW - 7000,
        ...(linkSession !== undefined && { linkSession }),
      }),
      record: { ...unapplied, address: repository.address, state: 'awaiting-authorization', ...record },
    }).record?.link;
  const operation = { operation: 'create' as const, fingerprint: 'f', startedAt: NOW - 5000 };

  it('counts as issued when the operation started', () => {
    expect(linkAfter({ operation }, 's')).toEqual({ session: 's', issuedAt: NOW - 5000 });
  });

  it('counts as issued at the last change of a target whose operation is not in the ledger', () => {
    expect(linkAfter({}, 's')).toEqual({ session: 's', issuedAt: NOW - 7000 });
  });

  it('keeps its time when it is observed again', () => {
    const link = { session: 's', issuedAt: NOW - 9000 };
    expect(linkAfter({ operation, link }, 's')).toEqual(link);
  });

  it('counts as issued now when it replaces a link of the same operation', () => {
    const link = { session: 'r', issuedAt: NOW - 4000 };
    expect(linkAfter({ operation, link }, 's')).toEqual({ session: 's', issuedAt: NOW });
  });

  it('stays in the ledger when a list does not contain it', () => {
    const link = { session: 'r', issuedAt: NOW - 4000 };
    expect(linkAfter({ operation, link })).toEqual(link);
    expect(linkAfter({ operation })).toBeUndefined();
  });
});

it('settle: drops the request for a synchronization after the person gave consent, once the target is READY', () => {
  const repository = consentTarget('payments/repository');
  const request = {
    id: '1',
    kind: 'authorization' as const,
    reason: 'sync' as const,
    askedAt: NOW - 9000,
    answeredAt: NOW - 5000,
  };
  const { record } = decideResource(repository, {
    others: [provider()],
    observed: observedAs(repository, 'READY', { lastSynchronizedAt: NOW - 90_000 }),
    record: appliedRecord(repository, { request }),
    settings: { resync: 60 },
  });
  expect(record?.request).toBeUndefined();
});
