import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ObservedResource } from './observedResource.ts';

/**
 * Whether creating, updating or synchronising this target stops at a person's consent: an MCP server behind an OAuth
 * authorization code grant whose tools are listed from the server itself. A static `mcpToolSchema` needs none.
 */
export function requiresConsent(config: JsonObject): boolean {
  if (!cachesListedTools(config)) return false;
  const providers = config.credentialProviderConfigurations;
  return (
    Array.isArray(providers) &&
    providers.some((provider: JsonValue) => {
      const oauth = member(member(provider, 'credentialProvider'), 'oauthCredentialProvider');
      return member(oauth, 'grantType') === 'AUTHORIZATION_CODE';
    })
  );
}

/** Whether the gateway lists this target's tools from an MCP server and keeps the list, so that it can grow old. */
export function cachesListedTools(config: JsonObject): boolean {
  const server = member(member(config.targetConfiguration, 'mcp'), 'mcpServer');
  return isJsonObject(server) && server.mcpToolSchema === undefined && server.listingMode !== 'DYNAMIC';
}

/** Whether a synchronisation that needs nobody's consent is due by the schedule of the target. */
export function isResyncDue(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return !requiresConsent(schedule.config) && isStale(schedule, observed, now);
}

/** Whether a synchronisation is due that stops at a person's consent. */
export function isConsentSyncDue(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return requiresConsent(schedule.config) && isStale(schedule, observed, now);
}

/** What is to be synchronised, and how often. */
export interface ResyncSchedule {
  readonly config: JsonObject;
  /** Seconds between synchronisations. */
  readonly resync: number | 'never';
}

/** @returns when the list of a target's tools will have grown old, in ms since the epoch; undefined where none does */
export function staleAt({ config, resync }: ResyncSchedule, observed: ObservedResource): number | undefined {
  if (resync === 'never' || !cachesListedTools(config)) return undefined;
  return (observed.lastSynchronizedAt ?? observed.updatedAt) + resync * 1000;
}

function isStale(schedule: ResyncSchedule, observed: ObservedResource, now: number): boolean {
  return now >= (staleAt(schedule, observed) ?? Number.POSITIVE_INFINITY);
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
