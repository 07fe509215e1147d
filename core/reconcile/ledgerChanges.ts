import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../address.ts';
import { clientTokenLifetime } from './limits.ts';
import type { ResourcePlan } from './planResource.ts';
import { forPrunedResource, mayExist } from './prune.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import type { ResourceRecord } from './resourceRecord.ts';

export interface LedgerChanges {
  /** What is to be remembered differently from before. */
  readonly upserts: readonly ResourceRecord[];
  readonly deletes: readonly Address[];
}

/** Compares what is known now with what was remembered: a world in step changes nothing, and costs no write. */
export function diffLedger(plans: readonly ResourcePlan[], input: ReconcileInput): LedgerChanges {
  const { desired, recorded, now } = input;
  const desiredAddresses = new Set(desired.resources.map(({ address }) => address));
  const after = new Map(plans.map((plan) => [plan.address, nextRecord(plan, input)]));
  const undesired = [...recorded.values()].filter(({ address }) => !desiredAddresses.has(address));
  for (const known of undesired)
    after.set(known.address, forPrunedResource(after.get(known.address) ?? known));
  const changed = [...after.values()].filter(
    (known) => !isDeepStrictEqual(known, recorded.get(known.address)),
  );
  return {
    upserts: changed.filter((known) => desiredAddresses.has(known.address) || !isDeletable(known, now)),
    deletes: undesired
      .map(({ address }) => address)
      .filter((address) => {
        const known = after.get(address);
        return known && isDeletable(known, now);
      }),
  };
}

/** Of a resource that is gone nothing is left to know but how often it was created, as long as that matters. */
function isDeletable(record: ResourceRecord, now: number): boolean {
  if (mayExist(record)) return false;
  return record.generation === undefined || now - record.since >= clientTokenLifetime;
}

function nextRecord(
  { address, record, state, reasons }: ResourcePlan,
  input: ReconcileInput,
): ResourceRecord {
  const before = input.recorded.get(address);
  const since = before?.state === state ? before.since : input.now;
  return { ...record, state, reasons, since };
}
