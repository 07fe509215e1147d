import type { Address } from '../address.ts';
import { type CronExpression, type NextTime, parseCron } from '../cron.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { Resync } from '../manifest/settings.ts';
import { cachesListedTools, requiresConsent } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';

/** A target's configuration and when its tools are synchronized. */
export interface ResyncSchedule {
  readonly config: JsonObject;
  readonly resync: Resync;
  /** When the agent runtime behind the target changed last: tools that were read before that are stale. In ms. */
  readonly runtimeUpdatedAt?: number;
}

type SyncRecord = Pick<ResourceRecord, 'syncWantedAt' | 'drift'> | undefined;

/** Whether a synchronization is due, by the schedule or by command, that needs nobody's consent. */
export function isResyncDue(
  schedule: ResyncSchedule,
  observed: ObservedResource,
  record: SyncRecord,
  now: number,
): boolean {
  return !requiresConsent(schedule.config) && isStale(schedule, observed, record, now);
}

/** Whether a synchronization is due, by the schedule or by command, that needs a person's consent. */
export function isConsentSyncDue(
  schedule: ResyncSchedule,
  observed: ObservedResource,
  record: SyncRecord,
  now: number,
): boolean {
  return requiresConsent(schedule.config) && isStale(schedule, observed, record, now);
}

/**
 * When the next synchronization of a workspace is due: the call, or the request to a person before it.
 *
 * @param recorded the records after the decision
 * @returns ms since the epoch; undefined where nothing is to be synchronized
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
 * waited for. After a refusal, an expired request, or a failure after consent, the next time of the schedule is the
 * earliest for another request, unless the runtime behind the target changed again.
 *
 * @returns ms since the epoch; undefined where no synchronization is due without another event
 */
export function resyncDueAt(
  schedule: ResyncSchedule,
  observed: ObservedResource | undefined,
  record: ResourceRecord | undefined,
): number | undefined {
  if (!observed || phases[observed.status] !== 'ready') return undefined;
  const { request, retry, syncWantedAt = 0, toolWatch } = record ?? {};
  const dueAt = staleAt(schedule, observed, record);
  if (dueAt === undefined || (retry && retry.count >= maxAttempts)) return undefined;
  if (!requiresConsent(schedule.config) && !request?.aboutList)
    return Math.max(dueAt, retry?.nextAt ?? dueAt);
  if (request && !request.closed) return undefined;
  // A list that was refused is read again at the next time of the schedule.
  const readAt = request?.aboutList ? (toolWatch?.upcoming?.readAt ?? 0) : 0;
  const answeredAt = Math.max(request?.closedAt ?? request?.askedAt ?? 0, retry?.nextAt ?? 0, readAt);
  const wantedAt = Math.max(syncWantedAt, changeToRead(schedule, observed) ?? 0);
  if (answeredAt === 0 || wantedAt >= answeredAt) return dueAt;
  const nextAt = timeAfter(schedule.resync, answeredAt);
  return nextAt === undefined ? undefined : Math.max(dueAt, nextAt);
}

/** @returns when a target's list of tools is stale, in ms since the epoch; undefined where it never is */
function staleAt(
  schedule: ResyncSchedule,
  observed: ObservedResource,
  record: SyncRecord,
): number | undefined {
  if (!cachesListedTools(schedule.config) || mayHaveStaticTools(record)) return undefined;
  const times = [
    timeAfter(schedule.resync, synchronizedAt(observed)),
    record?.syncWantedAt,
    changeToRead(schedule, observed),
  ].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A change of this member leaves the target one whose tools the gateway lists. */
const ENDPOINT = 'targetConfiguration.mcp.mcpServer.endpoint';

/**
 * Whether another client may have made the target one whose tools the gateway does not list. While that change stays, as
 * without `selfHeal`, the service rejects each synchronization with a ValidationException.
 */
function mayHaveStaticTools(record: SyncRecord): boolean {
  const differences = record?.drift?.differences ?? [];
  return differences.some(({ path }) => path.startsWith('targetConfiguration') && path !== ENDPOINT);
}

/** @returns when the runtime behind the target changed, if that was after the gateway had read its tools */
function changeToRead(
  { runtimeUpdatedAt = 0 }: ResyncSchedule,
  observed: ObservedResource,
): number | undefined {
  return runtimeUpdatedAt > synchronizedAt(observed) ? runtimeUpdatedAt : undefined;
}

function synchronizedAt({ lastSynchronizedAt, updatedAt }: ObservedResource): number {
  return lastSynchronizedAt ?? updatedAt;
}

function isStale(
  schedule: ResyncSchedule,
  observed: ObservedResource,
  record: SyncRecord,
  now: number,
): boolean {
  return now >= (staleAt(schedule, observed, record) ?? Number.POSITIVE_INFINITY);
}

/** @returns the first time of the schedule after the given one, in ms since the epoch; undefined where there is none */
function timeAfter(resync: Resync, after: number): number | undefined {
  if (resync === 'never') return undefined;
  return typeof resync === 'number' ? after + resync * 1000 : cronTimes(resync)(after);
}

/** Parsed once, since a workspace may have a thousand targets and a poll asks several times for each. */
const parsedCrons = new Map<CronExpression, NextTime>();

function cronTimes(expression: CronExpression): NextTime {
  const parsed = parsedCrons.get(expression) ?? parseCron(expression) ?? (() => undefined);
  parsedCrons.set(expression, parsed);
  return parsed;
}
