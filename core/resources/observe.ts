import type { Address } from '../address.ts';
import { readAuthorizationLink } from '../authorization/linkExpiry.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ObservedResource } from '../reconcile/observedResource.ts';
import { statusOf } from '../status.ts';
import type { ResourceKind } from './resourceKind.ts';

/**
 * Reads what the control plane answered about a resource, in a Get or as an item of a List.
 *
 * @param withConfig whether the answer is a Get's, which carries the configuration
 */
export function observe(
  kind: ResourceKind,
  address: Address,
  response: JsonObject,
  withConfig: boolean,
): ObservedResource {
  const resource = unwrapResponse(kind, response);
  const lastSynchronizedAt = resource.lastSynchronizedAt;
  const link = readAuthorizationLink(resource);
  return {
    address,
    id: String(resource[kind.idMember] ?? ''),
    status: statusOf(typeof resource.status === 'string' ? resource.status : undefined),
    reasons: reasonsOf(resource[kind.reasonMember]),
    updatedAt: Number(resource[kind.updatedAtMember] ?? resource.createdAt ?? 0),
    ...(typeof lastSynchronizedAt === 'number' && { lastSynchronizedAt }),
    ...(link && { linkSession: link.session }),
    outputs: outputsOf(kind, resource),
    ...(withConfig && { config: resource }),
  };
}

/** Some answers wrap the resource in a member of its own. */
export function unwrapResponse(kind: ResourceKind, response: JsonObject): JsonObject {
  const inner = kind.responseMember === undefined ? undefined : response[kind.responseMember];
  return isJsonObject(inner) ? inner : response;
}

function reasonsOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function outputsOf(kind: ResourceKind, resource: JsonObject): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const member of kind.outputs) {
    const value = resource[member];
    if (typeof value === 'string') outputs[member] = value;
  }
  return outputs;
}
