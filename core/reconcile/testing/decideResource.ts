import type { DesiredResource } from '../../desired/desired.ts';
import type { ObservedResource } from '../../resources/observe.ts';
import { decide } from '../decide.ts';
import type { Operation, ResourceRecord } from '../ledgerRecord.ts';
import type { ReconcileResult, ResourceReport } from '../plan.ts';
import { catalog } from './catalog.ts';
import { appliedRecord, gateway, observedAs, reconcileInput, type WorkspaceSituation } from './inputs.ts';

/** The result for one resource on a gateway that is up to date. */
export interface DecidedResource {
  readonly result: ReconcileResult;
  readonly operation: Operation | undefined;
  readonly report: ResourceReport | undefined;
  /** The record after the decision, changed or not; undefined if it was deleted. */
  readonly record: ResourceRecord | undefined;
}

/** The situation of the resource. Absent members have the defaults of `reconcileInput`. */
export interface ResourceSituation extends Omit<WorkspaceSituation, 'resources' | 'observed' | 'recorded'> {
  readonly observed?: ObservedResource;
  readonly record?: ResourceRecord;
  /** Whether the resource is in the manifest. */
  readonly inManifest?: boolean;
  /** Further resources, all up to date. */
  readonly others?: readonly DesiredResource[];
}

export function decideResource(
  resource: DesiredResource,
  resourceSituation: ResourceSituation,
): DecidedResource {
  const { observed, record, inManifest = true, others = [], ...situation } = resourceSituation;
  const upToDate = [gateway(), ...others];
  const input = reconcileInput({
    ...situation,
    resources: inManifest ? [...upToDate, resource] : upToDate,
    observed: [...upToDate.map((each) => observedAs(each, 'READY')), ...(observed ? [observed] : [])],
    recorded: [...upToDate.map((each) => appliedRecord(each)), ...(record ? [record] : [])],
  });
  const result = decide(input, catalog);
  const { address } = resource;
  const planned = [...result.operations, ...result.syncs].find((each) => each.address === address);
  const isDeleted = result.deletes.includes(address);
  return {
    result,
    operation: planned?.operation,
    report: result.resources.find((each) => each.address === address),
    record: isDeleted ? undefined : (result.upserts.find((each) => each.address === address) ?? record),
  };
}
