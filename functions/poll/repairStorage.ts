import { storedDataUnreadableEvent } from '../../core/events/resourceEvents.ts';
import type { StorageFault } from '../../core/ports/ledger.ts';
import { logger, measure } from '../runtime/observability.ts';
import type { PartOfState, RunPorts } from './pollState.ts';

/** How long the outcome lists a broken item that was rebuilt. In ms. */
const REPORTED_FOR = 7 * 86_400_000;
/** More are a catastrophe, which the outcome need not list. An item of the ledger holds 400 KB. */
const MAX_REPORTED = 20;

/**
 * Tells what this poll could not read, and has the ledger repaired: broken items are set aside, and replaced by what can be
 * saved of them. Documents are written anew by the steps that need them. A poll that is killed after it has told and before
 * it has repaired tells once more.
 */
export async function repairStorage(
  { event: { workspace, now }, workspaceRecord }: PartOfState<'event' | 'workspaceRecord'>,
  { ledger, events, specBucket }: Pick<RunPorts, 'ledger' | 'events' | 'specBucket'>,
): Promise<PartOfState<'faults'>> {
  const known = workspaceRecord.faults ?? [];
  const found = [...(await ledger.findFaults(workspace)), ...specBucket.faults];
  const untold = found.filter((fault) => !fault.isNewer || !known.some((each) => isSame(each, fault)));
  for (const { place, problem } of untold) logger.error('Stored data cannot be read', { place, problem });
  measure([{ name: 'StoredDataUnreadable', value: untold.length }]);
  if (untold.length > 0)
    await events.publish(untold.map((fault) => storedDataUnreadableEvent(workspace, fault, now)));
  if (found.length > 0) await ledger.repair(workspace);
  const reported = known.filter((fault) => {
    if (untold.some(({ place }) => place === fault.place)) return false;
    return fault.isNewer
      ? found.some((each) => isSame(each, fault))
      : now - (fault.foundAt ?? 0) < REPORTED_FOR;
  });
  const told = untold.map((fault): StorageFault => ({ ...fault, foundAt: now }));
  return { faults: [...reported, ...told].slice(-MAX_REPORTED) };
}

function isSame(one: StorageFault, other: StorageFault): boolean {
  return one.place === other.place && one.problem === other.problem;
}
