import type { Address } from '../address.ts';
import { readAuthorizationLink } from '../authorization/linkExpiry.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import { type Status, statusOf } from '../status.ts';
import type { ResourceKind } from './resourceKind.ts';

/** One resource as the control plane shows it. Times in ms since the epoch. */
export interface ObservedResource {
  readonly address: Address;
  readonly id: string;
  readonly status: Status;
  readonly reasons: readonly string[];
  readonly updatedAt: number;
  readonly lastSynchronizedAt?: number;
  /** The session of the link that awaits a person, hashed. */
  readonly linkSession?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The tags, after they were read. */
  readonly tags?: TagMap;
  /** The configuration, after a Get. A List does not return it. */
  readonly config?: JsonObject;
}

/**
 * Reads a resource from the response to a Get, or from an item of a List.
 *
 * @param withConfig whether the response is a Get's, which carries the configuration
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
  const id = String(resource[kind.idMember] ?? '');
  return {
    address,
    id,
    status: statusIn(kind, resource),
    reasons: reasonsOf(resource[kind.reasonMember]),
    updatedAt: Number(resource[kind.updatedAtMember] ?? resource.createdAt ?? 0),
    ...(typeof lastSynchronizedAt === 'number' && { lastSynchronizedAt }),
    ...(link && { linkSession: link.session }),
    outputs: outputsOf(kind, resource),
    ...(withConfig && { config: { ...resource, ...containerMember(kind, id) } }),
  };
}

/**
 * A resource that serves another version than it is to serve is still moving, whatever its status says. The API model of
 * harness endpoints: "this can differ from the live version until the endpoint finishes transitioning".
 */
function statusIn({ version }: ResourceKind, resource: JsonObject): Status {
  const status = statusOf(typeof resource.status === 'string' ? resource.status : undefined);
  const isMoving = version !== undefined && resource[version.live] !== resource[version.target];
  return status === 'READY' && isMoving ? 'UPDATING' : status;
}

/** @returns the id of what a resource is in, by the resource's own id; undefined for a kind without containers */
export function containerOf({ container }: ResourceKind, id: string): string | undefined {
  return container?.inId.exec(id)?.[1];
}

/** No response has the member of requests that names the container. */
function containerMember(kind: ResourceKind, id: string): JsonObject {
  const containerId = containerOf(kind, id);
  return kind.container && containerId !== undefined ? { [kind.container.member]: containerId } : {};
}

/** The responses of some kinds wrap the resource in a member (`responseMember`). */
export function unwrapResponse(kind: ResourceKind, response: JsonObject): JsonObject {
  const inner = kind.responseMember === undefined ? undefined : response[kind.responseMember];
  return isJsonObject(inner) ? inner : response;
}

/** @returns the name of an item of a List: of a kind whose items have none, the one that its id begins with */
export function itemName({ nameMember = '', nameInId, idMember }: ResourceKind, item: JsonObject): string {
  return nameInId ? (nameInId.exec(asText(item[idMember]))?.[1] ?? '') : asText(item[nameMember]);
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
