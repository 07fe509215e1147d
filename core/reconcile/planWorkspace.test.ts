import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import { decide } from './decide.ts';
import type { Ownership } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import { appliedRecord, gateway, observedAs, reconcileInput, target } from './testing/inputs.ts';

const ownership = new Map<Address, Ownership>([
  ['gateway/payments', { kind: 'ownedElsewhere', workspace: 'billing', proof: 'claim' }],
]);
const resources = [
  gateway('payments'),
  target('payments/ledger'),
  gateway('orders'),
  target('orders/ledger'),
];

function decideStates(situation: Parameters<typeof reconcileInput>[0]) {
  const result = decide({ ...reconcileInput(situation), ownership }, catalog);
  const states = Object.fromEntries(result.resources.map(({ address, state }) => [address, state]));
  return { decision: result, states };
}

describe('planWorkspace: a gateway of another workspace', () => {
  it('is refused with the name of that workspace, and so are its targets; other resources proceed', () => {
    const { decision, states } = decideStates({ resources });
    expect(states).toMatchObject({
      'gateway/payments': 'refused',
      'gatewayTarget/payments/ledger': 'failed',
    });
    expect(decision.operations).toMatchObject([{ address: 'gateway/orders', operation: 'create' }]);
    const [refused] = decision.resources;
    expect(refused?.reasons.join()).toContain('the workspace "billing"');
  });

  it('loses its id and those of its targets in the ledger, so that Gateloop never deletes them', () => {
    const { decision } = decideStates({ resources, recorded: resources.map((each) => appliedRecord(each)) });
    const known = decision.upserts.filter(({ address }) => address.includes('payments'));
    expect(known.map(({ address, id, applied }) => [address, id, applied])).toEqual([
      ['gateway/payments', undefined, undefined],
      ['gatewayTarget/payments/ledger', undefined, undefined],
    ]);
  });

  it('is dropped without a call when it leaves the manifest of a workspace that prunes', () => {
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

  it('drops its open request', () => {
    const request = { id: 'r', kind: 'approval' as const, askedAt: 0 };
    const { decision } = decideStates({
      resources,
      recorded: [appliedRecord(gateway('payments'), { request })],
    });
    expect(decision.upserts.find(({ address }) => address === 'gateway/payments')?.request).toBeUndefined();
  });
});
