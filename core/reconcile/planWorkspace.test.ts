import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import { decide } from './decide.ts';
import { catalog } from './testing/catalog.ts';
import { appliedRecord, gateway, observedAs, reconcileInput, target } from './testing/inputs.ts';

const ownedByOtherWorkspace = new Map<Address, string>([['gateway/payments', 'billing']]);
const resources = [
  gateway('payments'),
  target('payments/ledger'),
  gateway('orders'),
  target('orders/ledger'),
];

function decideStates(situation: Parameters<typeof reconcileInput>[0]) {
  const result = decide({ ...reconcileInput(situation), ownedByOtherWorkspace }, catalog);
  const states = Object.fromEntries(result.resources.map(({ address, state }) => [address, state]));
  return { decision: result, states };
}

describe('a gateway that carries the tag of another workspace', () => {
  it('is refused, with that one’s name, and so is what would stand on it; the rest goes on', () => {
    const { decision, states } = decideStates({ resources });
    expect(states).toMatchObject({
      'gateway/payments': 'refused',
      'gatewayTarget/payments/ledger': 'failed',
    });
    expect(decision.operations).toMatchObject([{ address: 'gateway/orders', operation: 'create' }]);
    const [refused] = decision.resources;
    expect(refused?.reasons.join()).toContain('the workspace "billing"');
  });

  it('is not known by its id any more, nor are its targets: nothing of it will ever be deleted', () => {
    const { decision } = decideStates({ resources, recorded: resources.map((each) => appliedRecord(each)) });
    const known = decision.upserts.filter(({ address }) => address.includes('payments'));
    expect(known.map(({ address, id, applied }) => [address, id, applied])).toEqual([
      ['gateway/payments', undefined, undefined],
      ['gatewayTarget/payments/ledger', undefined, undefined],
    ]);
  });

  it('is let go where it left the manifest, even in a workspace that prunes', () => {
    const [payments, , ...others] = resources;
    const { decision, states } = decideStates({
      resources: others,
      observed: others.map((each) => observedAs(each, 'READY')),
      recorded: [...others, ...(payments ? [payments] : [])].map((each) => appliedRecord(each)),
      settings: { prune: true },
    });
    expect(decision.operations).toEqual([]);
    expect(decision.deletes).toEqual(['gateway/payments']);
    expect(states).toMatchObject({ 'gateway/orders': 'ready', 'gatewayTarget/orders/ledger': 'ready' });
    const left = decision.resources.find(({ address }) => address === 'gateway/payments');
    expect(left).toMatchObject({ state: 'absent', reasons: [] });
  });

  it('has nobody asked about it any more', () => {
    const request = { id: 'r', kind: 'approval' as const, askedAt: 0 };
    const { decision } = decideStates({
      resources,
      recorded: [appliedRecord(gateway('payments'), { request })],
    });
    expect(decision.upserts.find(({ address }) => address === 'gateway/payments')?.request).toBeUndefined();
  });
});
