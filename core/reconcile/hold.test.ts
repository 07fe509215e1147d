import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import {
  grantHold,
  isShortPause,
  judgeAwaited,
  maxHolds,
  pauseBeforeLook,
  verifiedRecord,
  withFreeSlot,
} from './hold.ts';
import type { Operation, ResourceRecord } from './ledgerRecord.ts';
import type { PlannedOperation } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  fingerprintFor,
  NOW,
  observedAs,
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');

function recordWith(operation: Operation, startedAt = NOW - 3000): ResourceRecord {
  const fingerprint = fingerprintFor(ledger);
  const sent = operation === 'create' || operation === 'update' ? { configuration: fingerprint } : {};
  return appliedRecord(ledger, {
    state: 'in-progress',
    operation: { operation, fingerprint, startedAt, ...sent },
  });
}

const planned = (name: string): PlannedOperation => ({
  address: `gatewayTarget/${name}`,
  operation: 'create',
  fingerprint: 'f',
});

describe('pauseBeforeLook', () => {
  it.each([
    [0, 400],
    [8000, 400],
    [10_000, 500],
    [60_000, 3000],
  ])(
    'pauseBeforeLook: an operation of %i ms is looked at after %i ms, a twentieth of its age',
    (age, pause) => {
      expect(pauseBeforeLook(NOW - age, NOW)).toBe(pause);
    },
  );

  it('pauseBeforeLook: a pause of more than nine seconds is left to the state machine', () => {
    expect(isShortPause(pauseBeforeLook(NOW - 180_000, NOW))).toBe(true);
    expect(isShortPause(pauseBeforeLook(NOW - 180_020, NOW))).toBe(false);
  });
});

describe('grantHold', () => {
  it('grantHold: grants five holds, and another one when one has ended by itself', () => {
    let holds = {};
    for (let index = 0; index < maxHolds; index += 1)
      holds = grantHold(holds, `holder ${index}`, NOW + index + 1, NOW) ?? {};
    expect(grantHold(holds, 'one more', NOW + 9, NOW)).toBeUndefined();
    expect(grantHold(holds, 'one more', NOW + 9, NOW + 1)).toEqual({
      'holder 1': NOW + 2,
      'holder 2': NOW + 3,
      'holder 3': NOW + 4,
      'holder 4': NOW + 5,
      'one more': NOW + 9,
    });
  });

  it('grantHold: counts a holder once', () => {
    expect(grantHold({ one: NOW + 5 }, 'one', NOW + 9, NOW)).toEqual({ one: NOW + 9 });
  });
});

describe('judgeAwaited', () => {
  it.each([
    ['create', 'CREATING', 'moving'],
    ['create', 'READY', 'succeeded'],
    ['create', 'FAILED', 'unclear'],
    ['create', 'CREATE_PENDING_AUTH', 'unclear'],
    ['update', 'UPDATE_UNSUCCESSFUL', 'unclear'],
    ['delete', 'DELETING', 'moving'],
    // A List may still show what was deleted.
    ['delete', 'READY', 'moving'],
    // A synchronization is proven by a newer time of it.
    ['sync', 'READY', 'moving'],
  ] as const)('judgeAwaited: a %s of a target that is %s is %s', (operation, status, result) => {
    expect(judgeAwaited(recordWith(operation), observedAs(ledger, status), NOW)).toBe(result);
  });

  it('judgeAwaited: a target that is not shown is deleted, or not shown yet, or something for poll', () => {
    expect(judgeAwaited(recordWith('delete'), undefined, NOW)).toBe('succeeded');
    expect(judgeAwaited(recordWith('create'), undefined, NOW)).toBe('moving');
    expect(judgeAwaited(recordWith('create', NOW - 30_000), undefined, NOW)).toBe('unclear');
    expect(judgeAwaited(recordWith('update'), undefined, NOW)).toBe('unclear');
  });

  it('judgeAwaited: a List that is older than the update says nothing', () => {
    const record = recordWith('update');
    const { operation } = record;
    const updating = { ...record, ...(operation && { operation: { ...operation, updatedAt: NOW - 2000 } }) };
    const stale = observedAs(ledger, 'READY', { updatedAt: NOW - 60_000 });
    expect(judgeAwaited(updating, stale, NOW)).toBe('moving');
  });
});

describe('withFreeSlot', () => {
  const addresses = (found: readonly PlannedOperation[]) => found.map(({ address }) => address.slice(14));

  it('withFreeSlot: gives the slots of each gateway to its first queued operations', () => {
    const moving: Address[] = ['gatewayTarget/a/1', 'gatewayTarget/a/2', 'gatewayTarget/a/3', 'gateway/a'];
    const queue = ['a/4', 'a/5', 'b/1', 'b/2'].map(planned);
    expect(addresses(withFreeSlot(queue, moving))).toEqual(['a/4', 'b/1', 'b/2']);
  });

  it('withFreeSlot: begins no more at once than the account may write in a second', () => {
    const queue = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'b/3'].map(planned);
    expect(addresses(withFreeSlot(queue, []))).toEqual(['a/1', 'a/2', 'a/3', 'b/1', 'b/2']);
  });

  it('withFreeSlot: counts an address once that is both awaited and listed', () => {
    const moving: Address[] = Array(9).fill('gatewayTarget/a/1');
    expect(withFreeSlot(['a/2'].map(planned), moving)).toHaveLength(1);
  });
});

describe('verifiedRecord', () => {
  const edited = target('payments/ledger', 2);
  const desired = {
    config: resolvedConfig(ledger),
    fingerprint: fingerprintFor(ledger),
    row: resourceKinds.gatewayTarget,
    catalog,
    selfHeal: true,
  };
  const ready = observedAs(ledger, 'READY', { config: resolvedConfig(ledger), updatedAt: NOW - 100 });

  it('verifiedRecord: has the configuration as last good where the service has what was sent', () => {
    const record = verifiedRecord(recordWith('create'), ready, desired, NOW);
    expect(record).toMatchObject({
      applied: { fingerprint: desired.fingerprint, updatedAt: NOW - 100 },
      lastGood: desired.fingerprint,
      id: ready.id,
    });
    // Until poll has seen it, a repeated step must not repeat the call.
    expect(record?.operation).toMatchObject({ operation: 'create', verifiedAt: NOW - 100 });
    expect(record?.applied).not.toHaveProperty('unverified');
  });

  it.each<[string, Parameters<typeof verifiedRecord>]>([
    ['is still under way', [recordWith('update'), { ...ready, status: 'UPDATING' }, desired, NOW]],
    ['sent no configuration', [recordWith('sync'), { ...ready, lastSynchronizedAt: NOW }, desired, NOW]],
    [
      'sent another configuration than the manifest has now',
      [
        recordWith('create'),
        ready,
        { ...desired, config: resolvedConfig(edited), fingerprint: fingerprintFor(edited) },
        NOW,
      ],
    ],
    [
      'left another configuration',
      [
        recordWith('create'),
        { ...ready, config: resolvedConfig(serverTarget('payments/ledger')) },
        desired,
        NOW,
      ],
    ],
  ])('verifiedRecord: leaves it to poll to judge a write that %s', (_, input) => {
    expect(verifiedRecord(...input)).toBeUndefined();
  });
});
