import type { Desired } from '../desired/desired.ts';
import { type Address, addressOf } from '../resources/resourceKinds.ts';
import { awaitsConsent, listsTools } from './consent.ts';
import type { Observed } from './observed.ts';

/**
 * When the next synchronisation by schedule falls due in a workspace.
 *
 * @returns ms since the epoch; undefined where nothing is synchronised by schedule
 */
export function nextResyncAt(desired: Desired, observed: ReadonlyMap<Address, Observed>): number | undefined {
  const times = desired.resources.flatMap(({ kind, name, config, settings: { resync } }) => {
    const seen = observed.get(addressOf(kind, name));
    if (!seen || resync === 'never' || !listsTools(config) || awaitsConsent(config)) return [];
    return [(seen.lastSynchronizedAt ?? seen.updatedAt) + resync * 1000];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}
