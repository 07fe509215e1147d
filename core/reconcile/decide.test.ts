import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { catalog } from './testing/catalog.ts';
import { appliedRecord, gateway, observedAs, reconcileInput, target } from './testing/inputs.ts';

it('decide: settles immediately, without a call or a write, when every resource is up to date', () => {
  const resources = [gateway(), target('payments/ledger'), target('payments/refunds')];
  const world = reconcileInput({
    resources,
    observed: resources.map((each) => observedAs(each, 'READY')),
    recorded: resources.map((each) => appliedRecord(each)),
  });
  expect(decide(world, catalog)).toMatchObject({
    next: 'settled',
    operations: [],
    syncs: [],
    requests: [],
    reads: [],
    upserts: [],
    deletes: [],
    resources: resources.map((each) => ({ address: each.address, state: 'ready' })),
  });
});
