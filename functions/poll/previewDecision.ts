import type { Address } from '../../core/address.ts';
import { decisionStages } from './decisionStages.ts';
import { readConfigurations } from './observeWorkspace.ts';
import { type DecisionPorts, type EarlyEnd, type PartOfState, PollStages } from './pollState.ts';
import { UnlimitedReads } from './throttledReads.ts';

/** What a poll would find and decide now. */
export type DecisionPreview = PartOfState<
  'desired' | 'records' | 'observed' | 'ownership' | 'decision' | 'toolChanges' | 'breaker'
>;

const stages = decisionStages(PollStages.first<DecisionPorts>().stage(readEverything)).stage(
  readDifferingConfigurations,
);

/**
 * Makes the decision of the next poll without its effects: it takes no lease, and writes only through its ports. Poll
 * does not need the configuration of everything that it changes, and a person who reads a plan does: those are read too.
 *
 * @param now ms since the epoch
 */
export function previewDecision(
  workspace: string,
  now: number,
  ports: DecisionPorts,
): Promise<DecisionPreview | EarlyEnd> {
  return stages.run({ workspace, leaseHolder: 'plan', iteration: 0, isFull: true, now }, ports);
}

async function readEverything(): Promise<PartOfState<'isFullPoll' | 'reads'>> {
  return { isFullPoll: true, reads: new UnlimitedReads() };
}

async function readDifferingConfigurations(
  { observed, decision, reads }: PartOfState<'observed' | 'decision' | 'reads'>,
  { controlPlane }: Pick<DecisionPorts, 'controlPlane'>,
): Promise<PartOfState<'observed'>> {
  const differing = decision.plans.flatMap(({ address, operation, record, state }): Address[] => {
    const isShown = operation !== undefined || record.drift !== undefined || state === 'awaiting-approval';
    return isShown && operation !== 'delete' && !observed.get(address)?.config ? [address] : [];
  });
  return { observed: await readConfigurations(observed, differing, controlPlane, reads) };
}
