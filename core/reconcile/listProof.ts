import type { JsonObject } from '../json.ts';
import { type ObservedResource, observe } from '../resources/observe.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { phases } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';

/** The `updatedAt` of a resource when poll has compared its configuration last. In ms since the epoch. */
export function lastReadAt({ applied, drift }: ResourceRecord): number | undefined {
  return applied && (drift?.updatedAt ?? applied.updatedAt);
}

/** @returns undefined where the item of a List does not prove that the resource is as poll has read it last */
export function unchangedResource(
  record: ResourceRecord,
  row: ResourceKind,
  item: JsonObject,
): ObservedResource | undefined {
  const resource = observe(row, record.address, item, false);
  const isUnchanged = phases[resource.status] === 'ready' && resource.updatedAt === lastReadAt(record);
  return isUnchanged ? { ...resource, outputs: { ...record.outputs, ...resource.outputs } } : undefined;
}
