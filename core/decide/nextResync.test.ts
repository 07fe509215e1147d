import { expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import { nextResyncAt } from './nextResync.ts';
import type { Observed } from './observed.ts';
import { desiredOf, NOW, observedAs, serverTarget, target } from './testing/worlds.ts';

const tools = serverTarget('payments/tools');
const others = serverTarget('payments/others');

function next(
  resources: readonly DesiredResource[],
  observed: readonly Observed[],
  resync: number | 'never' = 3600,
) {
  return nextResyncAt(
    desiredOf(resources, { resync }),
    new Map(observed.map((each) => [each.address, each])),
  );
}

it('falls due when the first target has not been synchronised for as long as its schedule says', () => {
  const observed = [
    observedAs(tools, 'READY', { lastSynchronizedAt: NOW - 600_000 }),
    observedAs(others, 'READY', { lastSynchronizedAt: NOW - 60_000 }),
  ];
  expect(next([tools, others], observed)).toBe(NOW + 3_000_000);
});

it('counts from the last change where a target was never synchronised', () => {
  expect(next([tools], [observedAs(tools, 'READY', { updatedAt: NOW - 600_000 })])).toBe(NOW + 3_000_000);
});

it('never falls due without a schedule, of static tools, or of targets that are not there', () => {
  const observed = [observedAs(tools, 'READY'), observedAs(target('payments/ledger'), 'READY')];
  expect(next([tools], observed, 'never')).toBeUndefined();
  expect(next([target('payments/ledger')], observed)).toBeUndefined();
  expect(next([others], observed)).toBeUndefined();
});
