import { expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Address } from '../address.ts';
import type { JsonObject } from '../json.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { addressItems } from './addressItems.ts';

const { gatewayRule, gatewayTarget } = resourceKinds;

function rule(ruleId: string, priority: number, targetName: string): JsonObject {
  return { ruleId, priority, actions: [{ routeToTarget: { staticRoute: { targetName } } }] };
}

/** @param recorded the ids that the ledger has, by the keys of the manifest */
function addressed(
  items: readonly JsonObject[],
  desired: Readonly<Record<string, JsonObject>>,
  recorded: Readonly<Record<string, string>> = {},
): Readonly<Record<string, Address>> {
  const address = (key: string): Address => `gatewayRule/front/${key}`;
  const found = addressItems(gatewayRule, 'gateway/front', items, {
    records: new Map(Object.entries(recorded).map(([key, id]) => [address(key), { id }])),
    desired: new Map(Object.entries(desired).map(([key, config]) => [address(key), config])),
    catalog: resourceShapes,
  });
  return Object.fromEntries(found.map(([each, item]) => [String(item.ruleId), each]));
}

it('addressItems: finds a rule by the id in the ledger, whatever its content is by now', () => {
  expect(addressed([rule('r1', 7, 'other')], { reads: rule('', 1, 'search') }, { reads: 'r1' })).toEqual({
    r1: 'gatewayRule/front/reads',
  });
});

it('addressItems: takes a rule with the same content for the one of the manifest, before one with its priority', () => {
  const items = [rule('r1', 1, 'other'), rule('r2', 1, 'search')];
  expect(addressed(items, { reads: rule('', 1, 'search') })).toEqual({
    r1: 'gatewayRule/front/r1',
    r2: 'gatewayRule/front/reads',
  });
});

it('addressItems: takes a rule with the same priority where none has the content', () => {
  expect(addressed([rule('r1', 1, 'other')], { reads: rule('', 1, 'search') })).toEqual({
    r1: 'gatewayRule/front/reads',
  });
});

it('addressItems: gives each rule to one key alone, and none that the ledger knows to another key', () => {
  const same = rule('', 1, 'search');
  const items = [rule('r1', 1, 'search'), rule('r2', 1, 'search')];
  expect(addressed(items, { reads: same, again: same }, { reads: 'r2' })).toEqual({
    r1: 'gatewayRule/front/again',
    r2: 'gatewayRule/front/reads',
  });
});

it('addressItems: names a target by its name', () => {
  const known = { records: new Map(), desired: new Map(), catalog: resourceShapes };
  const item = { targetId: 'T1', name: 'search' };
  expect(addressItems(gatewayTarget, 'gateway/front', [item], known)).toEqual([
    ['gatewayTarget/front/search', item],
  ]);
});
