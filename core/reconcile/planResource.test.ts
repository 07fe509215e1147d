import { describe, expect, it } from 'vitest';
import type { Status } from '../status.ts';
import type { RetryState } from './ledgerRecord.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger', 2);
const older = target('payments/ledger', 1);
const wanted = fingerprintFor(ledger);
const { applied: _, lastGood: __, ...unapplied } = appliedRecord(ledger);

function retry(count: number, more: Partial<RetryState> = {}): RetryState {
  const times = { firstAt: NOW - 100_000, nextAt: NOW - 1000 };
  return { fingerprint: wanted, count, deferrals: 0, reasons: ['It broke.'], ...times, ...more };
}

describe('another hand', () => {
  const edited = { ...resolvedConfig(ledger), description: 'by hand', targetConfiguration: {} };
  const changed = observedAs(ledger, 'READY', { updatedAt: NOW - 1000, config: edited });

  it('has its change undone where the workspace heals itself', () => {
    const settings = { selfHeal: true };
    const about = { observed: changed, record: appliedRecord(ledger), settings };
    expect(decideResource(ledger, about).operation).toBe('update');
  });

  it('is left alone, with a word to the owner, where it does not', () => {
    const { result, report } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    expect(result.next).toBe('settled');
    expect(report?.state).toBe('ready');
    expect(report?.reasons.join()).toContain('Changed outside Gateloop');
  });

  it('is not read again: the change that was seen is remembered', () => {
    const { record } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    const { config: _config, ...listed } = changed;
    const again = decideResource(ledger, { observed: listed, ...(record && { record }) });
    expect(again.result).toMatchObject({ reads: [], upserts: [] });
    expect(again.report?.reasons.join()).toContain('Changed outside Gateloop');
  });

  it('has its change undone when the workspace comes to heal itself later', () => {
    const { record } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    const { config: _config, ...listed } = changed;
    const settings = { selfHeal: true };
    const later = decideResource(ledger, { observed: listed, settings, ...(record && { record }) });
    expect(later.operation).toBe('update');
  });

  it('may touch a target without changing it', () => {
    const touched = observedAs(ledger, 'READY', { updatedAt: NOW - 1000, config: resolvedConfig(ledger) });
    const { record, report, result } = decideResource(ledger, {
      observed: touched,
      record: appliedRecord(ledger, { drift: NOW - 5000 }),
      settings: { selfHeal: true },
    });
    expect(result.next).toBe('settled');
    expect(report).toMatchObject({ state: 'ready', reasons: [] });
    expect(record?.applied?.updatedAt).toBe(NOW - 1000);
    expect(record?.drift).toBeUndefined();
  });

  it('that deleted a target has it created again only where the workspace heals itself', () => {
    const memory = appliedRecord(ledger);
    expect(decideResource(ledger, { record: memory, settings: { selfHeal: true } }).operation).toBe('create');
    const { operation, report, result } = decideResource(ledger, { record: memory });
    expect({ operation, state: report?.state, next: result.next }).toEqual({
      operation: undefined,
      state: 'absent',
      next: 'settled',
    });
  });

  it('that deleted a target does not keep away another version of it', () => {
    expect(decideResource(ledger, { record: appliedRecord(older) }).operation).toBe('create');
  });

  it('that deleted a gateway has deleted its targets too, which then are created again with it', () => {
    const memory = appliedRecord(target('orders/ledger'));
    const { operation, report } = decideResource(target('orders/ledger'), { record: memory });
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'absent' });
  });
});

describe('a target that the ledger does not know', () => {
  it('is read before it is judged', () => {
    const { result, report } = decideResource(ledger, { observed: observedAs(ledger, 'READY') });
    expect(result.reads).toEqual(['gatewayTarget/payments/ledger']);
    expect(report?.state).toBe('in-progress');
  });

  it('is taken for applied where it is as wanted, whatever the service has added', () => {
    const config = { ...resolvedConfig(ledger), createdAt: 1, description: 'derived' };
    const { record, operation } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { config }),
    });
    expect(operation).toBeUndefined();
    expect(record).toMatchObject({
      applied: { fingerprint: wanted },
      lastGood: wanted,
      id: 'payments/ledger',
    });
  });

  it('is updated where it is not', () => {
    const observed = observedAs(ledger, 'READY', { config: resolvedConfig(older) });
    expect(decideResource(ledger, { observed }).operation).toBe('update');
  });

  it('is not taken for applied while it is in a failed state', () => {
    const observed = observedAs(ledger, 'FAILED', { config: resolvedConfig(ledger) });
    const { record, operation } = decideResource(ledger, { observed });
    expect(operation).toBe('update');
    expect(record?.applied).toBeUndefined();
  });
});

describe('a member that is fixed at creation', () => {
  const jwt = gateway('orders', { authorizerType: 'CUSTOM_JWT' });
  const iam = gateway('orders');

  it('is refused with the reason, and nothing is called', () => {
    const observed = observedAs(jwt, 'READY', { config: resolvedConfig(iam) });
    const { operation, report } = decideResource(jwt, { observed, record: appliedRecord(iam) });
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'refused' });
    expect(report?.reasons.join()).toContain('authorizerType cannot be changed');
  });

  it('is looked at before a change is sent', () => {
    const { result } = decideResource(jwt, {
      observed: observedAs(jwt, 'READY'),
      record: appliedRecord(iam),
    });
    expect(result.reads).toEqual(['gateway/orders']);
  });

  it('does not stand in the way of other changes', () => {
    const described = gateway('orders', { description: 'Orders' });
    const observed = observedAs(described, 'READY', { config: resolvedConfig(iam) });
    expect(decideResource(described, { observed, record: appliedRecord(iam) }).operation).toBe('update');
  });
});

describe('attempts', () => {
  const failed = (status: Status) => observedAs(ledger, status, { config: resolvedConfig(ledger) });
  const about = (more: RetryState, status: Status = 'FAILED') =>
    decideResource(ledger, {
      observed: failed(status),
      record: { ...unapplied, state: 'failed', retry: more },
    });

  it('wait for their time', () => {
    const { operation, report } = about(retry(1, { nextAt: NOW + 1 }));
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'failed', reasons: ['It broke.'] });
    const due = about(retry(1, { nextAt: NOW }));
    expect([due.operation, due.report?.state]).toEqual(['update', 'in-progress']);
  });

  it('that are the first have nothing to tell', () => {
    expect(decideResource(ledger, {}).report).toMatchObject({ state: 'in-progress', reasons: [] });
  });

  it('that were only put off are in progress, not failed', () => {
    const { report } = about(retry(0, { nextAt: NOW + 1000, deferrals: 1 }));
    expect(report?.state).toBe('in-progress');
  });

  it('end after the seventh, with a word on what to do', () => {
    expect(about(retry(6)).operation).toBe('update');
    const { operation, report, result } = about(retry(7));
    expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
    expect(report?.state).toBe('failed');
    expect(report?.reasons).toEqual(['It broke.', 'Gave up after 7 attempts; upload a change to try again.']);
  });

  it('start afresh with another configuration', () => {
    expect(about(retry(7, { fingerprint: 'another' })).operation).toBe('update');
  });

  it('keep a pass alive for 90 s and no longer', () => {
    expect(about(retry(2, { nextAt: NOW + 90_000 })).result).toMatchObject({
      next: 'wait',
      requeueAfterSeconds: 90,
    });
    expect(about(retry(2, { nextAt: NOW + 90_001 })).result.next).toBe('settled');
  });

  it('replace a target that the service refuses to update in its state', () => {
    const { operation, record } = about(retry(1, { escalation: 'replace' }));
    expect(operation).toBe('delete');
    expect(record?.applied).toBeUndefined();
  });

  it('create the replacement once the failed target is gone', () => {
    const memory = {
      ...unapplied,
      state: 'in-progress' as const,
      retry: retry(1, { escalation: 'replace' }),
    };
    expect(decideResource(ledger, { record: memory }).operation).toBe('create');
  });

  it('never replace a gateway that has targets', () => {
    const orders = gateway('orders');
    const given = retry(1, { escalation: 'replace', fingerprint: fingerprintFor(orders) });
    const { report, operation } = decideResource(orders, {
      observed: observedAs(orders, 'FAILED'),
      record: appliedRecord(orders, { state: 'failed', retry: given }),
      others: [target('orders/ledger')],
    });
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('failed');
    expect(report?.reasons.join()).toContain('as long as it has targets');
  });
});

describe('a step back', () => {
  const good = fingerprintFor(older);
  const about = (given: RetryState, status: Status = 'UPDATE_UNSUCCESSFUL') =>
    decideResource(ledger, {
      observed: observedAs(ledger, status, { config: resolvedConfig(ledger) }),
      record: appliedRecord(older, { state: 'failed', retry: given }),
    });

  it('is made at once after the third failure, to the last configuration that was ready', () => {
    const { result } = about(retry(3, { nextAt: NOW + 900_000 }));
    expect(result.operations).toMatchObject([
      { operation: 'rollback', configuration: good, fingerprint: wanted, id: 'payments/ledger' },
    ]);
  });

  it('is not made before the third', () => {
    expect(about(retry(2)).operation).toBe('update');
  });

  it('waits for its time where it was put off or refused itself', () => {
    expect(about(retry(3, { deferrals: 1, nextAt: NOW + 1000 })).operation).toBeUndefined();
    expect(about(retry(4, { nextAt: NOW + 1000 })).operation).toBeUndefined();
    expect(about(retry(4, { nextAt: NOW })).operation).toBe('rollback');
  });

  it('leaves the target as it was, and the change untried, until another upload', () => {
    const { operation, report, result } = decideResource(ledger, {
      observed: observedAs(older, 'READY'),
      record: appliedRecord(older, { state: 'failed', retry: retry(3, { rolledBack: true }) }),
    });
    expect({ operation, next: result.next }).toEqual({ operation: undefined, next: 'settled' });
    expect(report?.state).toBe('failed');
    expect(report?.reasons.join()).toContain('Rolled back to the last configuration that was ready');
  });

  it('needs a configuration that was ready, and another one than is wanted', () => {
    const observed = observedAs(ledger, 'UPDATE_UNSUCCESSFUL');
    const never = decideResource(ledger, { observed, record: { ...unapplied, retry: retry(3) } });
    expect(never.operation).toBe('update');
    const same = decideResource(ledger, {
      observed,
      record: appliedRecord(ledger, { retry: retry(3), state: 'failed' }),
    });
    expect(same.operation).toBe('update');
  });

  it('asks nobody to consent to it', () => {
    const repository = consentTarget('payments/repository', 2);
    const { operation } = decideResource(repository, {
      others: [provider()],
      observed: observedAs(repository, 'UPDATE_UNSUCCESSFUL'),
      record: appliedRecord(consentTarget('payments/repository', 1), {
        state: 'failed',
        retry: retry(3, { fingerprint: fingerprintFor(repository) }),
      }),
    });
    expect(operation).toBe('update');
  });

  it('that fails leaves the count of attempts as it was', () => {
    const operation = {
      operation: 'rollback' as const,
      fingerprint: wanted,
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

describe('a sync', () => {
  const tools = serverTarget('payments/tools');
  const settings = { resync: 3600 };
  const synced = (ago: number) => observedAs(tools, 'READY', { lastSynchronizedAt: NOW - ago });

  it('is made when the schedule says so, with the time before it as its baseline', () => {
    const { result, report } = decideResource(tools, {
      observed: synced(3_600_000),
      record: appliedRecord(tools),
      settings,
    });
    expect(result.syncs).toMatchObject([
      { operation: 'sync', baseline: NOW - 3_600_000, id: 'payments/tools' },
    ]);
    expect(report?.state).toBe('ready');
  });

  it('is not made before', () => {
    const early = { observed: synced(3_599_999), record: appliedRecord(tools), settings };
    expect(decideResource(tools, early).operation).toBeUndefined();
  });

  it("is not made of tools that are static, without a schedule, or behind a person's back", () => {
    const about = (resource: typeof tools, resync: number | 'never') =>
      decideResource(resource, {
        others: [provider()],
        observed: observedAs(resource, 'READY', { lastSynchronizedAt: NOW - 9_000_000 }),
        record: appliedRecord(resource),
        settings: { resync },
      }).operation;
    expect(about(ledger, 3600)).toBeUndefined();
    expect(about(tools, 'never')).toBeUndefined();
    expect(about(consentTarget('payments/repository'), 3600)).toBeUndefined();
  });

  it('that fails waits for its time, and leaves the target ready with a word', () => {
    const fingerprint = fingerprintFor(tools);
    const about = (given: Partial<RetryState>) =>
      decideResource(tools, {
        observed: synced(9_000_000),
        record: appliedRecord(tools, { retry: retry(1, { fingerprint, ...given }) }),
        settings,
      });
    const held = about({ nextAt: NOW + 1000 });
    expect({ operation: held.operation, state: held.report?.state }).toEqual({
      operation: undefined,
      state: 'ready',
    });
    expect(held.report?.reasons).toEqual(['It broke.']);
    expect(about({}).operation).toBe('sync');
    const given = about({ count: 7 });
    expect(given.operation).toBeUndefined();
    expect(given.report?.state).toBe('ready');
    expect(given.report?.reasons.join()).toContain('Gave up after 7 attempts');
  });

  it("that the service refuses for the target's state becomes an update", () => {
    const given = retry(1, { fingerprint: fingerprintFor(tools), escalation: 'update' });
    const { operation } = decideResource(tools, {
      observed: observedAs(tools, 'SYNCHRONIZE_UNSUCCESSFUL'),
      record: appliedRecord(tools, { state: 'failed', retry: given }),
    });
    expect(operation).toBe('update');
  });

  it('of tools that have become static becomes an update', () => {
    const { operation } = decideResource(ledger, {
      observed: observedAs(ledger, 'SYNCHRONIZE_UNSUCCESSFUL'),
      record: appliedRecord(ledger, { state: 'failed' }),
    });
    expect(operation).toBe('update');
  });
});

describe('the words for an owner', () => {
  const reasonsOf = (about: Parameters<typeof decideResource>[1], resource = ledger) =>
    decideResource(resource, about).report?.reasons;

  it('say what could not be read', () => {
    expect(reasonsOf({ observed: observedAs(ledger, 'READY') })).toEqual([
      'Its present configuration could not be read yet.',
    ]);
  });

  it('say that somebody deleted it', () => {
    expect(reasonsOf({ record: appliedRecord(ledger) })).toEqual([
      'Deleted outside Gateloop; not created again because settings.selfHeal is off.',
    ]);
  });

  it('say why something that left the manifest is still there', () => {
    const observed = observedAs(ledger, 'CREATE_PENDING_AUTH');
    const settings = { prune: true };
    expect(reasonsOf({ inManifest: false, observed, record: appliedRecord(ledger), settings })).toEqual([
      'It left the manifest, but the service deletes no resource that awaits an authorization.',
    ]);
  });

  it('are the reasons that the service gives until an attempt has its own', () => {
    const observed = observedAs(ledger, 'FAILED', { reasons: ['No such bucket'], config: {} });
    expect(reasonsOf({ observed })).toEqual(['No such bucket']);
    expect(
      decideResource(ledger, { observed: observedAs(ledger, 'READY', { config: {} }) }).report?.reasons,
    ).toEqual([]);
  });
});

describe('a Get of what has failed', () => {
  const failed = observedAs(ledger, 'FAILED');
  const reads = (memory: Parameters<typeof decideResource>[1]['record'], observed = failed) =>
    decideResource(ledger, { observed, ...(memory && { record: memory }) }).result.reads;
  const known = { ...unapplied, state: 'failed' as const, retry: retry(1, { nextAt: NOW + 1000 }) };

  it('is made once: what is remembered with the attempt need not be read again', () => {
    expect(reads(known)).toEqual([]);
  });

  it('is made where nothing is remembered, or the target was ready a moment ago', () => {
    expect(reads(undefined)).toHaveLength(1);
    expect(reads({ ...known, state: 'ready' })).toHaveLength(1);
  });

  it('is not made where the configuration, and with it the reason, is there', () => {
    expect(reads(undefined, observedAs(ledger, 'FAILED', { config: {} }))).toEqual([]);
  });
});

describe('no step back is made', () => {
  const stepBack = (given: RetryState) =>
    decideResource(ledger, {
      observed: observedAs(ledger, 'UPDATE_UNSUCCESSFUL', { config: {} }),
      record: appliedRecord(older, { state: 'failed', retry: given }),
    }).operation;

  it('where the service will not update the target at all: it is replaced', () => {
    expect(stepBack(retry(3, { escalation: 'replace' }))).toBe('delete');
  });

  it('twice, nor after Gateloop has given up', () => {
    expect(stepBack(retry(3, { rolledBack: true }))).toBeUndefined();
    expect(stepBack(retry(7))).toBeUndefined();
    expect(stepBack(retry(6))).toBe('rollback');
  });

  it('without saying what it is made for', () => {
    const { report } = decideResource(ledger, {
      observed: observedAs(ledger, 'UPDATE_UNSUCCESSFUL', { config: {} }),
      record: appliedRecord(older, { state: 'failed', retry: retry(3) }),
    });
    expect(report).toMatchObject({ state: 'in-progress', reasons: ['It broke.'] });
  });
});

it('forgets what belonged to a gateway that is gone, so that it is created anew with the gateway', () => {
  const orphan = target('orders/ledger');
  const { record } = decideResource(orphan, {
    record: appliedRecord(orphan),
    observed: observedAs(orphan, 'READY'),
  });
  expect(record).toEqual({
    address: 'gatewayTarget/orders/ledger',
    lastGood: fingerprintFor(orphan),
    state: 'absent',
    reasons: ['Waits for gateway/orders, which is absent.'],
    since: NOW,
  });
});
