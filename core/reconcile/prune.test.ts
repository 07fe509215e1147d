import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { catalog } from './testing/catalog.ts';
import { decideResource } from './testing/decideResource.ts';
import {
  appliedRecord,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  target,
} from './testing/inputs.ts';

const ledger = target('payments/ledger');
const prune = { settings: { prune: true } };

/** What is done where the manifest holds only `wanted`, and everything else in step is left over. */
function decideAfterRemoval(
  left: readonly DesiredResource[],
  desired: readonly DesiredResource[] = [],
  more: { observed?: readonly ObservedResource[]; memory?: readonly ResourceRecord[]; gone?: boolean } = {},
) {
  const all = [...desired, ...left];
  const result = decide(
    reconcileInput({
      ...prune,
      resources: desired,
      observed: more.observed ?? all.map((each) => observedAs(each, 'READY')),
      recorded: more.memory ?? all.map((each) => appliedRecord(each)),
    }),
    catalog,
  );
  return {
    decision: result,
    calls: result.operations.map(({ operation, address }) => `${operation} ${address}`),
  };
}

describe('a resource that left the manifest', () => {
  it('stays where the workspace does not prune, and is not reported', () => {
    const about = { inManifest: false, observed: observedAs(ledger, 'READY'), record: appliedRecord(ledger) };
    const { operation, report, result } = decideResource(ledger, about);
    expect({ operation, report, next: result.next }).toEqual({
      operation: undefined,
      report: undefined,
      next: 'settled',
    });
  });

  it('is not taken, should it come back, for one that somebody deleted by hand meanwhile', () => {
    const about = { inManifest: false, record: appliedRecord(ledger), observed: observedAs(ledger, 'READY') };
    const { record } = decideResource(ledger, about);
    expect(record?.id).toBe('payments/ledger');
    expect(decideResource(ledger, record ? { record } : {}).operation).toBe('create');
  });

  it('is asked about again, should it come back with what was approved before', () => {
    const approved = appliedRecord(ledger, { approvedFingerprint: 'f' });
    const about = { inManifest: false, record: approved, observed: observedAs(ledger, 'READY') };
    expect(decideResource(ledger, about).record?.approvedFingerprint).toBeUndefined();
  });

  it('is deleted with its children first', () => {
    const { calls, decision } = decideAfterRemoval([gateway(), ledger]);
    expect(calls).toEqual(['delete gatewayTarget/payments/ledger']);
    expect(decision.resources.find(({ kind }) => kind === 'gateway')).toMatchObject({ state: 'in-progress' });
    expect(decideAfterRemoval([gateway()]).calls).toEqual(['delete gateway/payments']);
  });

  it('is not deleted while its gateway is moving', () => {
    const moving = [observedAs(gateway(), 'UPDATING'), observedAs(ledger, 'READY')];
    const { calls, decision } = decideAfterRemoval([ledger], [gateway()], { observed: moving });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('wait');
  });

  it('is not deleted while it holds targets that Gateloop did not make, and says so', () => {
    const { calls, decision } = decideAfterRemoval([gateway()], [], {
      observed: [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')],
      memory: [appliedRecord(gateway())],
    });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('settled');
    expect(decision.resources).toMatchObject([{ state: 'refused' }]);
    expect(decision.resources[0]?.reasons.join()).toContain('gatewayTarget/payments/ledger');
  });

  it('goes only when all that is wanted is ready, if others may refer to it', () => {
    const wanted = [gateway(), target('payments/ledger', 2)];
    const memory = [gateway(), ledger, provider()].map((each) => appliedRecord(each));
    const busy = decideAfterRemoval([provider()], wanted, { memory });
    expect(busy.calls).toEqual(['update gatewayTarget/payments/ledger']);
    expect(busy.decision.resources.at(-1)?.reasons).toEqual([
      'It left the manifest. It is deleted once gatewayTarget/payments/ledger is ready.',
    ]);
    expect(decideAfterRemoval([provider()], wanted).calls).toEqual([
      'delete oauth2CredentialProvider/github',
    ]);
  });

  it('that is a target goes without waiting for the others', () => {
    const memory = [gateway(), ledger, target('payments/old')].map((each) => appliedRecord(each));
    const wanted = [gateway(), target('payments/ledger', 2)];
    expect(decideAfterRemoval([target('payments/old')], wanted, { memory }).calls).toEqual([
      'update gatewayTarget/payments/ledger',
      'delete gatewayTarget/payments/old',
    ]);
  });

  it('is not held to attempts at what was wanted of it', () => {
    const attempts = { fingerprint: 'old', count: 7, firstAt: 0, nextAt: NOW + 1, deferrals: 0, reasons: [] };
    const memory = [appliedRecord(gateway()), appliedRecord(ledger, { retry: attempts })];
    expect(decideAfterRemoval([ledger], [gateway()], { memory }).calls).toEqual([
      'delete gatewayTarget/payments/ledger',
    ]);
  });

  it('is given up after seven attempts to delete it', () => {
    const attempts = { fingerprint: '', count: 7, firstAt: 0, nextAt: 0, deferrals: 0, reasons: ['No.'] };
    const memory = [appliedRecord(gateway()), appliedRecord(ledger, { retry: attempts })];
    const { calls, decision } = decideAfterRemoval([ledger], [gateway()], { memory });
    expect(calls).toEqual([]);
    expect(decision.resources.at(-1)).toMatchObject({ state: 'failed' });
  });

  it('is waited for while it is being deleted', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'DELETING')];
    expect(decideAfterRemoval([ledger], [gateway()], { observed }).decision.next).toBe('wait');
  });

  it('and awaits an authorization waits for it, and nobody is asked any more', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'CREATE_PENDING_AUTH')];
    const { decision } = decideAfterRemoval([ledger], [gateway()], { observed });
    expect(decision).toMatchObject({ next: 'settled', requests: [] });
    expect(decision.resources.at(-1)).toMatchObject({ state: 'awaiting-authorization' });
  });
});

describe('a resource that is gone', () => {
  const gone = (more: Partial<ResourceRecord>) => ({
    inManifest: false,
    ...prune,
    record: appliedRecord(ledger, { state: 'in-progress', ...more }),
  });

  it('is forgotten at once where Gateloop never created it', () => {
    expect(decideResource(ledger, gone({})).result.deletes).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('has the number of its creations remembered for a day, so that none gets an old answer', () => {
    const { result, record } = decideResource(ledger, gone({ generation: 2 }));
    expect(result.deletes).toEqual([]);
    expect(record).toEqual({
      address: 'gatewayTarget/payments/ledger',
      generation: 2,
      state: 'absent',
      reasons: [],
      since: NOW,
    });
    const about = (since: number) =>
      decideResource(ledger, { inManifest: false, ...(record && { record: { ...record, since } }) }).result;
    expect(about(NOW - 86_399_999)).toMatchObject({ deletes: [], upserts: [] });
    expect(about(NOW - 86_400_000).deletes).toEqual(['gatewayTarget/payments/ledger']);
  });
});

it('touches nothing that it does not remember', () => {
  const observed = [gateway(), ledger].map((each) => observedAs(each, 'READY'));
  expect(
    decideAfterRemoval([], [gateway()], { observed, memory: [appliedRecord(gateway())] }).decision,
  ).toMatchObject({
    next: 'settled',
    operations: [],
    deletes: [],
  });
});

describe('the words about what is left over', () => {
  it('say what it waits for', () => {
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

  it('say what stands in the way', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')];
    const { decision } = decideAfterRemoval([gateway()], [], {
      observed,
      memory: [appliedRecord(gateway())],
    });
    expect(decision.resources[0]?.reasons).toEqual([
      'It left the manifest, but has targets that Gateloop did not create: gatewayTarget/payments/ledger. Delete them first.',
    ]);
  });
});

it('waits for a creation that was under way when the target left the manifest', () => {
  const { applied: _a, id: _i, outputs: _o, ...unseen } = appliedRecord(ledger);
  const operation = { operation: 'create' as const, fingerprint: 'any', startedAt: NOW - 1000 };
  const memory = [appliedRecord(gateway()), { ...unseen, operation }];
  const { decision } = decideAfterRemoval([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    memory,
  });
  expect(decision).toMatchObject({ next: 'wait', deletes: [] });
});

it('forgets without remembering', () => {
  const memory = [appliedRecord(gateway()), appliedRecord(ledger)];
  const { decision } = decideAfterRemoval([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    memory,
  });
  expect(decision.deletes).toEqual(['gatewayTarget/payments/ledger']);
  expect(decision.upserts).toEqual([]);
});
