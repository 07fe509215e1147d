import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { Status } from '../status.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { catalog } from './testing/catalog.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  consentTarget,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');
const prune = { settings: { prune: true } };

/** The result for a manifest with only `desired`, while all other resources are up to date. */
function decideAfterRemoval(
  left: readonly DesiredResource[],
  desired: readonly DesiredResource[] = [],
  more: { observed?: readonly ObservedResource[]; recorded?: readonly ResourceRecord[]; gone?: boolean } = {},
) {
  const all = [...desired, ...left];
  const result = decide(
    reconcileInput({
      ...prune,
      resources: desired,
      observed: more.observed ?? all.map((each) => observedAs(each, 'READY')),
      recorded: more.recorded ?? all.map((each) => appliedRecord(each)),
    }),
    catalog,
  );
  return {
    decision: result,
    calls: result.operations.map(({ operation, address }) => `${operation} ${address}`),
  };
}

describe('prune: a resource that left the manifest', () => {
  it.each([
    [
      'is deleted although its record was broken, where the last outcome proves that it is the own one',
      {},
      1,
    ],
    ['is not deleted again where a List still shows it', { generation: 1 }, 0],
  ])('prune: a target that left the manifest %s', (_, more, count) => {
    const record = { address: ledger.address, state: 'absent', reasons: [], since: NOW, ...more } as const;
    const { operations } = decide(
      {
        ...reconcileInput({
          ...prune,
          resources: [gateway()],
          observed: [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')],
          recorded: [appliedRecord(gateway()), record],
        }),
        ownership: new Map([[ledger.address, { kind: 'owned' }]]),
      },
      catalog,
    );
    expect(operations.filter(({ operation }) => operation === 'delete')).toHaveLength(count);
  });

  it('stays, and is not reported, in a workspace without prune', () => {
    const context = {
      inManifest: false,
      observed: observedAs(ledger, 'READY'),
      record: appliedRecord(ledger),
    };
    const { operation, report, result } = decideResource(ledger, context);
    expect({ operation, report, next: result.next }).toEqual({
      operation: undefined,
      report: undefined,
      next: 'settled',
    });
  });

  it('is created when it returns to the manifest, not taken for one deleted outside Gateloop', () => {
    const context = {
      inManifest: false,
      record: appliedRecord(ledger),
      observed: observedAs(ledger, 'READY'),
    };
    const { record } = decideResource(ledger, context);
    expect(record?.id).toBe('payments/ledger');
    expect(decideResource(ledger, record ? { record } : {}).operation).toBe('create');
  });

  it('needs a new approval when it returns to the manifest with an approved configuration', () => {
    const approved = appliedRecord(ledger, { approvedFingerprint: 'f' });
    const context = { inManifest: false, record: approved, observed: observedAs(ledger, 'READY') };
    expect(decideResource(ledger, context).record?.approvedFingerprint).toBeUndefined();
  });

  it('is deleted after its children', () => {
    const { calls, decision } = decideAfterRemoval([gateway(), ledger]);
    expect(calls).toEqual(['delete gatewayTarget/payments/ledger']);
    expect(decision.resources.find(({ kind }) => kind === 'gateway')).toMatchObject({ state: 'in-progress' });
    expect(decideAfterRemoval([gateway()]).calls).toEqual(['delete gateway/payments']);
  });

  it('is not deleted while an operation on its gateway is in progress', () => {
    const moving = [observedAs(gateway(), 'UPDATING'), observedAs(ledger, 'READY')];
    const { calls, decision } = decideAfterRemoval([ledger], [gateway()], { observed: moving });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('wait');
  });

  it('is refused with a reason while it has targets that Gateloop did not create', () => {
    const { calls, decision } = decideAfterRemoval([gateway()], [], {
      observed: [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')],
      recorded: [appliedRecord(gateway())],
    });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('settled');
    expect(decision.resources).toMatchObject([{ state: 'refused' }]);
    expect(decision.resources[0]?.reasons.join()).toContain('gatewayTarget/payments/ledger');
  });

  it('is deleted only after all desired resources are ready, if others may refer to it', () => {
    const desired = [gateway(), target('payments/ledger', 2)];
    const recorded = [gateway(), ledger, provider()].map((each) => appliedRecord(each));
    const busy = decideAfterRemoval([provider()], desired, { recorded });
    expect(busy.calls).toEqual(['update gatewayTarget/payments/ledger']);
    expect(busy.decision.resources.at(-1)?.reasons).toEqual([
      'It left the manifest. It is deleted once gatewayTarget/payments/ledger is ready.',
    ]);
    expect(decideAfterRemoval([provider()], desired).calls).toEqual([
      'delete oauth2CredentialProvider/github',
    ]);
  });

  it('is deleted without waiting for others if it is a target', () => {
    const recorded = [gateway(), ledger, target('payments/old')].map((each) => appliedRecord(each));
    const desired = [gateway(), target('payments/ledger', 2)];
    expect(decideAfterRemoval([target('payments/old')], desired, { recorded }).calls).toEqual([
      'update gatewayTarget/payments/ledger',
      'delete gatewayTarget/payments/old',
    ]);
  });

  it('is not bound by failed attempts at its former configuration', () => {
    const attempts = { fingerprint: 'old', count: 7, firstAt: 0, nextAt: NOW + 1, deferrals: 0, reasons: [] };
    const recorded = [appliedRecord(gateway()), appliedRecord(ledger, { retry: attempts })];
    expect(decideAfterRemoval([ledger], [gateway()], { recorded }).calls).toEqual([
      'delete gatewayTarget/payments/ledger',
    ]);
  });

  it('is given up after seven failed attempts to delete it', () => {
    const attempts = { fingerprint: '', count: 7, firstAt: 0, nextAt: 0, deferrals: 0, reasons: ['No.'] };
    const recorded = [appliedRecord(gateway()), appliedRecord(ledger, { retry: attempts })];
    const { calls, decision } = decideAfterRemoval([ledger], [gateway()], { recorded });
    expect(calls).toEqual([]);
    expect(decision.resources.at(-1)).toMatchObject({ state: 'failed' });
  });

  it('is in progress while the service deletes it', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'DELETING')];
    expect(decideAfterRemoval([ledger], [gateway()], { observed }).decision.next).toBe('wait');
  });

  it('that awaits an authorization is asked for no longer, and waits until the link has expired', () => {
    const pending = observedAs(ledger, 'CREATE_PENDING_AUTH', { updatedAt: NOW - 60_000 });
    const observed = [observedAs(gateway(), 'READY'), pending];
    const { decision } = decideAfterRemoval([ledger], [gateway()], { observed });
    expect(decision).toMatchObject({ next: 'wait', requests: [] });
    expect(decision.resources.at(-1)).toMatchObject({ state: 'in-progress' });
  });
});

describe('prune: a resource that no longer exists', () => {
  const gone = (more: Partial<ResourceRecord>) => ({
    inManifest: false,
    ...prune,
    record: appliedRecord(ledger, { state: 'in-progress', ...more }),
  });

  it('leaves the ledger immediately if Gateloop never created it', () => {
    expect(decideResource(ledger, gone({})).result.deletes).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('keeps its generation in the ledger for a day, so that no create repeats an old client token', () => {
    const { result, record } = decideResource(ledger, gone({ generation: 2 }));
    expect(result.deletes).toEqual([]);
    expect(record).toEqual({
      address: 'gatewayTarget/payments/ledger',
      generation: 2,
      state: 'absent',
      reasons: [],
      since: NOW,
    });
    const resultSince = (since: number) =>
      decideResource(ledger, { inManifest: false, ...(record && { record: { ...record, since } }) }).result;
    expect(resultSince(NOW - 86_399_999)).toMatchObject({ deletes: [], upserts: [] });
    expect(resultSince(NOW - 86_400_000).deletes).toEqual(['gatewayTarget/payments/ledger']);
  });
});

it('prune: deletes nothing that is not in the ledger', () => {
  const observed = [gateway(), ledger].map((each) => observedAs(each, 'READY'));
  expect(
    decideAfterRemoval([], [gateway()], { observed, recorded: [appliedRecord(gateway())] }).decision,
  ).toMatchObject({
    next: 'settled',
    operations: [],
    deletes: [],
  });
});

describe('prune: the reasons of a pruned resource', () => {
  it('name the resource that it waits for', () => {
    const moving = [observedAs(gateway(), 'UPDATING'), observedAs(ledger, 'READY')];
    expect(
      decideAfterRemoval([ledger], [gateway()], { observed: moving }).decision.resources.at(-1),
    ).toMatchObject({
      state: 'in-progress',
      reasons: ['It left the manifest. Its deletion waits for gateway/payments.'],
    });
    expect(decideAfterRemoval([gateway(), ledger]).decision.resources[0]?.reasons).toEqual([
      'It left the manifest. Its targets are deleted first.',
    ]);
  });

  it('name the targets that block its deletion', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')];
    const { decision } = decideAfterRemoval([gateway()], [], {
      observed,
      recorded: [appliedRecord(gateway())],
    });
    expect(decision.resources[0]?.reasons).toEqual([
      'It left the manifest, but has targets that Gateloop did not create: gatewayTarget/payments/ledger. Delete them first.',
    ]);
  });
});

describe('prune: a target that waits for a consent', () => {
  const issues = consentTarget('payments/issues');
  const MINUTE = 60_000;
  const pendingSince = (minutes: number, status: Status = 'CREATE_PENDING_AUTH') => ({
    ...prune,
    inManifest: false,
    observed: observedAs(issues, status, { updatedAt: NOW - minutes * MINUTE }),
    record: appliedRecord(issues, { state: 'awaiting-authorization' }),
  });

  it('is looked at until its link has expired, with the time and without a word of a person who has to act', () => {
    const { operation, report, result } = decideResource(issues, pendingSince(3));
    expect([operation, result.next, result.requeueAfterSeconds]).toEqual([undefined, 'wait', 30]);
    expect(report).toMatchObject({ state: 'in-progress' });
    expect(report?.reasons.join()).toContain('when its authorization link has expired, at about 00:08 UTC');
  });

  it('is deleted once the service has failed it, or when it should have done so', () => {
    expect(decideResource(issues, pendingSince(10, 'FAILED')).operation).toBe('delete');
    expect(decideResource(issues, pendingSince(11)).operation).toBe('delete');
  });
});

it('prune: waits for a create that was in progress when the target left the manifest', () => {
  const { applied: _a, id: _i, outputs: _o, ...unseen } = appliedRecord(ledger);
  const operation = { operation: 'create' as const, fingerprint: 'any', startedAt: NOW - 1000 };
  const recorded = [appliedRecord(gateway()), { ...unseen, operation }];
  const { decision } = decideAfterRemoval([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    recorded,
  });
  expect(decision).toMatchObject({ next: 'wait', deletes: [] });
});

it('prune: never both writes and deletes the record of one resource', () => {
  const recorded = [appliedRecord(gateway()), appliedRecord(ledger)];
  const { decision } = decideAfterRemoval([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    recorded,
  });
  expect(decision.deletes).toEqual(['gatewayTarget/payments/ledger']);
  expect(decision.upserts).toEqual([]);
});
