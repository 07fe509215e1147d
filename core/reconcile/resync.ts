import type { Address } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import { phases } from '../status.ts';
import { type ResyncSchedule, requiresConsent, staleAt } from './consentGate.ts';
import { maxAttempts } from './limits.ts';
import type { ObservedResource } from './observedResource.ts';
import type { ResourceRecord } from './resourceRecord.ts';

/**
 * When the next synchronisation by schedule falls due in a workspace: the call, or the question to a person that comes
 * before it.
 *
 * @param recorded as it is after the decision
 * @returns ms since the epoch; undefined where nothing is synchronised by schedule
 */
export function nextResyncAt(
  desired: DesiredState,
  observed: ReadonlyMap<Address, ObservedResource>,
  recorded: ReadonlyMap<Address, ResourceRecord>,
): number | undefined {
  const times = desired.resources.flatMap(({ address, config, settings: { resync } }) => {
    return resyncDueAt({ config, resync }, observed.get(address), recorded.get(address)) ?? [];
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
export function resyncDueAt(
  schedule: ResyncSchedule,
  observed: ObservedResource | undefined,
  record: ResourceRecord | undefined,
): number | undefined {
  if (!observed || phases[observed.status] !== 'ready') return undefined;
  const dueAt = staleAt(schedule, observed);
  if (dueAt === undefined || schedule.resync === 'never') return undefined;
  const { request, retry } = record ?? {};
  if (retry && retry.count >= maxAttempts) return undefined;
  if (!requiresConsent(schedule.config)) return Math.max(dueAt, retry?.nextAt ?? dueAt);
  if (request && !request.closed) return undefined;
  const answeredAt = Math.max(request?.closedAt ?? request?.askedAt ?? 0, retry?.nextAt ?? 0);
  return Math.max(dueAt, answeredAt + schedule.resync * 1000);
}
