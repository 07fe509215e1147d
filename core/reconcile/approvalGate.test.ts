import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { Status } from '../status.ts';
import { decide } from './decide.ts';
import type { OpenRequest, ResourceRecord } from './ledgerRecord.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  reconcileInput,
  resolvedConfig,
  target,
} from './testing/inputs.ts';

const before = target('payments/cards', 1);
const changed = target('payments/cards', 2);
const address: Address = 'gatewayTarget/payments/cards';
const fingerprint = fingerprintFor(changed);

const openRequest: OpenRequest = {
  id: 'r',
  kind: 'approval',
  fingerprint,
  askedAt: NOW - 1000,
  notifiedAt: NOW - 1000,
};

interface ChangeSituation {
  readonly desired?: typeof changed;
  readonly record?: ResourceRecord;
  readonly status?: Status;
  readonly isRead?: boolean;
  /** Whether the change needs approval, or its contract is unknown. */
  readonly contract?: 'needsApproval' | 'unknownContracts' | 'harmless';
}

/** An applied target whose schema was uploaded in another version. */
function decideChange({
  desired = changed,
  record = appliedRecord(before),
  status = 'READY',
  isRead = false,
  contract = 'needsApproval',
}: ChangeSituation) {
  const config = isRead && { config: resolvedConfig(before) };
  const observed = observedAs(before, status, { ...config });
  const input = reconcileInput({
    resources: [gateway(), desired],
    observed: [observedAs(gateway(), 'READY'), observed],
    recorded: [appliedRecord(gateway()), record],
  });
  const result = decide(
    { ...input, ...(contract !== 'harmless' && { [contract]: new Set([address]) }) },
    catalog,
  );
  return {
    decision: result,
    operation: result.operations.find((each) => each.address === address)?.operation,
    report: result.resources.find((each) => each.address === desired.address),
    record: result.upserts.find((each) => each.address === address) ?? record,
  };
}

const recordWith = (request: Partial<OpenRequest>) =>
  appliedRecord(before, { state: 'awaiting-approval', request: { ...openRequest, ...request } });

describe('requireApproval: a change', () => {
  it('is requested once, and not applied meanwhile', () => {
    const first = decideChange({});
    expect(first.decision.requests).toEqual([{ address, kind: 'approval', fingerprint, reason: 'sync' }]);
    expect(first.report).toMatchObject({ state: 'awaiting-approval' });
    expect(first.operation).toBeUndefined();
    const later = decideChange({ record: recordWith({}) });
    expect(later.decision).toMatchObject({ next: 'settled', requests: [], operations: [] });
    expect(later.report?.reasons.join()).toContain('last good schema stays');
  });

  it('is applied after approval, also after failed attempts', () => {
    const { operation, record } = decideChange({ record: recordWith({ answeredAt: NOW - 500 }) });
    expect(operation).toBe('update');
    expect(record).toMatchObject({ approvedFingerprint: fingerprint });
    expect(record.request).toBeUndefined();
    const failed = appliedRecord(before, { state: 'failed', approvedFingerprint: fingerprint });
    expect(decideChange({ record: failed, status: 'UPDATE_UNSUCCESSFUL', isRead: true }).operation).toBe(
      'update',
    );
  });

  it.each([
    ['refused', 'A person refused'],
    ['expired', 'Nobody approved'],
  ] as const)('that was %s keeps the last good schema, with a reason', (closed, words) => {
    const { decision, report } = decideChange({ record: recordWith({ closed }) });
    expect(decision).toMatchObject({ next: 'settled', requests: [], operations: [] });
    expect(report?.state).toBe('refused');
    expect(report?.reasons.join()).toContain('the last good schema stays');
    expect(report?.reasons.join()).toContain(words);
  });

  it('loses its request when it is reverted, and when it needs no approval any more', () => {
    const back = decideChange({ desired: before, record: recordWith({}), contract: 'harmless' });
    expect(back.record.request).toBeUndefined();
    expect(back.report?.state).toBe('ready');
    const harmless = decideChange({ record: recordWith({}), contract: 'harmless' });
    expect(harmless.record.request).toBeUndefined();
    expect(harmless.operation).toBe('update');
  });

  it('gets a new request when another version is uploaded', () => {
    const further = target('payments/cards', 3);
    const { decision, record } = decideChange({ desired: further, record: recordWith({}) });
    expect(record.request).toBeUndefined();
    expect(decision.requests).toMatchObject([{ kind: 'approval', fingerprint: fingerprintFor(further) }]);
  });

  it('of a failed target waits too, since its previous tools may still serve', () => {
    expect(decideChange({ status: 'UPDATE_UNSUCCESSFUL', isRead: true }).decision.requests).toHaveLength(1);
  });

  it('needs no approval if the target does not exist', () => {
    const world = reconcileInput({
      resources: [gateway(), changed],
      observed: [observedAs(gateway(), 'READY')],
      recorded: [appliedRecord(gateway())],
    });
    const { operations, requests } = decide({ ...world, needsApproval: new Set([address]) }, catalog);
    expect([operations.length, requests.length]).toEqual([1, 0]);
  });
});

describe('requireApproval: a change with an unknown contract', () => {
  it('makes poll read the present configuration first, and is not applied before', () => {
    const { decision, operation, report } = decideChange({ contract: 'unknownContracts' });
    expect(decision.reads).toEqual([address]);
    expect(operation).toBeUndefined();
    expect(report?.reasons.join()).toContain('could not be read yet');
  });

  it('needs no read if the configuration is up to date', () => {
    const { decision } = decideChange({ desired: before, contract: 'unknownContracts' });
    expect(decision).toMatchObject({ next: 'settled', reads: [] });
  });
});

describe('requireApproval: an approval', () => {
  const settled = (configuration: string) =>
    decideChange({
      record: appliedRecord(before, {
        approvedFingerprint: fingerprint,
        operation: { operation: 'update', fingerprint, configuration, startedAt: NOW - 9000 },
      }),
    }).record;

  it('holds for one change: the same change after another one needs a new approval', () => {
    expect(settled(fingerprint).approvedFingerprint).toBeUndefined();
    expect(settled(fingerprintFor(before)).approvedFingerprint).toBe(fingerprint);
  });
});
