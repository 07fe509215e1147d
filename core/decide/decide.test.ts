import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { catalogue } from './testing/catalogue.ts';
import { addressFor, appliedMemory, gateway, observedAs, target, worldOf } from './testing/worlds.ts';

it('settles at once, without a call or a write to memory, in a world in step', () => {
  const resources = [gateway(), target('payments/ledger'), target('payments/refunds')];
  const world = worldOf({
    resources,
    observed: resources.map((each) => observedAs(each, 'READY')),
    memory: resources.map((each) => appliedMemory(each)),
  });
  expect(decide(world, catalogue)).toMatchObject({
    next: 'settled',
    operations: [],
    syncs: [],
    requests: [],
    reads: [],
    remember: [],
    forget: [],
    resources: resources.map((each) => ({ address: addressFor(each), state: 'ready' })),
  });
});
