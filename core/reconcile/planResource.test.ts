import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { omit } from '../objects.ts';
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
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger', 2);
const older = target('payments/ledger', 1);
const fingerprint = fingerprintFor(ledger);
const { applied: _, lastGood: __, ...unapplied } = appliedRecord(ledger);

const retry = (count: number, more: Partial<RetryState> = {}) => failedAttempts(fingerprint, count, more);

describe('planResource: a change outside Gateloop', () => {
  const edited = { ...resolvedConfig(ledger), description: 'by hand', targetConfiguration: {} };
  const changed = observedAs(ledger, 'READY', { updatedAt: NOW - 1000, config: edited });

  it('is reverted when selfHeal is on', () => {
    const settings = { selfHeal: true };
    const context = { observed: changed, record: appliedRecord(ledger), settings };
    expect(decideResource(ledger, context).operation).toBe('update');
  });

  it('is reported and not reverted when selfHeal is off', () => {
    const { result, report } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    expect(result.next).toBe('settled');
    expect(report?.state).toBe('drifted');
    expect(report?.reasons.join()).toContain('Changed outside Gateloop');
  });

  it('is not read again, since its updatedAt is in the ledger', () => {
    const { record } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    const { config: _config, ...listed } = changed;
    const again = decideResource(ledger, { observed: listed, ...(record && { record }) });
    expect(again.result).toMatchObject({ reads: [], upserts: [] });
    expect(again.report?.reasons.join()).toContain('Changed outside Gateloop');
  });

  it('is reverted when selfHeal is turned on later', () => {
    const { record } = decideResource(ledger, { observed: changed, record: appliedRecord(ledger) });
    const { config: _config, ...listed } = changed;
    const settings = { selfHeal: true };
    const later = decideResource(ledger, { observed: listed, settings, ...(record && { record }) });
    expect(later.operation).toBe('update');
  });

  it('that left the desired values as they were counts as applied', () => {
    const touched = observedAs(ledger, 'READY', { updatedAt: NOW - 1000, config: resolvedConfig(ledger) });
    const { record, report, result } = decideResource(ledger, {
      observed: touched,
      record: appliedRecord(ledger, { drift: { updatedAt: NOW - 5000, differences: [], cause: 'foreign' } }),
      settings: { selfHeal: true },
    });
    expect(result.next).toBe('settled');
    expect(report).toMatchObject({ state: 'ready', reasons: [] });
    expect(record?.applied?.updatedAt).toBe(NOW - 1000);
    expect(record?.drift).toBeUndefined();
  });

  it('that deleted a target is still one to revert while the creation was not made', () => {
    const settings = { selfHeal: true };
    const { record, operation } = decideResource(ledger, { record: appliedRecord(ledger), settings });
    expect(operation).toBe('create');
    // The breaker, a suspension or the rate may hold the call back. Without selfHeal nothing is created then.
    const later = decideResource(ledger, { ...(record && { record }) });
    expect(later.operation).toBeUndefined();
    expect(later.report?.state).toBe('absent');
  });

  it('that deleted a target makes Gateloop create it again only when selfHeal is on', () => {
    const record = appliedRecord(ledger);
    expect(decideResource(ledger, { record, settings: { selfHeal: true } }).operation).toBe('create');
    const { operation, report, result } = decideResource(ledger, { record });
    expect({ operation, state: report?.state, next: result.next }).toEqual({
      operation: undefined,
      state: 'absent',
      next: 'settled',
    });
  });

  it('that deleted a target does not prevent the creation of another version', () => {
    expect(decideResource(ledger, { record: appliedRecord(older) }).operation).toBe('create');
  });

  it('that deleted a gateway deleted its targets too, which wait for the new gateway', () => {
    const record = appliedRecord(target('orders/ledger'));
    const { operation, report } = decideResource(target('orders/ledger'), { record });
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'absent' });
  });
});

describe('planResource: a target without a record', () => {
  it('is read before it is planned', () => {
    const { result, report } = decideResource(ledger, { observed: observedAs(ledger, 'READY') });
    expect(result.reads).toEqual(['gatewayTarget/payments/ledger']);
    expect(report?.state).toBe('in-progress');
  });

  it('is adopted if it has the desired values, whatever the service added', () => {
    const config = { ...resolvedConfig(ledger), createdAt: 1, description: 'derived' };
    const { record, operation } = decideResource(ledger, {
      observed: observedAs(ledger, 'READY', { config }),
    });
    expect(operation).toBeUndefined();
    expect(record).toMatchObject({
      applied: { fingerprint: fingerprint },
      lastGood: fingerprint,
      id: 'payments/ledger',
    });
  });

  it('is updated if it has other values', () => {
    const observed = observedAs(ledger, 'READY', { config: resolvedConfig(older) });
    expect(decideResource(ledger, { observed }).operation).toBe('update');
  });

  it('is not adopted while it is in a failed state', () => {
    const observed = observedAs(ledger, 'FAILED', { config: resolvedConfig(ledger) });
    const { record, operation } = decideResource(ledger, { observed });
    expect(operation).toBe('update');
    expect(record?.applied).toBeUndefined();
  });
});

describe('planResource: a create-only member', () => {
  const jwt = gateway('orders', { authorizerType: 'CUSTOM_JWT' });
  const iam = gateway('orders');

  it('refuses its change with the reason, without a call', () => {
    const observed = observedAs(jwt, 'READY', { config: resolvedConfig(iam) });
    const { operation, report } = decideResource(jwt, { observed, record: appliedRecord(iam) });
    expect(operation).toBeUndefined();
    expect(report).toMatchObject({ state: 'refused' });
    expect(report?.reasons.join()).toContain('authorizerType cannot be changed');
  });

  it('is read before a change is sent', () => {
    const { result } = decideResource(jwt, {
      observed: observedAs(jwt, 'READY'),
      record: appliedRecord(iam),
    });
    expect(result.reads).toEqual(['gateway/orders']);
  });

  it('allows changes of other members', () => {
    const described = gateway('orders', { description: 'Orders' });
    const observed = observedAs(described, 'READY', { config: resolvedConfig(iam) });
    expect(decideResource(described, { observed, record: appliedRecord(iam) }).operation).toBe('update');
  });
});

describe('planResource: a sync', () => {
  const tools = serverTarget('payments/tools');
  const settings = { resync: 3600 };
  const synced = (ago: number) => observedAs(tools, 'READY', { lastSynchronizedAt: NOW - ago });

  it('starts when its schedule is due, with the previous lastSynchronizedAt as its baseline', () => {
    const { result, report } = decideResource(tools, {
      observed: synced(3_600_000),
      record: appliedRecord(tools),
      settings,
    });
    expect(result.syncs).toMatchObject([
      { operation: 'sync', baseline: NOW - 3_600_000, id: 'payments/tools' },
    ]);
    expect(report).toMatchObject({ state: 'ready', reasons: [] });
  });

  it('does not start before its schedule is due', () => {
    const early = { observed: synced(3_599_999), record: appliedRecord(tools), settings };
    expect(decideResource(tools, early).operation).toBeUndefined();
  });

  it("does not start for static tools, without a schedule, or without a person's consent", () => {
    const operationOf = (resource: typeof tools, resync: number | 'never') =>
      decideResource(resource, {
        others: [provider()],
        observed: observedAs(resource, 'READY', { lastSynchronizedAt: NOW - 9_000_000 }),
        record: appliedRecord(resource),
        settings: { resync },
      }).operation;
    expect(operationOf(ledger, 3600)).toBeUndefined();
    expect(operationOf(tools, 'never')).toBeUndefined();
    expect(operationOf(consentTarget('payments/repository'), 3600)).toBeUndefined();
  });

  it('that failed waits for its backoff, and the target stays ready with the reason', () => {
    const fingerprint = fingerprintFor(tools);
    const decideWithRetry = (members: Partial<RetryState>) =>
      decideResource(tools, {
        observed: synced(9_000_000),
        record: appliedRecord(tools, { retry: retry(1, { fingerprint, ...members }) }),
        settings,
      });
    const held = decideWithRetry({ nextAt: NOW + 1000 });
    expect({ operation: held.operation, state: held.report?.state }).toEqual({
      operation: undefined,
      state: 'ready',
    });
    expect(held.report?.reasons).toEqual(['It broke.']);
    expect(decideWithRetry({}).operation).toBe('sync');
    const gaveUp = decideWithRetry({ count: 7 });
    expect(gaveUp.operation).toBeUndefined();
    expect(gaveUp.report?.state).toBe('ready');
    expect(gaveUp.report?.reasons.join()).toContain('Gave up after 7 attempts');
  });

  it("that the service rejects for the target's state becomes an update", () => {
    const escalated = retry(1, { fingerprint: fingerprintFor(tools), escalation: 'update' });
    const { operation } = decideResource(tools, {
      observed: observedAs(tools, 'SYNCHRONIZE_UNSUCCESSFUL'),
      record: appliedRecord(tools, { state: 'failed', retry: escalated }),
    });
    expect(operation).toBe('update');
  });

  it('of tools that are static now becomes an update', () => {
    const { operation } = decideResource(ledger, {
      observed: observedAs(ledger, 'SYNCHRONIZE_UNSUCCESSFUL'),
      record: appliedRecord(ledger, { state: 'failed' }),
    });
    expect(operation).toBe('update');
  });
});

describe('planResource: a target that left the manifest while it waits for a consent', () => {
  it('is deleted once its link has expired, without the operation that the link was of', () => {
    const startedAt = NOW - 700_000;
    const decided = decideResource(ledger, {
      inManifest: false,
      observed: observedAs(ledger, 'CREATE_PENDING_AUTH', { updatedAt: startedAt }),
      record: {
        ...unapplied,
        operation: { operation: 'create', fingerprint, startedAt, awaitedConsent: true },
      },
      settings: { prune: true },
    });
    expect(decided.operation).toBe('delete');
    // Provision takes an operation in the record for a call that an earlier try of it made, and makes no second one.
    expect(decided.record?.operation).toBeUndefined();
  });
});

describe('planResource: the reasons', () => {
  const reasonsOf = (context: Parameters<typeof decideResource>[1], resource = ledger) =>
    decideResource(resource, context).report?.reasons;

  it('say that the configuration could not be read', () => {
    expect(reasonsOf({ observed: observedAs(ledger, 'READY') })).toEqual([
      'Its present configuration could not be read yet.',
    ]);
  });

  it('say that the resource was deleted outside Gateloop', () => {
    expect(reasonsOf({ record: appliedRecord(ledger) })).toEqual([
      'Deleted outside Gateloop. It is not created again because settings.selfHeal is off.',
    ]);
  });

  it('say why a resource that left the manifest still exists', () => {
    const observed = observedAs(ledger, 'CREATE_PENDING_AUTH', { updatedAt: NOW - 60_000 });
    const settings = { prune: true };
    expect(reasonsOf({ inManifest: false, observed, record: appliedRecord(ledger), settings })).toEqual([
      'It left the manifest. The service deletes no target that waits for a consent, so Gateloop deletes it when its authorization link has expired, at about 00:10 UTC. Nobody needs to open the link.',
    ]);
  });

  it('are those of the service until an attempt failed', () => {
    const observed = observedAs(ledger, 'FAILED', { reasons: ['No such bucket'], config: {} });
    expect(reasonsOf({ observed })).toEqual(['No such bucket']);
    expect(
      decideResource(ledger, { observed: observedAs(ledger, 'READY', { config: {} }) }).report?.reasons,
    ).toEqual([]);
  });
});

describe('planResource: a Get of a failed resource', () => {
  const failed = observedAs(ledger, 'FAILED');
  const reads = (record: Parameters<typeof decideResource>[1]['record'], observed = failed) =>
    decideResource(ledger, { observed, ...(record && { record }) }).result.reads;
  const known = { ...unapplied, state: 'failed' as const, retry: retry(1, { nextAt: NOW + 1000 }) };

  it('is not needed once the retry state has the reasons', () => {
    expect(reads(known)).toEqual([]);
  });

  it('is needed without a record, after the target was ready, and after a further operation failed', () => {
    expect(reads(undefined)).toHaveLength(1);
    expect(reads({ ...known, state: 'ready' })).toHaveLength(1);
    const operation = { operation: 'update' as const, fingerprint, startedAt: NOW - 8000 };
    expect(reads({ ...known, state: 'in-progress', operation })).toHaveLength(1);
  });

  it('is not needed once the configuration was read', () => {
    expect(reads(undefined, observedAs(ledger, 'FAILED', { config: {} }))).toEqual([]);
  });
});

it('planResource: drops the state of a target whose gateway was deleted, so that it is created again with the gateway', () => {
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

describe('planResource: a resource that the service has locked', () => {
  const rating = (description: string): DesiredResource => ({
    ...target('payments/ledger'),
    address: 'evaluator/rating',
    kind: 'evaluator',
    name: 'rating',
    config: { evaluatorName: 'rating', description },
  });
  const decideChange = (config?: JsonObject) =>
    decideResource(rating('second'), {
      observed: observedAs(rating('second'), 'READY', config ? { config } : {}),
      // The shapes of these tests know no member of evaluators to compare.
      record: omit(appliedRecord(rating('first')), 'snapshot'),
    });

  it('planResource: is read before its update begins', () => {
    const { operation, result } = decideChange();
    expect(operation).toBeUndefined();
    expect(result.reads).toEqual(['evaluator/rating']);
  });

  it('planResource: is refused its update as long as it is locked, with what to do', () => {
    const live = { description: 'first', lockedForModification: true };
    const { operation, report } = decideChange(live);
    expect(operation).toBeUndefined();
    expect(report?.state).toBe('refused');
    expect(report?.reasons).toEqual([expect.stringContaining('Set executionStatus: DISABLED')]);
    expect(decideChange({ ...live, lockedForModification: false }).operation).toBe('update');
  });
});
