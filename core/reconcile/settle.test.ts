import { describe, expect, it } from 'vitest';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  NOW,
  observedAs,
  provider,
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');
const wanted = fingerprintFor(ledger);
const creating = { operation: 'create' as const, fingerprint: wanted, configuration: wanted };
const updating = { operation: 'update' as const, fingerprint: wanted, configuration: wanted };
const { applied: _applied, lastGood: _lastGood, ...unapplied } = appliedRecord(ledger);
const { outputs: _outputs, id: _id, ...unseen } = unapplied;

describe('an operation that was begun', () => {
  it('counts as applied, without a Get, once the target is READY', () => {
    const { record, report, result } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 100 }),
      record: { ...unapplied, state: 'in-progress', operation: { ...creating, startedAt: NOW - 8000 } },
    });
    expect(report?.state).toBe('ready');
    expect(result.reads).toEqual([]);
    expect(record).toMatchObject({
      applied: { fingerprint: wanted, updatedAt: NOW - 100 },
      lastGood: wanted,
    });
    expect(record?.operation).toBeUndefined();
  });

  it('is still under way while a list is older than its own answer', () => {
    const operation = { ...updating, startedAt: NOW - 2000, updatedAt: NOW - 2000 };
    const { report, operation: planned } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 60_000 }),
      record: appliedRecord(ledger, { state: 'in-progress', operation }),
    });
    expect(planned).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('is believed to have ended where lists go on to show an old time for half a minute', () => {
    const operation = { ...updating, startedAt: NOW - 30_000, updatedAt: NOW - 30_000 };
    const { report } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { updatedAt: NOW - 60_000 }),
      record: appliedRecord(ledger, { state: 'in-progress', operation }),
    });
    expect(report?.state).toBe('ready');
  });

  it('has failed with the reasons that the service gives, and is tried again after 15 s', () => {
    const { record, report, result } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED', { reasons: ['No such bucket'] }),
      record: { ...unapplied, state: 'in-progress', operation: { ...creating, startedAt: NOW - 8000 } },
    });
    expect(report).toMatchObject({ state: 'failed', reasons: ['No such bucket'] });
    expect(record?.retry).toMatchObject({ fingerprint: wanted, count: 1, nextAt: NOW + 15_000 });
    expect(result).toMatchObject({ next: 'wait', requeueAfterSeconds: 15 });
  });

  it('asks for a Get to learn why it failed', () => {
    const { result } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED'),
      record: { ...unapplied, state: 'in-progress', operation: { ...creating, startedAt: NOW - 8000 } },
    });
    expect(result.reads).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('teaches how long such operations take', () => {
    const operation = { ...creating, startedAt: NOW - 8000 };
    const ready = { observed: observedAs(ledger, 'READY'), record: { ...unapplied, operation } };
    const { result } = decideResource(ledger, ready);
    expect(JSON.stringify(result.latencies)).toContain('gatewayTarget/create');
  });

  it('teaches nothing where a person was waited for', () => {
    const operation = { ...creating, startedAt: NOW - 8_000_000, awaitedConsent: true as const };
    const { result } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY'),
      record: { ...unapplied, operation },
    });
    expect(JSON.stringify(result.latencies)).not.toContain('gatewayTarget');
  });
});

describe('a creation', () => {
  it('is waited for while lists may not show it yet', () => {
    const { report, operation } = decideResource(ledger, {
      record: { ...unseen, state: 'in-progress', operation: { ...creating, startedAt: NOW - 29_999 } },
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('has failed where the target is not listed after half a minute', () => {
    const { report, record } = decideResource(ledger, {
      record: { ...unseen, state: 'in-progress', operation: { ...creating, startedAt: NOW - 30_000 } },
    });
    expect(report?.state).toBe('failed');
    expect(record?.retry?.count).toBe(1);
    expect(record?.operation).toBeUndefined();
  });
});

describe('a deletion', () => {
  const deleting = { operation: 'delete' as const, fingerprint: '', startedAt: NOW - 29_999 };

  it('is done when the target is gone, and the resource is forgotten', () => {
    const { result } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      record: { ...unapplied, operation: deleting },
    });
    expect(result.deletes).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('is waited for while lists may still show the target as it was', () => {
    const { operation, report } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      observed: observedAs(ledger, 'READY'),
      record: { ...unapplied, operation: deleting },
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('in-progress');
  });

  it('has failed where the target is READY after half a minute', () => {
    const { report, record } = decideResource(ledger, {
      inManifest: false,
      settings: { prune: true },
      observed: observedAs(ledger, 'READY'),
      record: { ...unapplied, operation: { ...deleting, startedAt: NOW - 30_000 } },
    });
    expect(report?.state).toBe('failed');
    expect(record?.retry).toMatchObject({ fingerprint: '', count: 1 });
  });

  it('that failed on the way to a replacement counts against what is wanted', () => {
    const attempts = {
      fingerprint: wanted,
      count: 2,
      firstAt: NOW - 60_000,
      nextAt: NOW - 1000,
      deferrals: 0,
      escalation: 'replace' as const,
      reasons: [],
    };
    const { record } = decideResource(ledger, {
      observed: observedAs(ledger, 'DELETE_FAILED', { config: {} }),
      record: { ...unapplied, retry: attempts, operation: { ...deleting, fingerprint: wanted } },
    });
    expect(record?.retry).toMatchObject({ fingerprint: wanted, count: 3, escalation: 'replace' });
  });
});

describe('a synchronisation', () => {
  const tools = serverTarget('payments/tools');
  const fingerprint = fingerprintFor(tools);
  const operation = {
    operation: 'sync' as const,
    fingerprint,
    startedAt: NOW - 5000,
    baseline: NOW - 90_000,
  };

  it('is done when READY comes with a newer lastSynchronizedAt', () => {
    const { report, record } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 1000, updatedAt: NOW - 1000 }),
      record: appliedRecord(tools, { operation }),
    });
    expect(report?.state).toBe('ready');
    expect(record?.applied).toEqual({ fingerprint, updatedAt: NOW - 1000 });
  });

  it('is not believed for READY alone', () => {
    const { report } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 90_000 }),
      record: appliedRecord(tools, { operation }),
    });
    expect(report?.state).toBe('in-progress');
  });

  it('is done when a target that was never synchronised has been', () => {
    const { baseline: _, ...first } = operation;
    const { report } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 1000 }),
      record: appliedRecord(tools, { operation: first }),
    });
    expect(report?.state).toBe('ready');
  });

  it('is lost, and says so, where no proof has come after a minute', () => {
    const { record } = decideResource(tools, {
      observed: observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 90_000 }),
      record: appliedRecord(tools, { operation: { ...operation, startedAt: NOW - 60_000 } }),
    });
    expect(record?.operation).toBeUndefined();
    expect(record?.retry?.reasons.join()).toContain('lastSynchronizedAt is not newer');
  });
});

describe('a target that fails by itself', () => {
  it('has used up an attempt, so that one that always fails again is bounded', () => {
    const { record, report } = decideResource(ledger, {
      observed: observedAs(ledger, 'FAILED', { reasons: ['Endpoint gone'] }),
      record: appliedRecord(ledger),
    });
    expect(record?.retry).toMatchObject({ fingerprint: wanted, count: 1 });
    expect(report).toMatchObject({ state: 'failed', reasons: ['Endpoint gone'] });
  });

  it('keeps the count of its failures through a recovery, for ten minutes', () => {
    const attempts = { fingerprint: wanted, count: 2, firstAt: 0, nextAt: 0, deferrals: 0, reasons: [] };
    const about = (since: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'READY'),
        record: appliedRecord(ledger, { retry: attempts, since }),
      }).record?.retry?.count;
    expect(about(NOW - 599_999)).toBe(2);
    expect(about(NOW - 600_000)).toBeUndefined();
  });
});

describe('what moves for long', () => {
  const about = (minutes: number) =>
    decideResource(ledger, {
      observed: observedAs(ledger, 'CREATING'),
      record: { ...unapplied, operation: { ...creating, startedAt: NOW - minutes * 60_000 } },
    });

  it('is waited for without a word for ten minutes', () => {
    expect(about(9.9).report?.reasons).toEqual([]);
  });

  it('is told after ten minutes, and waited for with looks at most 30 s apart', () => {
    const { report, result } = about(10);
    expect(report).toMatchObject({
      state: 'in-progress',
      reasons: ['It is still CREATING after 10 minutes.'],
    });
    expect(result.next).toBe('wait');
    expect(result.requeueAfterSeconds).toBeLessThanOrEqual(30);
  });

  it('is left to the next pass after two hours', () => {
    const { report, result } = about(120);
    expect(result.next).toBe('settled');
    expect(report?.state).toBe('in-progress');
    expect(report?.reasons.join()).toContain('after 2 hours');
  });

  it('counts from when it was first seen where the ledger knows of no operation', () => {
    const seen = (minutes: number) =>
      decideResource(ledger, {
        observed: observedAs(ledger, 'CREATING'),
        record: { ...unapplied, state: 'in-progress', since: NOW - minutes * 60_000 },
      }).result.next;
    expect(seen(119)).toBe('wait');
    expect(seen(120)).toBe('settled');
  });
});

describe('consent that was given', () => {
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
  const about = (status: 'CREATE_PENDING_AUTH' | 'FAILED', answeredAt: number) =>
    decideResource(repository, {
      others: [provider()],
      observed: observedAs(repository, status),
      record: appliedRecord(repository, {
        state: 'awaiting-authorization',
        operation,
        request: { ...request, answeredAt },
      }),
    });

  it('is waited for until it shows', () => {
    const { report, result } = about('CREATE_PENDING_AUTH', NOW - 119_999);
    expect(report?.state).toBe('in-progress');
    expect(result).toMatchObject({ next: 'wait', requests: [] });
  });

  it('is asked for afresh where it has not shown after two minutes', () => {
    expect(about('CREATE_PENDING_AUTH', NOW - 120_000).result.requests).toHaveLength(1);
  });

  it('makes what fails after it a failure, which is tried again', () => {
    const { record, report } = about('FAILED', NOW - 5000);
    expect(record).toMatchObject({ retry: { count: 1, fingerprint } });
    expect(record?.request).toBeUndefined();
    expect(report?.state).toBe('failed');
  });
});

describe('what the owner is told of what did not come about', () => {
  const settings = { prune: true };
  const begun = (operation: 'create' | 'delete', fingerprint: string) => ({
    operation,
    fingerprint,
    startedAt: NOW - 30_000,
  });

  it('is that a creation was accepted, and is not to be seen', () => {
    const { report, record } = decideResource(ledger, {
      record: { ...unseen, operation: begun('create', wanted) },
    });
    expect(report?.reasons).toEqual(['The service accepted its creation, but does not list it any more.']);
    expect(record?.id).toBeUndefined();
  });

  it('is that a deletion was accepted, and nothing came of it', () => {
    const memory = { ...unapplied, operation: begun('delete', '') };
    const { report } = decideResource(ledger, {
      inManifest: false,
      settings,
      record: memory,
      observed: observedAs(ledger, 'READY'),
    });
    expect(report?.reasons).toEqual(['The service accepted its deletion, but it is still READY.']);
  });
});

it('creates a target again that was deleted by hand while it was being changed', () => {
  const operation = { ...updating, startedAt: NOW - 1000 };
  const older = appliedRecord(target('payments/ledger', 0), { operation });
  expect(decideResource(ledger, { record: older }).operation).toBe('create');
});

it('believes no sync without a time to prove it', () => {
  const tools = serverTarget('payments/tools');
  const operation = { operation: 'sync' as const, fingerprint: fingerprintFor(tools), startedAt: NOW - 5000 };
  const about = { observed: observedAs(tools, 'READY'), record: appliedRecord(tools, { operation }) };
  expect(decideResource(tools, about).report?.state).toBe('in-progress');
});
