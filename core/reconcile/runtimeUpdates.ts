import { parseAddress } from '../address.ts';
import { type Backend, backendKey } from '../resources/backends.ts';
import type { ServingRuntime } from '../resources/gatewayTarget.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { phases } from '../status.ts';

/** The service names the runtime of a harness so, as recorded on AWS. */
const HARNESS_RUNTIME = /^harness_(.+)$/;

/** @returns the name of the harness that has the runtime; undefined for the runtime of no harness */
export function harnessOf({ id }: Pick<ServingRuntime, 'id'>): string | undefined {
  return HARNESS_RUNTIME.exec(nameInId(id))?.[1];
}

/** An id of a runtime or a harness is its name, a hyphen, and ten characters. Names have no hyphen. */
export function nameInId(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('-')));
}

/**
 * Finds the resource of the workspace that changes a runtime: the runtime itself, or the harness that has it.
 *
 * @returns undefined for a runtime that the workspace does not have
 */
export function observedRuntime(
  runtime: ServingRuntime,
  observed: Iterable<ObservedResource>,
): ObservedResource | undefined {
  const harness = harnessOf(runtime);
  for (const resource of observed) {
    const { kind, name } = parseAddress(resource.address);
    if (kind === 'agentRuntime' && resource.id === runtime.id) return resource;
    if (kind === 'harness' && name === harness) return resource;
  }
  return undefined;
}

/**
 * When what runs behind a URL of a runtime changed last, as far as this poll knows. While it changes, the tools of its next
 * version cannot be read. A version of the runtime is behind an endpoint once that one serves it.
 *
 * @param read when runtimes of other owners and their endpoints changed, by `backendKey`
 * @returns ms since the epoch
 */
export function runtimeUpdatedAt(
  runtime: ServingRuntime,
  observed: readonly ObservedResource[],
  read: ReadonlyMap<string, number> | undefined,
): number | undefined {
  const resource = observedRuntime(runtime, observed);
  if (!resource) return read?.get(backendKey({ kind: 'agentRuntime', ...runtime }));
  const { status, updatedAt } = observedEndpoint(runtime, resource, observed) ?? resource;
  return phases[status] === 'ready' ? updatedAt : undefined;
}

/** @returns undefined where the workspace does not have the endpoint */
function observedEndpoint(
  { endpoint }: ServingRuntime,
  runtime: ObservedResource,
  observed: readonly ObservedResource[],
): ObservedResource | undefined {
  const { kind, name } = parseAddress(runtime.address);
  return endpoint === undefined
    ? undefined
    : observed.find(({ address }) => address === `${kind}Endpoint/${name}/${endpoint}`);
}

/**
 * When the last one of these changed, as far as this poll knows: the runtime behind a target, or what a record reads.
 *
 * @param read when backends of other owners changed, by `backendKey`
 * @returns ms since the epoch
 */
export function latestUpdate(
  backends: readonly Backend[],
  observed: readonly ObservedResource[],
  read: ReadonlyMap<string, number> | undefined,
): number | undefined {
  const times = backends.map((backend) =>
    backend.kind === 'agentRuntime'
      ? runtimeUpdatedAt(backend, observed, read)
      : gatewayUpdatedAt(backend.id, observed, read?.get(backendKey(backend))),
  );
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** A gateway gives out the tools of its targets: while one of them changes, what it will give out cannot be read. */
function gatewayUpdatedAt(
  id: string,
  observed: readonly ObservedResource[],
  read: number | undefined,
): number | undefined {
  const gateway = observed.find((each) => each.id === id && parseAddress(each.address).kind === 'gateway');
  if (!gateway) return read;
  const prefix = `gatewayTarget/${parseAddress(gateway.address).name}/`;
  return partsUpdatedAt([gateway, ...observed.filter(({ address }) => address.startsWith(prefix))]);
}

/** @returns when the last of a gateway and its targets changed; undefined while one of them is changing */
export function partsUpdatedAt(
  parts: readonly Pick<ObservedResource, 'status' | 'updatedAt' | 'lastSynchronizedAt'>[],
): number | undefined {
  if (parts.some(({ status }) => phases[status] === 'moving')) return undefined;
  return Math.max(
    ...parts.map(({ updatedAt, lastSynchronizedAt = 0 }) => Math.max(updatedAt, lastSynchronizedAt)),
  );
}
