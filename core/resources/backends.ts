import type { JsonObject } from '../json.ts';
import { type ServingRuntime, servingRuntime, servingRuntimeAt } from './gatewayTarget.ts';
import { recordSources } from './registryRecord.ts';
import type { KindName } from './resourceKind.ts';

/** The kinds that are behind the endpoints of targets, or behind the sources of records. */
export const backendKinds: ReadonlySet<KindName> = new Set([
  'agentRuntime',
  'agentRuntimeEndpoint',
  'harness',
  'harnessEndpoint',
  'gateway',
  'gatewayTarget',
]);

/** What runs behind a URL: when it changes, what was read there is stale. */
export type Backend =
  | ({ readonly kind: 'agentRuntime' } & ServingRuntime)
  | { readonly kind: 'gateway'; readonly id: string };

const GATEWAY_HOST = /^https:\/\/((?:[0-9a-z]-?){1,100}-[0-9a-z]{10})\.gateway\./;

/** @returns the runtime behind a target's endpoint, and the runtimes and gateways behind the sources of a record */
export function backendsOf(config: JsonObject): Backend[] {
  const runtime = servingRuntime(config);
  return [
    ...(runtime ? [{ kind: 'agentRuntime' as const, ...runtime }] : []),
    ...recordSources(config).flatMap(({ url }) => backendAt(url)),
  ];
}

function backendAt(url: string): Backend[] {
  const runtime = servingRuntimeAt(url);
  if (runtime) return [{ kind: 'agentRuntime', ...runtime }];
  const [, id] = GATEWAY_HOST.exec(url) ?? [];
  return id === undefined ? [] : [{ kind: 'gateway', id }];
}

/** @returns the name of a backend among what was read of backends that other workspaces have */
export function backendKey(backend: Backend): string {
  if (backend.kind === 'gateway') return `gateway/${backend.id}`;
  return backend.endpoint === undefined ? backend.arn : `${backend.arn}/runtime-endpoint/${backend.endpoint}`;
}
