import { decide } from '../../core/reconcile/decide.ts';
import type { ReconcileInput } from '../../core/reconcile/plan.ts';
import { readConfigurations, readTags } from './observeWorkspace.ts';
import type { PartOfState, PollPorts } from './pollState.ts';
import { toolContractChanges } from './toolContractChanges.ts';

/** The configuration is read first; once it is known to be right, the tags are. */
const READ_ROUNDS = 2;

/**
 * Decides what to do next. Where the decision needs configurations that the Lists do not show, reads those and decides
 * again: most polls need none, and a Get of every target would take ten seconds for a hundred of them.
 */
export async function decideWithReads(
  state: PartOfState<
    'event' | 'desired' | 'records' | 'workspaceRecord' | 'observed' | 'ownedByOtherWorkspace'
  >,
  { controlPlane, specBucket, catalog }: Pick<PollPorts, 'controlPlane' | 'specBucket' | 'catalog'>,
): Promise<PartOfState<'decision' | 'observed' | 'toolChanges'>> {
  const { event, desired, records, workspaceRecord, ownedByOtherWorkspace } = state;
  const decideOn = async (observed: ReconcileInput['observed']) => {
    const input = { desired, recorded: records, observed };
    const { changes, ...approvals } = await toolContractChanges(input, specBucket);
    const { latencies } = workspaceRecord;
    const decision = decide(
      { ...input, ...approvals, ownedByOtherWorkspace, latencies, now: event.now },
      catalog,
    );
    return { decision, observed, toolChanges: changes };
  };
  let decided = await decideOn(state.observed);
  for (let round = 0; round < READ_ROUNDS; round += 1) {
    const { reads, tagReads } = decided.decision;
    if (reads.length + tagReads.length === 0) break;
    const observed = await readConfigurations(decided.observed, reads, controlPlane);
    decided = await decideOn(await readTags(observed, tagReads, controlPlane));
  }
  return decided;
}
