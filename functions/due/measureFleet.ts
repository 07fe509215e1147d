import type { Memory } from '../../core/decide/memory.ts';
import { formatProblem } from '../../core/manifest/problem.ts';
import type { Address } from '../../core/resources/address.ts';
import { measure } from '../measure.ts';
import { fleetMeasurements } from '../measurements.ts';
import { type OutcomeDocument, outcomeKey } from '../outcomeDocument.ts';
import { logger } from '../step.ts';
import type { DuePorts } from './due.ts';
import { standingMessages } from './standingMessages.ts';

/** Workspaces that are read side by side: some 20 ms each, of which a thousand must fit into a function's time. */
const AT_ONCE = 10;
/** What came in step is told for so long, in ms: in two drift passes at least, so that a lost one does no harm. */
const TOLD_AGAIN = 45 * 60_000;

interface Standing {
  readonly resource: Address | 'manifest.yaml';
  readonly state: Memory['state'];
  /** In ISO 8601. */
  readonly waitingSince: string;
  /** Who answers for it, as `ownerName` names them: never an address. */
  readonly owner: string;
  readonly reasons: readonly string[];
}

/**
 * Measures how everything is, once in each drift pass: one query and one document for each workspace. Sums over single
 * passes would count a workspace as often as it was looked at. What is not in step gets a line of its own.
 */
export async function measureFleet(
  workspaces: readonly string[],
  now: number,
  ports: DuePorts,
): Promise<void> {
  const memories: Memory[] = [];
  let refused = 0;
  for (let start = 0; start < workspaces.length; start += AT_ONCE) {
    const read = workspaces.slice(start, start + AT_ONCE).map((name) => readWorkspace(name, ports));
    for (const { workspace, outcome, told } of await Promise.all(read)) {
      memories.push(...told);
      if (outcome?.outcome === 'refused') refused += 1;
      const standings = [...uploadStanding(outcome), ...told.map((memory) => standingOf(memory, outcome))];
      for (const standing of standings) report(workspace, standing, now);
    }
  }
  measure(fleetMeasurements(memories, refused, now));
}

interface WorkspaceNow {
  readonly workspace: string;
  /** Absent until the first pass has come to its end. */
  readonly outcome?: OutcomeDocument;
  readonly told: readonly Memory[];
}

async function readWorkspace(workspace: string, { ledger, specBucket }: DuePorts): Promise<WorkspaceNow> {
  const [remembered, document] = await Promise.all([
    ledger.readResources(workspace),
    specBucket.readDocument(outcomeKey(workspace)),
  ]);
  // The notify step wrote it.
  const outcome = document as OutcomeDocument | undefined;
  const memories = [...remembered.values()].map(({ memory }) => memory);
  // The ledger knows more than the manifest names: what is gone, and what left the manifest and is let be.
  const known = outcome && new Set(outcome.resources.map(({ address }) => address));
  const told = memories.filter(({ address, state }) => known?.has(address) ?? state !== 'absent');
  return { workspace, ...(outcome && { outcome }), told };
}

/** How the upload as a whole stands: one that is refused changes nothing, and nothing shows it in its resources. */
function uploadStanding(outcome: OutcomeDocument | undefined): Standing[] {
  if (!outcome) return [];
  const { owner, since, problems } = outcome;
  const isRefused = outcome.outcome === 'refused';
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  const reasons = isRefused ? errors.slice(0, 1) : [];
  const state = isRefused ? 'refused' : 'ready';
  return [{ resource: 'manifest.yaml', state, waitingSince: since, owner, reasons }];
}

function standingOf(
  { address, state, since, reasons }: Memory,
  outcome: OutcomeDocument | undefined,
): Standing {
  const report = outcome?.resources.find((each) => each.address === address);
  const owner = report?.owner ?? outcome?.owner ?? 'nobody';
  return { resource: address, state, waitingSince: new Date(since).toISOString(), owner, reasons };
}

function report(workspace: string, standing: Standing, now: number): void {
  const isReady = standing.state === 'ready';
  if (isReady && now - Date.parse(standing.waitingSince) > TOLD_AGAIN) return;
  logger.info(isReady ? standingMessages.inStep : standingMessages.notInStep, { workspace, ...standing });
}
