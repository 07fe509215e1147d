import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import { decide } from './decide.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';
import { catalogue } from './testing/catalogue.ts';
import { decideAbout } from './testing/decided.ts';
import { appliedMemory, gateway, NOW, observedAs, provider, target, worldOf } from './testing/worlds.ts';

const ledger = target('payments/ledger');
const prune = { settings: { prune: true } };

/** What is done where the manifest holds only `wanted`, and everything else in step is left over. */
function afterLeaving(
  left: readonly DesiredResource[],
  wanted: readonly DesiredResource[] = [],
  more: { observed?: readonly Observed[]; memory?: readonly Memory[]; gone?: boolean } = {},
) {
  const all = [...wanted, ...left];
  const decision = decide(
    worldOf({
      ...prune,
      resources: wanted,
      observed: more.observed ?? all.map((each) => observedAs(each, 'READY')),
      memory: more.memory ?? all.map((each) => appliedMemory(each)),
    }),
    catalogue,
  );
  return { decision, calls: decision.operations.map(({ operation, address }) => `${operation} ${address}`) };
}

describe('a resource that left the manifest', () => {
  it('stays where the workspace does not prune, and is not reported', () => {
    const about = { wanted: false, observed: observedAs(ledger, 'READY'), memory: appliedMemory(ledger) };
    const { operation, report, decision } = decideAbout(ledger, about);
    expect({ operation, report, next: decision.next }).toEqual({
      operation: undefined,
      report: undefined,
      next: 'settled',
    });
  });

  it('is not taken, should it come back, for one that somebody deleted by hand meanwhile', () => {
    const about = { wanted: false, memory: appliedMemory(ledger), observed: observedAs(ledger, 'READY') };
    const { memory } = decideAbout(ledger, about);
    expect(memory?.id).toBe('payments/ledger');
    expect(decideAbout(ledger, memory ? { memory } : {}).operation).toBe('create');
  });

  it('is asked about again, should it come back with what was approved before', () => {
    const approved = appliedMemory(ledger, { approved: 'f' });
    const about = { wanted: false, memory: approved, observed: observedAs(ledger, 'READY') };
    expect(decideAbout(ledger, about).memory?.approved).toBeUndefined();
  });

  it('is deleted with its children first', () => {
    const { calls, decision } = afterLeaving([gateway(), ledger]);
    expect(calls).toEqual(['delete gatewayTarget/payments/ledger']);
    expect(decision.resources.find(({ kind }) => kind === 'gateway')).toMatchObject({ state: 'in-progress' });
    expect(afterLeaving([gateway()]).calls).toEqual(['delete gateway/payments']);
  });

  it('is not deleted while its gateway is moving', () => {
    const moving = [observedAs(gateway(), 'UPDATING'), observedAs(ledger, 'READY')];
    const { calls, decision } = afterLeaving([ledger], [gateway()], { observed: moving });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('wait');
  });

  it('is not deleted while it holds targets that Gateloop did not make, and says so', () => {
    const { calls, decision } = afterLeaving([gateway()], [], {
      observed: [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')],
      memory: [appliedMemory(gateway())],
    });
    expect(calls).toEqual([]);
    expect(decision.next).toBe('settled');
    expect(decision.resources).toMatchObject([{ state: 'refused' }]);
    expect(decision.resources[0]?.reasons.join()).toContain('gatewayTarget/payments/ledger');
  });

  it('goes only when all that is wanted is ready, if others may refer to it', () => {
    const wanted = [gateway(), target('payments/ledger', 2)];
    const memory = [gateway(), ledger, provider()].map((each) => appliedMemory(each));
    const busy = afterLeaving([provider()], wanted, { memory });
    expect(busy.calls).toEqual(['update gatewayTarget/payments/ledger']);
    expect(busy.decision.resources.at(-1)?.reasons).toEqual([
      'It left the manifest, and goes once gatewayTarget/payments/ledger is ready.',
    ]);
    expect(afterLeaving([provider()], wanted).calls).toEqual(['delete oauth2CredentialProvider/github']);
  });

  it('that is a target goes without waiting for the others', () => {
    const memory = [gateway(), ledger, target('payments/old')].map((each) => appliedMemory(each));
    const wanted = [gateway(), target('payments/ledger', 2)];
    expect(afterLeaving([target('payments/old')], wanted, { memory }).calls).toEqual([
      'update gatewayTarget/payments/ledger',
      'delete gatewayTarget/payments/old',
    ]);
  });

  it('is not held to attempts at what was wanted of it', () => {
    const attempts = { fingerprint: 'old', count: 7, firstAt: 0, nextAt: NOW + 1, deferrals: 0, reasons: [] };
    const memory = [appliedMemory(gateway()), appliedMemory(ledger, { attempts })];
    expect(afterLeaving([ledger], [gateway()], { memory }).calls).toEqual([
      'delete gatewayTarget/payments/ledger',
    ]);
  });

  it('is given up after seven attempts to delete it', () => {
    const attempts = { fingerprint: '', count: 7, firstAt: 0, nextAt: 0, deferrals: 0, reasons: ['No.'] };
    const memory = [appliedMemory(gateway()), appliedMemory(ledger, { attempts })];
    const { calls, decision } = afterLeaving([ledger], [gateway()], { memory });
    expect(calls).toEqual([]);
    expect(decision.resources.at(-1)).toMatchObject({ state: 'failed' });
  });

  it('is waited for while it is being deleted', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'DELETING')];
    expect(afterLeaving([ledger], [gateway()], { observed }).decision.next).toBe('wait');
  });

  it('and awaits an authorization waits for it, and nobody is asked any more', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'CREATE_PENDING_AUTH')];
    const { decision } = afterLeaving([ledger], [gateway()], { observed });
    expect(decision).toMatchObject({ next: 'settled', requests: [] });
    expect(decision.resources.at(-1)).toMatchObject({ state: 'awaiting-authorization' });
  });
});

describe('a resource that is gone', () => {
  const gone = (more: Partial<Memory>) => ({
    wanted: false,
    ...prune,
    memory: appliedMemory(ledger, { state: 'in-progress', ...more }),
  });

  it('is forgotten at once where Gateloop never created it', () => {
    expect(decideAbout(ledger, gone({})).decision.forget).toEqual(['gatewayTarget/payments/ledger']);
  });

  it('has the number of its creations remembered for a day, so that none gets an old answer', () => {
    const { decision, memory } = decideAbout(ledger, gone({ generation: 2 }));
    expect(decision.forget).toEqual([]);
    expect(memory).toEqual({
      address: 'gatewayTarget/payments/ledger',
      generation: 2,
      state: 'absent',
      reasons: [],
      since: NOW,
    });
    const about = (since: number) =>
      decideAbout(ledger, { wanted: false, ...(memory && { memory: { ...memory, since } }) }).decision;
    expect(about(NOW - 86_399_999)).toMatchObject({ forget: [], remember: [] });
    expect(about(NOW - 86_400_000).forget).toEqual(['gatewayTarget/payments/ledger']);
  });
});

it('touches nothing that it does not remember', () => {
  const observed = [gateway(), ledger].map((each) => observedAs(each, 'READY'));
  expect(
    afterLeaving([], [gateway()], { observed, memory: [appliedMemory(gateway())] }).decision,
  ).toMatchObject({
    next: 'settled',
    operations: [],
    forget: [],
  });
});

describe('the words about what is left over', () => {
  it('say what it waits for', () => {
    const moving = [observedAs(gateway(), 'UPDATING'), observedAs(ledger, 'READY')];
    expect(afterLeaving([ledger], [gateway()], { observed: moving }).decision.resources.at(-1)).toMatchObject(
      {
        state: 'in-progress',
        reasons: ['It left the manifest, and waits for gateway/payments.'],
      },
    );
    expect(afterLeaving([gateway(), ledger]).decision.resources[0]?.reasons).toEqual([
      'It left the manifest, and goes after its targets.',
    ]);
  });

  it('say what stands in the way', () => {
    const observed = [observedAs(gateway(), 'READY'), observedAs(ledger, 'READY')];
    const { decision } = afterLeaving([gateway()], [], { observed, memory: [appliedMemory(gateway())] });
    expect(decision.resources[0]?.reasons).toEqual([
      'It left the manifest, but has targets that Gateloop did not make: gatewayTarget/payments/ledger. Delete them first.',
    ]);
  });
});

it('waits for a creation that was under way when the target left the manifest', () => {
  const { applied: _a, id: _i, outputs: _o, ...unseen } = appliedMemory(ledger);
  const operation = { operation: 'create' as const, fingerprint: 'any', startedAt: NOW - 1000 };
  const memory = [appliedMemory(gateway()), { ...unseen, operation }];
  const { decision } = afterLeaving([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    memory,
  });
  expect(decision).toMatchObject({ next: 'wait', forget: [] });
});

it('forgets without remembering', () => {
  const memory = [appliedMemory(gateway()), appliedMemory(ledger)];
  const { decision } = afterLeaving([ledger], [gateway()], {
    observed: [observedAs(gateway(), 'READY')],
    memory,
  });
  expect(decision.forget).toEqual(['gatewayTarget/payments/ledger']);
  expect(decision.remember).toEqual([]);
});
