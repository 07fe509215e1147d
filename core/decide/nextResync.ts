import type { Desired } from '../desired/desired.ts';
import { type Address, addressOf } from '../resources/address.ts';
import { phases } from '../status.ts';
import { awaitsConsent, oldAt, type Schedule } from './consent.ts';
import { mostAttempts } from './limits.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';

/**
 * When the next synchronisation by schedule falls due in a workspace: the call, or the question to a person that comes
 * before it.
 *
 * @param memory as it is after the decision
 * @returns ms since the epoch; undefined where nothing is synchronised by schedule
 */
export function nextResyncAt(
  desired: Desired,
  observed: ReadonlyMap<Address, Observed>,
  memory: ReadonlyMap<Address, Memory>,
): number | undefined {
  const times = desired.resources.flatMap(({ kind, name, config, settings: { resync } }) => {
    const address = addressOf(kind, name);
    return synchronizationDueAt({ config, resync }, observed.get(address), memory.get(address)) ?? [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * When one target falls due. What is not ready is mended first, and a person who was asked is waited for: neither falls
 * due until that has come to its end. Who said no, or nothing, or consented to what failed then, is left in peace for a
 * whole interval.
 *
 * @returns ms since the epoch; undefined where it does not fall due by itself
 */
export function synchronizationDueAt(
  schedule: Schedule,
  observed: Observed | undefined,
  memory: Memory | undefined,
): number | undefined {
  if (!observed || phases[observed.status] !== 'ready') return undefined;
  const dueAt = oldAt(schedule, observed);
  if (dueAt === undefined || schedule.resync === 'never') return undefined;
  const { request, attempts } = memory ?? {};
  if (attempts && attempts.count >= mostAttempts) return undefined;
  if (!awaitsConsent(schedule.config)) return Math.max(dueAt, attempts?.nextAt ?? dueAt);
  if (request && !request.closed) return undefined;
  const answeredAt = Math.max(request?.closedAt ?? request?.askedAt ?? 0, attempts?.nextAt ?? 0);
  return Math.max(dueAt, answeredAt + schedule.resync * 1000);
}
