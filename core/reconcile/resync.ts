import type { Address } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import { cachesListedTools, requiresConsent } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';

/** A target's configuration and how often its tools are synchronized. */
export interface ResyncSchedule {
  readonly config: JsonObject;
  /** Seconds between synchronizations. */
  readonly resync: number | 'never';
}

/** Whether a scheduled synchronization is due that needs nobody's consent. */
export function isResyncDue(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return !requiresConsent(schedule.config) && isStale(schedule, observed, now);
}

/** Whether a scheduled synchronization is due that needs a person's consent. */
export function isConsentSyncDue(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return requiresConsent(schedule.config) && isStale(schedule, observed, now);
}

/**
 * When the next scheduled synchronization of a workspace is due: the call, or the request to a person before it.
 *
 * @param recorded the records after the decision
 * @returns ms since the epoch; undefined where nothing is synchronized by schedule
 */
export function nextResyncAt(
  desired: DesiredState,
  observed: ReadonlyMap<Address, ObservedResource>,
  recorded: ReadonlyMap<Address, ResourceRecord>,
): number | undefined {
  const times = desired.resources.flatMap(
    ({ address, config, settings: { resync } }) =>
      resyncDueAt({ config, resync }, observed.get(address), recorded.get(address)) ?? [],
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * When one target's synchronization is due. A target that is not ready is repaired first, and an open request is
 * waited for. After a refusal, an expired request, or a failure after consent, one whole interval passes before
 * the next request.
 *
 * @returns ms since the epoch; undefined where no synchronization is due without another event
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

/** @returns when a target's list of tools is stale, in ms since the epoch; undefined where it never is */
function staleAt({ config, resync }: ResyncSchedule, observed: ObservedResource): number | undefined {
  if (resync === 'never' || !cachesListedTools(config)) return undefined;
  return (observed.lastSynchronizedAt ?? observed.updatedAt) + resync * 1000;
}

function isStale(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return now >= (staleAt(schedule, observed) ?? Number.POSITIVE_INFINITY);
}
