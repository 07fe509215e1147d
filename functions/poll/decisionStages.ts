import { checkDependencies } from './checkDependencies.ts';
import { checkGrants } from './checkGrants.ts';
import { claimInNewRegistries, readClaims, recordNewResources } from './claimResources.ts';
import { compareToolReadings } from './compareToolReadings.ts';
import { decideWithReads } from './decideWithReads.ts';
import { importRegistryTargets } from './importRegistryTargets.ts';
import { observeWorkspace } from './observeWorkspace.ts';
import type { DecisionPorts, PartOfState, PollStages } from './pollState.ts';
import { readDesiredState } from './readDesired.ts';
import { readLedger } from './readLedger.ts';
import { readRollout } from './rollOut.ts';
import { readSharing } from './shareGateways.ts';

/**
 * Appends the stages that read a workspace and decide about it. A poll and a plan share them, so that a plan says what the
 * next poll does. They write only claims, the empty records before them, and documents that are parsed again otherwise.
 */
export function decisionStages<Ports extends DecisionPorts>(
  stages: PollStages<PartOfState<'event' | 'isFullPoll' | 'reads'>, Ports>,
) {
  return stages
    .stage(readDesiredState)
    .stage(readLedger)
    .stage(importRegistryTargets)
    .stage(checkGrants)
    .stage(recordNewResources)
    .stage(readClaims)
    .stage(readSharing)
    .stage(observeWorkspace)
    .stage(claimInNewRegistries)
    .stage(checkDependencies)
    .stage(compareToolReadings)
    .stage(readRollout)
    .stage(decideWithReads);
}
