import { readAuthorizationLink } from '../authorization/authorizationLink.ts';
import type { Observed } from '../decide/observed.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../manifest/json.ts';
import { statusOf } from '../status.ts';
import type { Address } from './address.ts';
import type { ResourceKind } from './resourceKind.ts';

/**
 * Reads what the control plane answered about a resource, in a Get or as an item of a List.
 *
 * @param withConfig whether the answer is a Get's, which carries the configuration
 */
export function observe(
  row: ResourceKind,
  address: Address,
  answer: JsonObject,
  withConfig: boolean,
): Observed {
  const resource = unwrap(row, answer);
  const lastSynchronizedAt = resource.lastSynchronizedAt;
  const link = readAuthorizationLink(resource);
  return {
    address,
    id: String(resource[row.idMember] ?? ''),
    status: statusOf(typeof resource.status === 'string' ? resource.status : undefined),
    reasons: reasonsOf(resource[row.reasonMember]),
    updatedAt: Number(resource[row.updatedAtMember] ?? resource.createdAt ?? 0),
    ...(typeof lastSynchronizedAt === 'number' && { lastSynchronizedAt }),
    ...(link && { link: link.session }),
    outputs: outputsOf(row, resource),
    ...(withConfig && { config: resource }),
  };
}

/** Some answers wrap the resource in a member of its own. */
export function unwrap(row: ResourceKind, answer: JsonObject): JsonObject {
  const inner = row.answerMember === undefined ? undefined : answer[row.answerMember];
  return isJsonObject(inner) ? inner : answer;
}

function reasonsOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function outputsOf(row: ResourceKind, resource: JsonObject): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const member of row.outputs) {
    const value = resource[member];
    if (typeof value === 'string') outputs[member] = value;
  }
  return outputs;
}
