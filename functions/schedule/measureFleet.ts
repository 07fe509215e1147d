import type { Address } from '../../core/address.ts';
import { formatProblem } from '../../core/problem.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { type OutcomeDocument, readOutcome } from '../../core/storage/outcomeDocument.ts';
import { fleetMeasurements } from '../runtime/measurements.ts';
import { logger, measure } from '../runtime/observability.ts';
import { fleetStatusMessages } from './fleetStatusMessages.ts';
import type { SchedulePorts } from './listDueWorkspaces.ts';

/** Workspaces that are read side by side: some 20 ms each, of which a thousand must fit into a function's time. */
const READ_CONCURRENCY = 10;
/** What came in step is told for so long, in ms: in two drift passes at least, so that a lost one does no harm. */
const READY_LOG_WINDOW = 45 * 60_000;

interface ResourceStatus {
  readonly resource: Address | 'manifest.yaml';
  readonly state: ResourceRecord['state'];
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
  ports: SchedulePorts,
): Promise<void> {
  const records: ResourceRecord[] = [];
  let refused = 0;
  for (let start = 0; start < workspaces.length; start += READ_CONCURRENCY) {
    const read = workspaces.slice(start, start + READ_CONCURRENCY).map((name) => readWorkspace(name, ports));
    for (const { workspace, outcome, reported } of await Promise.all(read)) {
      records.push(...reported);
      if (outcome?.outcome === 'refused') refused += 1;
      const statuses = [
        ...uploadStatus(outcome),
        ...reported.map((memory) => resourceStatus(memory, outcome)),
      ];
      for (const status of statuses) logStatus(workspace, status, now);
    }
  }
  measure(fleetMeasurements(records, refused, now));
}

interface WorkspaceSnapshot {
  readonly workspace: string;
  /** Absent until the first pass has come to its end. */
  readonly outcome?: OutcomeDocument;
  readonly reported: readonly ResourceRecord[];
}

async function readWorkspace(
  workspace: string,
  { ledger, specBucket }: SchedulePorts,
): Promise<WorkspaceSnapshot> {
  const [ledgerEntries, outcome] = await Promise.all([
    ledger.readResources(workspace),
    readOutcome(workspace, specBucket),
  ]);
  const records = [...ledgerEntries.values()].map(({ record }) => record);
  // The ledger knows more than the manifest names: what is gone, and what left the manifest and is let be.
  const namedAddresses = outcome && new Set(outcome.resources.map(({ address }) => address));
  const reported = records.filter(({ address, state }) => namedAddresses?.has(address) ?? state !== 'absent');
  return { workspace, ...(outcome && { outcome }), reported };
}

/** How the upload as a whole stands: one that is refused changes nothing, and nothing shows it in its resources. */
function uploadStatus(outcome: OutcomeDocument | undefined): ResourceStatus[] {
  if (!outcome) return [];
  const { owner, since, problems } = outcome;
  const isRefused = outcome.outcome === 'refused';
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  const reasons = isRefused ? errors.slice(0, 1) : [];
  const state = isRefused ? 'refused' : 'ready';
  return [{ resource: 'manifest.yaml', state, waitingSince: since, owner, reasons }];
}

function resourceStatus(
  { address, state, since, reasons }: ResourceRecord,
  outcome: OutcomeDocument | undefined,
): ResourceStatus {
  const report = outcome?.resources.find((each) => each.address === address);
  const owner = report?.owner ?? outcome?.owner ?? 'nobody';
  return { resource: address, state, waitingSince: new Date(since).toISOString(), owner, reasons };
}

function logStatus(workspace: string, status: ResourceStatus, now: number): void {
  const isReady = status.state === 'ready';
  if (isReady && now - Date.parse(status.waitingSince) > READY_LOG_WINDOW) return;
  logger.info(isReady ? fleetStatusMessages.inStep : fleetStatusMessages.notInStep, { workspace, ...status });
}
